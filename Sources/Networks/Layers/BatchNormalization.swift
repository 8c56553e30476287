import Tensors

/// Normalisation by stored statistics, `keras.layers.BatchNormalization` at test time, over the last axis.
public struct BatchNormalization: Layer {
    public static let kerasClasses = ["BatchNormalization"]

    public let parameters: [Parameter]
    /// y = scale x + shift, per feature.
    private let scale: Tensor
    private let shift: Tensor

    public init(_ material: inout LayerMaterial) throws {
        let options = material.configuration
        let rank = material.inputShapes.first?.count ?? 0
        let axes = options.axes("axis") ?? [-1]
        guard axes == [-1] || axes == [rank] else {
            throw NetworkError.unsupportedOption(
                layer: material.name, option: "axis", value: "\(axes)", supported: "the last axis")
        }
        let epsilon = Float(try options.double("epsilon", default: 1e-3))
        let width = material.features
        let gamma = try options.bool("scale", default: true) ? material.weight("gamma", shape: [width]) : nil
        let beta = try options.bool("center", default: true) ? material.weight("beta", shape: [width]) : nil
        let mean = try material.weight("moving_mean", shape: [width])
        let variance = try material.weight("moving_variance", shape: [width])
        let named: [(String, Tensor?)] = [
            ("gamma", gamma), ("beta", beta), ("moving_mean", mean), ("moving_variance", variance),
        ]
        parameters = named.compactMap { name, value in value.map { Parameter(name: name, value: $0) } }
        let factor = Tensor(
            shape: mean.shape,
            values: mean.values.indices.map {
                (gamma?.values[$0] ?? 1) / (variance.values[$0] + epsilon).squareRoot()
            })
        scale = factor
        shift = Tensor(
            shape: mean.shape,
            values: mean.values.indices.map { (beta?.values[$0] ?? 0) - mean.values[$0] * factor.values[$0] })
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] { inputs }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let scale = scale
        let width = scale.count
        let scaled = { (tensor: Tensor) in
            Tensor(shape: tensor.shape) { result in
                for index in 0..<result.count { result[index] = tensor.values[index] * scale.values[index % width] }
            }
        }
        var y = scaled(input.tensors[0])
        y.addToRows(shift)
        return LayerOutput([y], masks: input.masks) { [$0[0].map(scaled)] }
    }
}
