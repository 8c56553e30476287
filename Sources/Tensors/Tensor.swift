/// A dense array of `Float` in row-major order: `shape[0]` is the slowest axis.
///
/// `values.count` always equals the product of `shape`; a scalar has the empty shape.
public struct Tensor: Sendable, Equatable {
    /// The extent of each axis, slowest first.
    public private(set) var shape: [Int]
    /// The elements in row-major order. Their number must stay the product of the shape.
    public var values: [Float]

    /// A tensor of the given shape over values in row-major order.
    ///
    /// - Precondition: `values.count` is the product of `shape`.
    public init(shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count, "\(values.count) values do not fill the shape \(shape)")
        self.shape = shape
        self.values = values
    }

    /// A tensor filled with one value.
    public init(shape: [Int], repeating value: Float) {
        self.shape = shape
        self.values = [Float](repeating: value, count: shape.reduce(1, *))
    }

    /// A tensor whose elements are written by `initialize`, without zeroing them first.
    ///
    /// - Parameter initialize: Must write every element of the buffer it is given.
    public init(shape: [Int], initialize: (inout UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        let count = shape.reduce(1, *)
        self.shape = shape
        self.values = try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            var whole = UnsafeMutableBufferPointer(rebasing: buffer[0..<count])
            try initialize(&whole)
            initialized = count
        }
    }

    /// The number of elements.
    public var count: Int { values.count }

    /// The number of axes.
    public var rank: Int { shape.count }

    /// The same elements under another shape of the same number of elements; one extent may be -1 and is then what remains.
    public func reshaped(_ shape: [Int]) -> Tensor {
        let known = shape.filter { $0 >= 0 }.reduce(1, *)
        return Tensor(shape: shape.map { $0 < 0 ? count / max(known, 1) : $0 }, values: values)
    }

    /// The elements of index `index` along the first axis: a tensor with one axis less.
    public subscript(row index: Int) -> Tensor {
        let stride = shape.dropFirst().reduce(1, *)
        return Tensor(
            shape: Array(shape.dropFirst()), values: Array(values[(index * stride)..<((index + 1) * stride)]))
    }

    /// The slice `range` along the first axis, as a tensor of its own.
    public subscript(rows range: Range<Int>) -> Tensor {
        let stride = shape.dropFirst().reduce(1, *)
        return Tensor(
            shape: [range.count] + shape.dropFirst(),
            values: Array(values[(range.lowerBound * stride)..<(range.upperBound * stride)]))
    }
}
