import CKernels
import Tensors

/// The many-to-one attention of the PyPI package `attention` (keras-attention), in its releases 4.1 and 5.0.
///
///     Luong (2015):     score_t = h_T . (h_t W)
///     Bahdanau (2015):  score_t = v . tanh(h_T W1 + h_t W2)
///     a = softmax_t(score)        output = tanh([sum_t a_t h_t ; h_T] W_c)
///
/// h_T is the last step, which therefore reaches the output past the attention.
public struct PackageAttention: AttentionLayer {
    /// The class name that tells the package's layer from `keras.layers.Attention`.
    static let canonicalClass = "attention.Attention"
    public static let kerasClasses = [canonicalClass]

    /// The score function with its weights.
    public enum Score: Sendable {
        /// W, d×d.
        case luong(weights: Tensor)
        /// v (d×1), W1 and W2 (d×d).
        case bahdanau(vector: Tensor, last: Tensor, each: Tensor)
    }

    /// The score function.
    public private(set) var score: Score { didSet { packedScore = Self.packed(score) } }
    /// W_c, 2d×units.
    public private(set) var attentionVector: Tensor { didSet { packed = PackedVector(attentionVector) } }
    /// W_c's upper half, which weighs the context, and its lower, which weighs h_T; and their transposes for the way back.
    private var packed: PackedVector
    /// W of Luong's score; nil with the other.
    private var packedScore: PackedScore?
    private let name: String
    private var width: Int { attentionVector.shape[0] / 2 }

    public init(_ material: inout LayerMaterial) throws {
        let options = material.configuration
        name = material.name
        let units = try options.positive("units", default: 128)
        let width = material.inputShapes.first.flatMap { $0.count == 2 ? $0[1] : nil }
        switch try options.string("score", default: "luong") {
        case "luong":
            score = .luong(weights: try material.weight("kernel", shape: [width, width]))
        case "bahdanau":
            score = .bahdanau(
                vector: try material.weight("kernel", shape: [width, 1]),
                last: try material.weight("kernel", shape: [width, width]),
                each: try material.weight("kernel", shape: [width, width]))
        case let other:
            throw NetworkError.unsupportedOption(
                layer: name, option: "score", value: "`\(other)`", supported: "luong, bahdanau")
        }
        attentionVector = try material.weight("kernel", shape: [width.map { 2 * $0 }, units])
        packed = PackedVector(attentionVector)
        packedScore = Self.packed(score)
        guard attentionVector.shape[0] == 2 * (width ?? attentionVector.shape[0] / 2) else {
            throw NetworkError.badConfiguration(layer: name, reason: "its attention vector does not fit its input")
        }
    }

    private static func packed(_ score: Score) -> PackedScore? {
        guard case .luong(let weights) = score else { return nil }
        return PackedScore(weights)
    }

    public var attentionKind: String {
        switch score {
        case .luong: "Luong attention of the package `attention`, many-to-one"
        case .bahdanau: "Bahdanau attention of the package `attention`, many-to-one"
        }
    }

    public var parameters: [Parameter] {
        switch score {
        case .luong(let weights):
            [Parameter(name: "luong_w/kernel", value: weights), vectorParameter]
        case .bahdanau(let vector, let last, let each):
            [
                Parameter(name: "bahdanau_v/kernel", value: vector), Parameter(name: "bahdanau_w1/kernel", value: last),
                Parameter(name: "bahdanau_w2/kernel", value: each), vectorParameter,
            ]
        }
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        switch score {
        case .luong: score = .luong(weights: values.removeFirst())
        case .bahdanau:
            score = .bahdanau(vector: values.removeFirst(), last: values.removeFirst(), each: values.removeFirst())
        }
        attentionVector = values.removeFirst()
    }

    public var hasQueryPath: Bool { true }

