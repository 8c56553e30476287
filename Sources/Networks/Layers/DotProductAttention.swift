import Tensors

/// Dot-product attention over sequences, `keras.layers.Attention` (Luong et al. 2015): inputs [query, value, key = value].
///
///     scores = scale q k^T           (score_mode dot; no 1/sqrt(d))
///     scores = c sum_d tanh(scale (q + k))     (score_mode concat)
///     output = softmax_keys(scores) v
public struct DotProductAttention: AttentionLayer {
    public static let kerasClasses = ["Attention"]

    private var scale: Tensor?
    private var concatWeight: Tensor?
    private let isConcat: Bool
    private let isCausal: Bool
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        let options = material.configuration
        let mode = try options.string("score_mode", default: "dot")
        guard ["dot", "concat"].contains(mode) else {
            throw NetworkError.unsupportedOption(
                layer: name, option: "score_mode", value: "`\(mode)`", supported: "dot, concat")
        }
        isConcat = mode == "concat"
        isCausal = try options.bool("use_causal_mask", default: options.bool("causal", default: false))
        scale = try options.bool("use_scale", default: false) ? material.weight("scale", shape: []) : nil
        concatWeight = isConcat ? try material.weight("concat_score_weight", shape: []) : nil
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        if scale != nil { scale = values.removeFirst() }
        if concatWeight != nil { concatWeight = values.removeFirst() }
    }

    public var attentionKind: String { isConcat ? "concat attention" : "dot-product attention" }

    public var parameters: [Parameter] {
        [("scale", scale), ("concat_score_weight", concatWeight)]
            .compactMap { name, value in value.map { Parameter(name: name, value: $0) } }
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        try AttentionCore.outputShapes(for: inputs, layer: name)
    }

    /// Scores and weights, and of concat scores all that the sum is over.
    public func record(for inputs: [SampleShape]) throws -> LayerRecord {
        let width = isConcat ? featureCount(inputs.first) : 1
        let outputs = elementCount(try outputShapes(for: inputs))
        return LayerRecord(count: (2 + width) * pairCount(inputs) + 2 * outputs)
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let (query, value) = (input.tensors[0], input.tensors[1])
        let key = input.tensors.count > 2 ? input.tensors[2] : value
        let factor = scale?.values[0] ?? 1
        if let concatWeight {
            let weight = concatWeight.values[0]
            let width = query.shape[2]
            let additive = AttentionCore.additive(query, key, recording: recording, inner: factor) { _ in weight }
            let hasScale = scale != nil
            return AttentionCore.run(
                input,
                scores: (
                    additive.values,
                    { d, wantsWeights in
                        var pulled = additive.pullback(d, wantsWeights)
                        if wantsWeights {
                            // One weight for all features: the sum over them.
                            pulled.weights =
                                (hasScale ? [pulled.weights[0]] : []) + [pulled.weights[1]?.total(shape: [])]
                        }
                        return pulled
                    }
                ), isCausal: isCausal, width: width)
        }
        let raw = query.batchedMatmul(key, rightTransposed: true)
        let scores = raw.scaled(by: factor)
        let hasScale = scale != nil
        return AttentionCore.run(
            input,
            scores: (
                scores,
                { d, wantsWeights in
                    let dRaw = d.scaled(by: factor)
                    return (
                        dRaw.batchedMatmul(key), dRaw.batchedMatmul(query, transposed: true),
                        wantsWeights && hasScale ? [(d * raw).total(shape: [])] : []
                    )
                }
            ), isCausal: isCausal, width: query.shape[2])
    }
}

/// Additive attention over sequences, `keras.layers.AdditiveAttention` (Bahdanau et al. 2015):
/// scores = sum_d scale_d tanh(q + k).
public struct AdditiveAttention: AttentionLayer {
    public static let kerasClasses = ["AdditiveAttention"]

    private var scale: Tensor?
    private let isCausal: Bool
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        let options = material.configuration
        isCausal = try options.bool("use_causal_mask", default: options.bool("causal", default: false))
        scale =
            try options.bool("use_scale", default: true)
            ? material.weight("scale", shape: [material.features]) : nil
    }

    public var attentionKind: String { "additive attention" }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        if scale != nil { scale = values.removeFirst() }
    }

    public var parameters: [Parameter] { scale.map { [Parameter(name: "scale", value: $0)] } ?? [] }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        try AttentionCore.outputShapes(for: inputs, layer: name)
    }

    /// Scores and weights, and all that the scores are sums over.
    public func record(for inputs: [SampleShape]) throws -> LayerRecord {
        let width = featureCount(inputs.first)
        let outputs = elementCount(try outputShapes(for: inputs))
        return LayerRecord(count: (2 + width) * pairCount(inputs) + 2 * outputs)
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let query = input.tensors[0]
        let key = input.tensors.count > 2 ? input.tensors[2] : input.tensors[1]
        let scale = scale
        let additive = AttentionCore.additive(query, key, recording: recording, inner: 1) { scale?.values[$0] ?? 1 }
        return AttentionCore.run(
            input,
            scores: (
                additive.values,
                { d, wantsWeights in
                    var pulled = additive.pullback(d, wantsWeights)
                    if wantsWeights { pulled.weights = scale == nil ? [] : [pulled.weights[1]] }
                    return pulled
                }
            ), isCausal: isCausal, width: query.shape[2])
    }
}

