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
        var normalised = x
        var inverses = [Float](repeating: 0, count: rows)
        var y = x
        for row in 0..<rows {
            let range = (row * width)..<((row + 1) * width)
            let mean = x.values[range].reduce(0, +) / Float(width)
            let variance = x.values[range].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(width)
            inverses[row] = 1 / (variance + epsilon).squareRoot()
            for (column, place) in range.enumerated() {
                normalised.values[place] = (x.values[place] - mean) * inverses[row]
                y.values[place] = normalised.values[place] * (gamma?.values[column] ?? 1) + (beta?.values[column] ?? 0)
            }
        }
        return LayerOutput([y], masks: input.masks) {
            [normalised, inverses, gamma, beta] cotangents, wantsWeights in
            guard let cotangent = cotangents[0] else { return PulledBack([nil]) }
            var result = cotangent
            for row in 0..<rows {
                let start = row * width
                // d = g gamma; dx = (d - mean d - n mean(d n)) / sigma
                let d = (0..<width).map { cotangent.values[start + $0] * (gamma?.values[$0] ?? 1) }
                let mean = d.reduce(0, +) / Float(width)
                let product = (0..<width).reduce(Float(0)) { $0 + d[$1] * normalised.values[start + $1] } / Float(width)
                for column in 0..<width {
                    result.values[start + column] =
                        (d[column] - mean - normalised.values[start + column] * product) * inverses[row]
                }
            }
            guard wantsWeights else { return PulledBack([result]) }
            return PulledBack(
                [result],
                weights: (gamma == nil ? [] : [(cotangent * normalised).columnSums()])
                    + (beta == nil ? [] : [cotangent.columnSums()]))
        }
    }
}
