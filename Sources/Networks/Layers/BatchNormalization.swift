import Tensors

/// Normalisation over the last axis, `keras.layers.BatchNormalization` (Ioffe & Szegedy 2015): by stored statistics at inference, by those
/// of the batch (biased variance, masked steps left out) in training, which then moves the stored ones:
/// moving = momentum moving + (1 - momentum) batch.
public struct BatchNormalization: Layer {
    public static let kerasClasses = ["BatchNormalization"]

    private var gamma: Tensor?
    private var beta: Tensor?
    private var mean: Tensor
    private var variance: Tensor
    private let epsilon: Float
    private let momentum: Float
    /// A frozen layer uses its stored statistics in training too, as in Keras since TensorFlow 2.
    private let isFrozen: Bool

    public init(_ material: inout LayerMaterial) throws {
        let options = material.configuration
        let rank = material.inputShapes.first?.count ?? 0
        let axes = options.axes("axis") ?? [-1]
        guard axes == [-1] || axes == [rank] else {
            throw NetworkError.unsupportedOption(
                layer: material.name, option: "axis", value: "\(axes)", supported: "the last axis")
        }
        epsilon = Float(try options.double("epsilon", default: 1e-3))
        momentum = Float(try options.double("momentum", default: 0.99))
        isFrozen = try !options.bool("trainable", default: true)
        let width = material.features
        gamma = try options.bool("scale", default: true) ? material.weight("gamma", shape: [width]) : nil
        beta = try options.bool("center", default: true) ? material.weight("beta", shape: [width]) : nil
        mean = try material.weight("moving_mean", shape: [width])
        variance = try material.weight("moving_variance", shape: [width])
    }

    public var parameters: [Parameter] {
        let learnt = [("gamma", gamma), ("beta", beta)].compactMap { name, value in
            value.map { Parameter(name: name, value: $0) }
        }
        return learnt + [
            Parameter(name: "moving_mean", value: mean, isTrainable: false),
            Parameter(name: "moving_variance", value: variance, isTrainable: false),
        ]
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        if gamma != nil { gamma = values.removeFirst() }
        if beta != nil { beta = values.removeFirst() }
        mean = values.removeFirst()
        variance = values.removeFirst()
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] { inputs }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        guard input.training != nil, !isFrozen else { return output(input, mean, inverse(of: variance), batch: nil) }
        let statistics = BatchStatistics(x, mask: input.masks[0])
        var result = output(input, statistics.mean, inverse(of: statistics.variance), batch: statistics)
        let moved = [(mean, statistics.mean), (variance, statistics.variance)].map { stored, batch -> Tensor? in
            zip3(stored, batch, batch) { stored, batch, _ in momentum * stored + (1 - momentum) * batch }
        }
        result.movedParameters = parameters.dropLast(2).map { _ in nil } + moved
        return result
    }

    private func inverse(of variance: Tensor) -> Tensor { variance.map { 1 / ($0 + epsilon).squareRoot() } }

    /// y = gamma (x - mean) inverse + beta, with its way back; through the statistics too where they are the batch's own.
    private func output(
        _ input: LayerInput, _ mean: Tensor, _ inverse: Tensor, batch: BatchStatistics?
    ) -> LayerOutput {
        let x = input.tensors[0]
        let width = mean.count
        let one = Tensor(shape: mean.shape, repeating: 1)
        let scale = zip3(gamma ?? one, inverse, inverse) { $0 * $1 + 0 * $2 }
        let normalised = Tensor(shape: x.shape) { result in
            for index in 0..<result.count {
                let column = index % width
                result[index] = (x.values[index] - mean.values[column]) * inverse.values[column]
            }
        }
        let scaled = { (tensor: Tensor, factors: Tensor) in
            Tensor(shape: tensor.shape) { result in
                for index in 0..<result.count { result[index] = tensor.values[index] * factors.values[index % width] }
            }
        }
        var y = scaled(normalised, gamma ?? one)
        if let beta { y.addToRows(beta) }
        let (hasGamma, hasBeta) = (gamma != nil, beta != nil)
        return LayerOutput([y], masks: input.masks) { cotangents, wantsWeights in
            guard let cotangent = cotangents[0] else { return PulledBack([nil]) }
            var pulled = PulledBack([
                batch?.pullback(scaled(cotangent, scale), normalised: normalised) ?? scaled(cotangent, scale)
            ])
            if wantsWeights {
                pulled.weights =
                    (hasGamma ? [(cotangent * normalised).columnSums()] : [])
                    + (hasBeta ? [cotangent.columnSums()] : []) + [nil, nil]
            }
            return pulled
        }
    }
}

/// Mean and variance of each feature over the rows of a batch that no mask hides.
private struct BatchStatistics {
    let mean: Tensor
    let variance: Tensor
    /// For each row 1 / the number of rows that count; 0 for a hidden row.
    private let shares: [Float]

    init(_ x: Tensor, mask: Tensor?) {
        let width = x.shape[x.rank - 1]
        let rows = width == 0 ? 0 : x.count / width
        let visible = (0..<rows).map { row in mask.map { $0.values[row * $0.count / rows] != 0 } ?? true }
        let share = 1 / Float(max(1, visible.count { $0 }))
        let shares = visible.map { $0 ? share : 0 }
        var mean = Tensor(shape: [width], repeating: 0)
        var variance = mean
        for row in 0..<rows {
            for column in 0..<width { mean.values[column] += shares[row] * x.values[row * width + column] }
        }
        for row in 0..<rows {
            for column in 0..<width {
                let difference = x.values[row * width + column] - mean.values[column]
                variance.values[column] += shares[row] * difference * difference
            }
        }
        (self.mean, self.variance, self.shares) = (mean, variance, shares)
    }

    /// From d = the cotangent times gamma / sigma: dx_r = d_r - share_r (sum d + n_r sum d n).
    func pullback(_ d: Tensor, normalised: Tensor) -> Tensor {
        let sum = d.columnSums()
        let product = (d * normalised).columnSums()
        let width = sum.count
        return Tensor(shape: d.shape) { result in
            for index in 0..<result.count {
                let (row, column) = (index / width, index % width)
                let through = sum.values[column] + normalised.values[index] * product.values[column]
                result[index] = d.values[index] - shares[row] * through
            }
        }
    }
}
