/// An array of numbers as a file holds it, widened to Double, in row-major order.
public struct NumericArray: Sendable, Equatable {
    /// The extent of each axis, slowest first; a single number has the empty shape.
    public let shape: [Int]
    /// The elements; their number is the product of the shape. May hold NaN and infinities.
    public let values: [Double]

    /// An array of the given shape.
    ///
    /// - Precondition: `values.count` is the product of `shape`.
    public init(shape: [Int], values: [Double]) {
        precondition(shape.reduce(1, *) == values.count)
        self.shape = shape
        self.values = values
    }

    /// The element along the first axis, if the array has two axes.
    public func row(_ index: Int) -> ArraySlice<Double> {
        let width = shape.dropFirst().reduce(1, *)
        return values[(index * width)..<((index + 1) * width)]
    }
}
