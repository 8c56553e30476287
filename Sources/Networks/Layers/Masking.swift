import Tensors

/// Masks the steps all of whose features equal a value, `keras.layers.Masking`: they are set to 0 and skipped by what follows.
public struct Masking: Layer {
    public static let kerasClasses = ["Masking"]

    /// The value that marks padding.
    public let value: Float

    public init(_ material: inout LayerMaterial) throws {
        value = Float(try material.configuration.double("mask_value", default: 0))
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] { inputs }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let width = x.shape[x.rank - 1]
        let mask = Tensor(shape: Array(x.shape.dropLast())) { result in
            for step in 0..<result.count {
                result[step] = x.values[(step * width)..<((step + 1) * width)].contains { $0 != value } ? 1 : 0
            }
        }
        let apply = { (tensor: Tensor) in
            Tensor(shape: tensor.shape) { result in
                for index in 0..<result.count { result[index] = tensor.values[index] * mask.values[index / width] }
            }
        }
        return LayerOutput([apply(x)], masks: [mask]) { [$0[0].map(apply)] }
    }
}
