import Tensors

/// The last step of a sequence, x[:, -1, :]: what the `Lambda` named `last_hidden_state` of the attention package's releases of 2020 and
/// 2021 computes. It is recognised by its name and its output's shape; its code is never looked at.
public struct LastStep: Layer {
    static let canonicalClass = "attention.last_hidden_state"
    public static let kerasClasses = [canonicalClass]

    private let name: String

    public init(_ material: inout LayerMaterial) throws { name = material.name }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard inputs.count == 1, inputs[0].count == 2 else {
            throw NetworkError.wrongInput(
                layer: name, needs: "a sequence", found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        return [[inputs[0][1]]]
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let last = x.shape[1] - 1
        return LayerOutput([x.step(last)]) { cotangents in
            guard let cotangent = cotangents[0] else { return [nil] }
            var result = Tensor(shape: x.shape, repeating: 0)
            result.addToStep(last, cotangent)
            return [result]
        }
    }
}
