import Tensors

/// Joins inputs along an axis, `keras.layers.Concatenate`.
public struct Concatenate: Layer {
    public static let kerasClasses = ["Concatenate"]

    private let axis: Int
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        axis = material.configuration.axes("axis")?.first ?? -1
    }

    /// The axis within a sample of the given rank.
    private func sampleAxis(_ rank: Int) -> Int { axis < 0 ? rank + axis : axis - 1 }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        let rank = inputs[0].count
        let axis = sampleAxis(rank)
        guard 0..<rank ~= axis, inputs.allSatisfy({ $0.count == rank }) else {
            throw NetworkError.wrongInput(
                layer: name, needs: "inputs of one rank", found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        return [
            (0..<rank).map { place -> Int? in
                if place != axis { return inputs.compactMap { $0[place] }.first }
                return inputs.reduce(0 as Int?) { sum, shape in sum.flatMap { s in shape[place].map { s + $0 } } }
            }
        ]
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let shapes = input.tensors.map(\.shape)
        let axis = sampleAxis(shapes[0].count - 1) + 1
        let outer = shapes[0][..<axis].reduce(1, *)
        let widths = shapes.map { $0[axis...].reduce(1, *) }
        let total = widths.reduce(0, +)
        var shape = shapes[0]
        shape[axis] = shapes.reduce(0) { $0 + $1[axis] }
        guard shapes.allSatisfy({ other in other.indices.allSatisfy { $0 == axis || other[$0] == shapes[0][$0] } }) else {
            throw NetworkError.wrongInput(layer: name, needs: "equal extents beside the joined axis", found: "\(shapes)")
        }
        let y = Tensor(shape: shape) { result in
            var offset = 0
            for (tensor, width) in zip(input.tensors, widths) {
                for row in 0..<outer {
                    for column in 0..<width { result[row * total + offset + column] = tensor.values[row * width + column] }
                }
                offset += width
            }
        }
        let mask = axis > 1 ? input.masks.compactMap { $0 }.first : nil
        return LayerOutput([y], masks: [mask]) { cotangents in
            guard let cotangent = cotangents[0] else { return widths.map { _ in nil } }
            let matrix = cotangent.reshaped([outer, total])
            var offset = 0
            return zip(shapes, widths).map { shape, width in
                defer { offset += width }
                return matrix.columns(offset..<(offset + width)).reshaped(shape)
            }
        }
    }
}
