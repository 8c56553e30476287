import Tensors

/// The product of two inputs summed over one axis of each, `keras.layers.Dot`.
public struct Dot: Layer {
    public static let kerasClasses = ["Dot"]

    private let axes: [Int]
    private let normalize: Bool
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        let given = material.configuration.axes("axes") ?? []
        axes = given.count == 1 ? [given[0], given[0]] : given
        normalize = try material.configuration.bool("normalize", default: false)
        guard axes.count == 2 else {
            throw NetworkError.unsupportedOption(
                layer: name, option: "axes", value: "\(given)", supported: "one axis of each input")
        }
    }

    /// The summed axis of an input of the given rank (batch axis counted).
    private func axis(_ side: Int, rank: Int) -> Int { axes[side] < 0 ? rank + axes[side] : axes[side] }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard inputs.count == 2 else {
            throw NetworkError.wrongInput(layer: name, needs: "two inputs", found: "\(inputs.count)")
        }
        let rest = try (0..<2).map { side -> SampleShape in
            let axis = axis(side, rank: inputs[side].count + 1) - 1
            guard inputs[side].indices.contains(axis), inputs[side].count <= 2 else {
                throw NetworkError.wrongInput(
                    layer: name, needs: "vectors or sequences with the summed axis",
                    found: inputs.map(kerasShapeText).joined(separator: ", "))
            }
            return inputs[side].enumerated().filter { $0.offset != axis }.map(\.element)
        }
        let shape = rest[0] + rest[1]
        return [shape.isEmpty ? [1] : shape]
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let shapes = input.tensors.map(\.shape)
        // As matrices: left B×rest×k, right B×k×rest, transposed as the axes want.
        let norms = try (0..<2).map { side in
            try normalize
                ? Normalised(input.tensors[side], axis: axis(side, rank: shapes[side].count), layer: name) : nil
        }
        let left = matrix(norms[0]?.values ?? input.tensors[0])
        let right = matrix(norms[1]?.values ?? input.tensors[1])
        let leftTransposed = axis(0, rank: shapes[0].count) == 1 && shapes[0].count == 3
        let rightTransposed = axis(1, rank: shapes[1].count) == shapes[1].count - 1
        let summed = [
            leftTransposed ? left.shape[1] : left.shape[2], rightTransposed ? right.shape[2] : right.shape[1],
        ]
        guard summed[0] == summed[1] else {
            throw NetworkError.wrongInput(layer: name, needs: "summed axes of one extent", found: "\(shapes)")
        }
        let product = left.batchedMatmul(right, transposed: leftTransposed, rightTransposed: rightTransposed)
        let free = zip(shapes, [0, 1]).flatMap { shape, side in
            shape.indices.filter { $0 != 0 && $0 != axis(side, rank: shape.count) }.map { shape[$0] }
        }
        let y = product.reshaped([shapes[0][0]] + (free.isEmpty ? [1] : free))
        return LayerOutput([y]) { cotangents in
            guard let cotangent = cotangents[0]?.reshaped(product.shape) else { return [nil, nil] }
            let dLeft =
                leftTransposed
                ? right.batchedMatmul(cotangent, transposed: rightTransposed, rightTransposed: true)
                : cotangent.batchedMatmul(right, rightTransposed: !rightTransposed)
            let dRight =
                rightTransposed
                ? cotangent.batchedMatmul(left, transposed: true, rightTransposed: leftTransposed)
                : left.batchedMatmul(cotangent, transposed: !leftTransposed)
            return zip([dLeft.reshaped(shapes[0]), dRight.reshaped(shapes[1])], norms).map { d, norm in
                norm?.pullback(d) ?? d
            }
        }
    }

    /// A vector counts as a matrix of one row (as its last axis is the summed one).
    private func matrix(_ tensor: Tensor) -> Tensor {
        tensor.rank == 2 ? tensor.reshaped([tensor.shape[0], 1, tensor.shape[1]]) : tensor
    }
}

/// x / sqrt(max(sum x^2, 1e-12)) along the last axis, Keras' l2_normalize.
private struct Normalised {
    let values: Tensor
    private let inverses: [Float]
    private let isFloored: [Bool]

    init(_ x: Tensor, axis: Int, layer: String) throws {
        guard axis == x.rank - 1 else {
            throw NetworkError.unsupportedOption(
                layer: layer, option: "normalize", value: "true", supported: "normalising along the last axis")
        }
        let width = x.shape[axis]
        let rows = width == 0 ? 0 : x.count / width
        let squares = (0..<rows).map { row in
            x.values[(row * width)..<((row + 1) * width)].reduce(Float(0)) { $0 + $1 * $1 }
        }
        let inverses = squares.map { 1 / max($0, 1e-12).squareRoot() }
        isFloored = squares.map { $0 < 1e-12 }
        self.inverses = inverses
        values = Tensor(shape: x.shape) { result in
            for index in 0..<result.count { result[index] = x.values[index] * inverses[index / width] }
        }
    }

    /// dx = (d - y (y . d)) / |x|
    func pullback(_ cotangent: Tensor) -> Tensor {
        let width = values.shape[values.rank - 1]
        return Tensor(shape: values.shape) { result in
            for row in inverses.indices {
                let start = row * width
                let product =
                    isFloored[row]
                    ? 0 : (0..<width).reduce(Float(0)) { $0 + values.values[start + $1] * cotangent.values[start + $1] }
                for column in start..<(start + width) {
                    result[column] = (cotangent.values[column] - values.values[column] * product) * inverses[row]
                }
            }
        }
    }
}
