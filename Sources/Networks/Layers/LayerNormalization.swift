import CKernels
import Tensors

/// Normalisation over the last axis, `keras.layers.LayerNormalization` (Ba, Kiros & Hinton 2016): biased variance.
public struct LayerNormalization: Layer {
    public static let kerasClasses = ["LayerNormalization"]

    private var gamma: Tensor?
    private var beta: Tensor?
    private let epsilon: Float

    public init(_ material: inout LayerMaterial) throws {
        let options = material.configuration
        let rank = material.inputShapes.first?.count ?? 0
        let axes = options.axes("axis") ?? [-1]
        guard axes == [-1] || axes == [rank] else {
            throw NetworkError.unsupportedOption(
                layer: material.name, option: "axis", value: "\(axes)", supported: "the last axis")
        }
        if try options.bool("rms_scaling", default: false) {
            throw NetworkError.unsupportedOption(
                layer: material.name, option: "rms_scaling", value: "true", supported: "false")
        }
        epsilon = Float(try options.double("epsilon", default: 1e-3))
        gamma = try options.bool("scale", default: true) ? material.weight("gamma", shape: [material.features]) : nil
        beta = try options.bool("center", default: true) ? material.weight("beta", shape: [material.features]) : nil
    }

    public var parameters: [Parameter] {
        [("gamma", gamma), ("beta", beta)].compactMap { name, value in value.map { Parameter(name: name, value: $0) } }
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        if gamma != nil { gamma = values.removeFirst() }
        if beta != nil { beta = values.removeFirst() }
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] { inputs }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let width = x.shape[x.rank - 1]
        let rows = width == 0 ? 0 : x.count / width
        let scale = gamma?.values ?? [Float](repeating: 1, count: width)
        let shift = beta?.values ?? [Float](repeating: 0, count: width)
        let (y, means, inverses) = normalised(x, scale: scale, shift: shift)
        guard recording else { return LayerOutput([y], masks: input.masks) }
        return LayerOutput([y], masks: input.masks) { [self] cotangents, wantsWeights in
            guard let cotangent = cotangents[0] else { return PulledBack([nil]) }
            var pulled = PulledBack([
                Tensor(shape: cotangent.shape) { result in
                    guard let result = result.baseAddress else { return }
                    fovea_normalise_rows_backward(
                        rows, width, scale, x.values, means, inverses, cotangent.values, result)
                }
            ])
            if wantsWeights {
                if gamma != nil {
                    // Once more without scale and shift: kept, it would be as large as the input, for training alone.
                    let ones = [Float](repeating: 1, count: width), zeros = [Float](repeating: 0, count: width)
                    pulled.weights += [(cotangent * normalised(x, scale: ones, shift: zeros).y).columnSums()]
                }
                if beta != nil { pulled.weights += [cotangent.columnSums()] }
            }
            return pulled
        }
    }

    /// The normalised rows times `scale` plus `shift`, and each row's mean and inverse deviation.
    private func normalised(
        _ x: Tensor, scale: [Float], shift: [Float]
    ) -> (y: Tensor, means: [Float], inverses: [Float]) {
        let width = scale.count
        let rows = width == 0 ? 0 : x.count / width
        var means = [Float](repeating: 0, count: rows)
        var inverses = means
        let y = Tensor(shape: x.shape) { y in
            guard let y = y.baseAddress else { return }
            fovea_normalise_rows(rows, width, epsilon, x.values, scale, shift, &means, &inverses, y)
        }
        return (y, means, inverses)
    }
}
