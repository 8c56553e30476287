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
        guard axes.count == 2, !normalize else {
            throw NetworkError.unsupportedOption(
                layer: name, option: normalize ? "normalize" : "axes", value: normalize ? "true" : "\(given)",
                supported: "one axis of each input, not normalised")
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
        let left = matrix(input.tensors[0])
        let right = matrix(input.tensors[1])
        let leftTransposed = axis(0, rank: shapes[0].count) == 1 && shapes[0].count == 3
        let rightTransposed = axis(1, rank: shapes[1].count) == shapes[1].count - 1
        let summed = [leftTransposed ? left.shape[1] : left.shape[2], rightTransposed ? right.shape[2] : right.shape[1]]
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
            return [dLeft.reshaped(shapes[0]), dRight.reshaped(shapes[1])]
        }
    }

    /// A vector counts as a matrix of one row (as its last axis is the summed one).
    private func matrix(_ tensor: Tensor) -> Tensor {
        tensor.rank == 2 ? tensor.reshaped([tensor.shape[0], 1, tensor.shape[1]]) : tensor
    }
}
