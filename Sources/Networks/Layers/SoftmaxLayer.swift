import Tensors

/// Softmax over one axis, `keras.layers.Softmax`. A mask over the steps, where one travels with the input, is added to the
/// logits as -1e9, as Keras does.
public struct SoftmaxLayer: Layer {
    public static let kerasClasses = ["Softmax"]
    /// What Keras adds where the mask is 0.
    private static let masked: Float = -1e9

    /// The axis of one sample, from 0.
    let sampleAxis: Int

    public init(_ material: inout LayerMaterial) throws {
        let axes = material.configuration.axes("axis") ?? [-1]
        let rank = material.inputShapes.first?.count ?? 1
        let axis = axes.first.map { $0 < 0 ? rank + $0 : $0 - 1 } ?? rank - 1
        guard axes.count == 1, 0..<rank ~= axis else {
            throw NetworkError.unsupportedOption(
                layer: material.name, option: "axis", value: "\(axes)", supported: "one axis of the sample")
        }
        sampleAxis = axis
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] { inputs }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        var x = input.tensors[0]
        if let mask = input.masks[0], mask.shape == x.shape {
            for (place, isValid) in mask.values.enumerated() where isValid == 0 { x.values[place] += Self.masked }
        }
        let axis = sampleAxis + 1
        let y = Self.moved(Activation.softmax(Self.moved(x, axis)), axis)
        guard recording else { return LayerOutput([y], masks: input.masks) }
        return LayerOutput([y], masks: input.masks) { cotangents in
            guard let cotangent = cotangents[0] else { return [nil] }
            let last = Self.moved(y, axis)
            let gradient = Activation.softmax.pullback(Self.moved(cotangent, axis), x: last, y: last)
            return [Self.moved(gradient, axis)]
        }
    }

    /// The tensor with an axis and the last one exchanged, which is its own inverse.
    private static func moved(_ tensor: Tensor, _ axis: Int) -> Tensor {
        guard axis != tensor.rank - 1 else { return tensor }
        var order = Array(tensor.shape.indices)
        order.swapAt(axis, tensor.rank - 1)
        return tensor.transposed(order)
    }
}
