import Tensors

/// Broadcasting as numpy does it: axes are aligned at the end, and extents of 1 are repeated.
struct Broadcast {
    /// For each element of the target the index of the source's element; none where the shapes are the same.
    private let indices: [Int]
    private let source: [Int]
    private let target: [Int]

    /// - Throws: ``NetworkError/wrongInput(layer:needs:found:)`` if the shapes do not fit.
    init(from source: [Int], to target: [Int]) throws {
        let padded = Array(repeating: 1, count: max(0, target.count - source.count)) + source
        guard padded.count == target.count, zip(padded, target).allSatisfy({ $0 == $1 || $0 == 1 }) else {
            throw NetworkError.wrongInput(
                layer: "(broadcast)", needs: "shapes that fit each other", found: "\(source) and \(target)")
        }
        self.source = source
        self.target = target
        guard source != target else {
            indices = []
            return
        }
        var strides = [Int](repeating: 0, count: target.count)
        var stride = 1
        for axis in target.indices.reversed() {
            strides[axis] = padded[axis] == 1 ? 0 : stride
            stride *= padded[axis]
        }
        var indices = [0]
        for axis in target.indices {
            indices = indices.flatMap { base in (0..<target[axis]).map { base + $0 * strides[axis] } }
        }
        self.indices = indices
    }

    /// The shape that several shapes broadcast to.
    static func shape(of shapes: [[Int]]) throws -> [Int] {
        let rank = shapes.map(\.count).max() ?? 0
        return try (0..<rank).map { axis in
            let extents = Set(
                shapes.map { shape in
                    let place = axis - (rank - shape.count)
                    return place < 0 ? 1 : shape[place]
                }
            ).subtracting([1])
            guard extents.count <= 1 else {
                throw NetworkError.wrongInput(layer: "(merge)", needs: "shapes that fit each other", found: "\(shapes)")
            }
            return extents.first ?? 1
        }
    }

    /// The source repeated to the target's shape.
    func expand(_ tensor: Tensor) -> Tensor {
        source == target ? tensor : Tensor(shape: target, values: indices.map { tensor.values[$0] })
    }

    /// The sum over repetitions: the cotangent of the source from that of the target.
    func collapse(_ cotangent: Tensor) -> Tensor {
        if source == target { return cotangent }
        var sum = Tensor(shape: source, repeating: 0)
        sum.values.withUnsafeMutableBufferPointer { buffer in
            for (place, index) in indices.enumerated() { buffer[index] += cotangent.values[place] }
        }
        return sum
    }
}