    private var vectorParameter: Parameter { Parameter(name: "attention_vector/kernel", value: attentionVector) }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard inputs.count == 1, inputs[0].count == 2, inputs[0][1] == nil || inputs[0][1] == width else {
            throw NetworkError.wrongInput(
                layer: name, needs: "a sequence of states with \(width) features",
                found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        return [[attentionVector.shape[1]]]
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let states = input.tensors[0]
        let time = states.shape[1]
        guard time > 0 else {
            throw NetworkError.wrongInput(layer: name, needs: "at least one step", found: "none")
        }
        let last = states.step(time - 1)
        let given = input.substitute?.weights
        let keepsQuery = input.substitute?.keepsQuery ?? true
        let scored = given == nil ? scores(states, last, recording: recording) : nil
        let weights = given ?? softmax(scored?.values ?? Tensor(shape: [states.shape[0], time], repeating: 0))
        let context = context(states, weights)
        let projection = keepsQuery ? input.kept ?? lastProjection(last) : nil
        let preactivation = preactivation(context, projection)
        let result = Activation.tanh(preactivation)
        guard recording else {
            var output = LayerOutput([result], attention: weights)
            output.kept = projection
            return output
        }
        var output = LayerOutput([result], attention: weights) { [self] cotangents, wantsWeights in
            guard let cotangent = cotangents[0] else { return PulledBack([nil]) }
            let d = Activation.tanh.pullback(cotangent, x: preactivation, y: result)
            var pulled = pullback(
                d, states: states, weights: weights, scored: scored, keepsLast: keepsQuery,
                wantsWeights: wantsWeights)
            if wantsWeights {
                let joint = context.concatenatedLast(keepsQuery ? last : Tensor(shape: last.shape, repeating: 0))
                pulled.weights.append(joint.outerSum(d))
            }
            return pulled
        }
        output.kept = projection
        return output
    }

    private func softmax(_ scores: Tensor) -> Tensor {
        var weights = scores
        weights.values.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { fovea_softmax_rows(scores.shape[0], scores.shape[1], base, nil) }
        }
        return weights
    }

    /// sum_t a_t h_t, B×d.
    private func context(_ states: Tensor, _ weights: Tensor) -> Tensor {
        let (batch, time) = (states.shape[0], states.shape[1])
        return Tensor(shape: [batch, width]) { result in
            guard let base = result.baseAddress else { return }
            withBases(states, weights, weights) { h, a, _ in
                fovea_time_average(batch, time, width, h, a, base, width)
            }
        }
    }

    /// h_T W_c's lower half, B×units: half of the layer's work, which does not depend on the attention.
    private func lastProjection(_ last: Tensor) -> Tensor { last.matmul(packed.last) }

    /// [context ; h_T] W_c, given the part of h_T; without it as if h_T were zero.
    private func preactivation(_ context: Tensor, _ projection: Tensor?) -> Tensor {
        context.matmul(packed.context, onto: projection)
    }

    /// From the cotangent of [context; h_T] W_c to that of the states, and of the weights where these were given (`scored` is nil).
    private func pullback(
        _ d: Tensor, states: Tensor, weights: Tensor, scored: Scores?, keepsLast: Bool, wantsWeights: Bool
    ) -> PulledBack {
        let (batch, time) = (states.shape[0], states.shape[1])
        let dContext = d.matmul(packed.contextPullback)
        let dScores = Tensor(shape: [batch, time]) { result in
            guard let base = result.baseAddress else { return }
            withBases(states, dContext, weights) { h, d, a in
                fovea_time_scores(batch, time, width, h, d, base)
                if scored != nil { fovea_softmax_rows_backward(batch, time, a, base) }
            }
        }
        let pulled = scored?.pullback(dScores, wantsWeights)
        var dStates = outer(weights, dContext, dScores, pulled?.query)
        if let cotangent = pulled?.states { dStates.add(cotangent) }
        if keepsLast { dStates.addToStep(time - 1, d.matmul(packed.lastPullback)) }
        guard let pulled else { return PulledBack([dStates, dScores]) }
        dStates.addToStep(time - 1, pulled.last)
        return PulledBack([dStates], weights: pulled.weights)
    }
}

/// The scores of a batch, B×T, and their way back.
private struct Scores {
    /// What the cotangent of the scores makes of the others.
    struct Cotangents {
        /// B×d, where the states' cotangent is its product with that of each step's score.
        var query: Tensor?
        /// B×T×d, where it is not.
        var states: Tensor?
        /// Of h_T, B×d.
        let last: Tensor
        /// The gradients of the weights, on request.
        var weights: [Tensor?] = []
    }

    let values: Tensor
    let pullback: (Tensor, _ wantsWeights: Bool) -> Cotangents
}