/// What the attention layers over sequences share.
enum AttentionCore {
    /// The scores, and the way back, on request with the gradients of the weights that they depend on.
    typealias Scores = (
        values: Tensor, pullback: (Tensor, Bool) -> (query: Tensor, key: Tensor, weights: [Tensor?])
    )

    static func outputShapes(for inputs: [SampleShape], layer: String) throws -> [SampleShape] {
        guard (2...3).contains(inputs.count), inputs.allSatisfy({ $0.count == 2 }) else {
            throw NetworkError.wrongInput(
                layer: layer, needs: "a query and a value sequence (and a key sequence)",
                found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        return [[inputs[0][0], inputs[1][1]]]
    }

    /// scores_ij = sum_d weight(d) tanh(inner (q_id + k_jd)). The weights' gradients are those of `inner` (a scalar) and of weight(d).
    static func additive(
        _ query: Tensor, _ key: Tensor, recording: Bool, inner: Float, weight: @escaping (Int) -> Float
    ) -> Scores {
        let (batch, rows, columns, width) = (query.shape[0], query.shape[1], key.shape[1], query.shape[2])
        let squashed = Tensor(shape: [batch, rows, columns, width]) { result in
            for b in 0..<batch {
                for i in 0..<rows {
                    for j in 0..<columns {
                        for d in 0..<width {
                            result[((b * rows + i) * columns + j) * width + d] =
                                inner
                                * (query.values[(b * rows + i) * width + d] + key.values[(b * columns + j) * width + d])
                        }
                    }
                }
            }
        }
        let tanh = Activation.tanh(squashed)
        let scores = Tensor(shape: [batch, rows, columns]) { result in
            for place in 0..<result.count {
                result[place] = (0..<width).reduce(Float(0)) { $0 + weight($1) * tanh.values[place * width + $1] }
            }
        }
        return (
            scores,
            { d, wantsWeights in
                var dInner: Float = 0
                var dWeight = Tensor(shape: [wantsWeights ? width : 0], repeating: 0)
                var dQuery = Tensor(shape: query.shape, repeating: 0)
                var dKey = Tensor(shape: key.shape, repeating: 0)
                for b in 0..<batch {
                    for i in 0..<rows {
                        for j in 0..<columns {
                            let place = (b * rows + i) * columns + j
                            for unit in 0..<width {
                                let y = tanh.values[place * width + unit]
                                let g = d.values[place] * weight(unit) * (1 - y * y) * inner
                                if wantsWeights {
                                    let sum =
                                        query.values[(b * rows + i) * width + unit]
                                        + key.values[(b * columns + j) * width + unit]
                                    dInner += d.values[place] * weight(unit) * (1 - y * y) * sum
                                    dWeight.values[unit] += d.values[place] * y
                                }
                                dQuery.values[(b * rows + i) * width + unit] += g
                                dKey.values[(b * columns + j) * width + unit] += g
                            }
                        }
                    }
                }
                return (dQuery, dKey, [Tensor(shape: [], values: [dInner]), dWeight])
            }
        )
    }

    /// Masks the scores, takes their softmax over the keys, and averages the values.
    static func run(_ input: LayerInput, scores: Scores, isCausal: Bool, width: Int) -> LayerOutput {
        let value = input.tensors[1]
        let (batch, rows, columns) = (scores.values.shape[0], scores.values.shape[1], scores.values.shape[2])
        let given = input.substitute?.weights
        var weights = given ?? scores.values
        let valueMask = input.masks[1]
        for b in 0..<(given == nil ? batch : 0) {
            for i in 0..<rows {
                for j in 0..<columns where (isCausal && j > i) || valueMask?.values[b * columns + j] == 0 {
                    weights.values[(b * rows + i) * columns + j] -= 1e9
                }
            }
        }
        if given == nil { weights = Activation.softmax(weights) }
        var result = weights.batchedMatmul(value)
        let queryMask = input.masks[0]
        let maskRows = { (tensor: Tensor) -> Tensor in
            guard let queryMask else { return tensor }
            let width = tensor.shape[2]
            return Tensor(shape: tensor.shape) { out in
                for index in 0..<out.count { out[index] = tensor.values[index] * queryMask.values[index / width] }
            }
        }
        result = maskRows(result)
        let hasKey = input.tensors.count > 2
        return LayerOutput([result], masks: [queryMask], attention: weights) {
            [weights] cotangents, wantsWeights in
            guard let cotangent = cotangents[0].map(maskRows) else { return PulledBack(input.tensors.map { _ in nil }) }
            var dValue = weights.batchedMatmul(cotangent, transposed: true)
            let dWeights = cotangent.batchedMatmul(value, rightTransposed: true)
            guard given == nil else { return PulledBack([nil, dValue] + (hasKey ? [nil] : []) + [dWeights]) }
            let dScores = Activation.softmax.pullback(dWeights, x: weights, y: weights)
            let (dQuery, dKey, gradients) = scores.pullback(dScores, wantsWeights)
            if hasKey { return PulledBack([dQuery, dValue, dKey], weights: gradients) }
            dValue.add(dKey)
            return PulledBack([dQuery, dValue], weights: gradients)
        }
    }
}
