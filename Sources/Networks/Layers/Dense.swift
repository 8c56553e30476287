import CKernels
import Tensors

/// A fully connected layer over the last axis: y = activation(x kernel + bias). `keras.layers.Dense`.
public struct Dense: Layer {
    public static let kerasClasses = ["Dense"]

    /// The weights, d×u.
    public var kernel: Tensor { weights.values }
    /// The bias, u; nil without one.
    public private(set) var bias: Tensor?
    /// The activation.
    public let activation: Activation
    private var weights: PackedWeights
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        let options = material.configuration
        name = material.name
        let units = try options.positive("units")
        activation = try options.activation("activation", default: .linear)
        weights = PackedWeights(
            try material.weight("kernel", shape: [material.inputShapes.first?.last ?? nil, units]))
        bias = try options.bool("use_bias", default: true) ? material.weight("bias", shape: [units]) : nil
    }

    public var parameters: [Parameter] {
        [Parameter(name: "kernel", value: kernel)] + (bias.map { [Parameter(name: "bias", value: $0)] } ?? [])
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        weights = PackedWeights(values.removeFirst())
        if bias != nil { bias = values.removeFirst() }
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard inputs.count == 1, let width = inputs[0].last, width == nil || width == kernel.shape[0] else {
            throw NetworkError.wrongInput(
                layer: name, needs: "an input with \(kernel.shape[0]) features",
                found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        return [inputs[0].dropLast() + [kernel.shape[1]]]
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        // What the derivative needs beside the output, if anything.
        var preactivation: Tensor?
        let result: Tensor
        if recording, !activation.hasDerivativeOfOutput {
            let sums = x.matmul(weights, finishing: finishing(activates: false))
            result = activation(sums)
            preactivation = sums
        } else {
            result = x.matmul(weights, finishing: finishing(activates: true))
        }
        guard recording else { return LayerOutput([result], masks: input.masks) }
        let activation = activation, weights = weights, hasBias = bias != nil
        return LayerOutput([result], masks: input.masks) { [preactivation] cotangents, wantsWeights in
            guard let cotangent = cotangents[0] else { return PulledBack([nil]) }
            if !wantsWeights, activation != .linear {
                return PulledBack([
                    activation.pullback(cotangent, x: preactivation ?? result, y: result, through: weights)
                ])
            }
            let d = activation.pullback(cotangent, x: preactivation ?? result, y: result)
            var pulled = PulledBack([d.matmul(weights, transposed: true)])
            if wantsWeights { pulled.weights = [x.outerSum(d)] + (hasBias ? [d.columnSums()] : []) }
            return pulled
        }
    }

    /// What is left to do with rows of the product: the bias and, on request, the activation; nil if nothing is.
    private func finishing(activates: Bool) -> RowsFinishing? {
        let activation = activates ? activation : .linear
        guard bias != nil || activation != .linear else { return nil }
        let width = kernel.shape[1]
        return { [bias] rows, product in
            if let bias { fovea_add_to_rows(rows, width, bias.values, product) }
            if activation != .linear { activation.apply(rows * width, width: width, product, product) }
        }
    }
}