extension PackageAttention {
    private func scores(_ states: Tensor, _ last: Tensor, recording: Bool) -> Scores {
        switch score {
        case .luong(let weights): luong(states, last, packedScore ?? PackedScore(weights))
        case .bahdanau(let vector, let first, let second): bahdanau(states, last, vector, first, second)
        }
    }

    /// h_T . (h_t W) = (W h_T) . h_t: one matrix-vector product per sample instead of T.
    private func luong(_ states: Tensor, _ last: Tensor, _ weights: PackedScore) -> Scores {
        let (batch, time, width) = (states.shape[0], states.shape[1], width)
        let query = last.matmul(weights.query)
        let values = Tensor(shape: [batch, time]) { result in
            guard let base = result.baseAddress else { return }
            withBases(states, query, query) { h, q, _ in fovea_time_scores(batch, time, width, h, q, base) }
        }
        return Scores(values: values) { dScores, wantsWeights in
            let dQuery = Tensor(shape: [batch, width]) { result in
                guard let base = result.baseAddress else { return }
                withBases(states, dScores, dScores) { h, d, _ in
                    fovea_time_average(batch, time, width, h, d, base, width)
                }
            }
            // query = last W^T
            return Scores.Cotangents(
                query: query, last: dQuery.matmul(weights.pullback),
                weights: wantsWeights ? [dQuery.outerSum(last)] : [])
        }
    }

    private func bahdanau(
        _ states: Tensor, _ last: Tensor, _ vector: Tensor, _ first: Tensor, _ second: Tensor
    ) -> Scores {
        let (batch, time, width) = (states.shape[0], states.shape[1], width)
        let final = last.matmul(first)
        var squashed = states.matmul(second)
        squashed.values.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            final.values.withUnsafeBufferPointer { final in
                for sample in 0..<batch {
                    for step in 0..<time {
                        let row = base + (sample * time + step) * width
                        for unit in 0..<width { row[unit] += final[sample * width + unit] }
                    }
                }
            }
            fovea_activate(FOVEA_TANH, buffer.count, base, base)
        }
        return Scores(values: squashed.matmul(vector).reshaped([batch, time])) {
            [squashed] dScores, wantsWeights in
            // d/d(argument of tanh) = dscore_t v (1 - tanh^2), which goes to h_t through W2 and, summed, to h_T through W1.
            let dArgument = Tensor(shape: [batch, time, width]) { result in
                guard let base = result.baseAddress else { return }
                withBases(dScores, vector, squashed) { d, v, y in
                    for place in 0..<(batch * time) {
                        let row = place * width
                        for unit in 0..<width {
                            base[row + unit] = d[place] * v[unit] * (1 - y[row + unit] * y[row + unit])
                        }
                    }
                }
            }
            let dFinal = dArgument.summedOverTime()
            var pulled = Scores.Cotangents(
                states: dArgument.matmul(second, rightTransposed: true),
                last: dFinal.matmul(first, rightTransposed: true))
            guard wantsWeights else { return pulled }
            let dVector = squashed.outerSum(dScores.reshaped([batch, time, 1]))
            pulled.weights = [dVector, last.outerSum(dFinal), states.outerSum(dArgument)]
            return pulled
        }
    }
}

/// a_t x or, with a second vector, a_t x + b_t y for each step: B×T×d from B×T and B×d.
private func outer(_ a: Tensor, _ x: Tensor, _ b: Tensor, _ y: Tensor?) -> Tensor {
    let (batch, time, width) = (a.shape[0], a.shape[1], x.shape[1])
    return Tensor(shape: [batch, time, width]) { result in
        guard let base = result.baseAddress else { return }
        withBases(a, x, x) { a, x, _ in
            guard let y else { return fovea_time_outer(batch, time, width, a, x, nil, nil, base) }
            withBases(b, y, y) { b, y, _ in fovea_time_outer(batch, time, width, a, x, b, y, base) }
        }
    }
}

/// Calls `body` with the elements of three tensors; not at all if one of them is empty.
private func withBases(
    _ first: Tensor, _ second: Tensor, _ third: Tensor,
    _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) -> Void
) {
    first.values.withUnsafeBufferPointer { a in
        second.values.withUnsafeBufferPointer { b in
            third.values.withUnsafeBufferPointer { c in
                if let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress { body(a, b, c) }
            }
        }
    }
}
