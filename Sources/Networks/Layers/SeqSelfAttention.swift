import Tensors

/// Self-attention of the PyPI package `keras-self-attention`, additive or multiplicative, over the whole sequence or a window.
///
///     additive:        e_ij = act(Wa . tanh(h_i Wt + h_j Wx + bh) + ba)
///     multiplicative:  e_ij = act(h_i Wa h_j + ba)
///     a = softmax_j(e)        output_i = sum_j a_ij h_j
public struct SeqSelfAttention: AttentionLayer {
    public static let kerasClasses = ["SeqSelfAttention"]

    private enum Score: Sendable {
        case additive(wt: Tensor, wx: Tensor, bh: Tensor?, wa: Tensor)
        case multiplicative(wa: Tensor)
    }

    private var score: Score
    private var bias: Tensor?
    private let activation: Activation
    private let window: Int?
    private let historyOnly: Bool
    private let returnsAttention: Bool
    private let name: String
    public private(set) var parameters: [Parameter]

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        let options = material.configuration
        let width = material.features
        var named: [Parameter] = []
        func weight(_ name: String, _ shape: [Int?]) throws -> Tensor {
            let value = try material.weight(name, shape: shape, anyPrefix: true)
            named.append(Parameter(name: name, value: value))
            return value
        }
        let usesBias = try options.bool("use_attention_bias", default: true)
        switch try options.string("attention_type", default: "additive") {
        case "additive":
            let units = try options.positive("units", default: 32)
            let wt = try weight("Add_Wt", [width, units])
            let wx = try weight("Add_Wx", [width, units])
            let bh = try options.bool("use_additive_bias", default: true) ? weight("Add_bh", [units]) : nil
            score = .additive(wt: wt, wx: wx, bh: bh, wa: try weight("Add_Wa", [units, 1]))
            bias = usesBias ? try weight("Add_ba", [1]) : nil
        case "multiplicative":
            score = .multiplicative(wa: try weight("Mul_Wa", [width, width]))
            bias = usesBias ? try weight("Mul_ba", [1]) : nil
        case let other:
            throw NetworkError.unsupportedOption(
                layer: name, option: "attention_type", value: "`\(other)`", supported: "additive, multiplicative")
        }
        parameters = named
        activation = try options.activation("attention_activation", default: .linear)
        historyOnly = try options.bool("history_only", default: false)
        window = try options.has("attention_width") ? options.positive("attention_width") : nil
        returnsAttention = try options.bool("return_attention", default: false)
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        let taken = Array(values.prefix(parameters.count))
        values.removeFirst(parameters.count)
        parameters = zip(parameters, taken).map { Parameter(name: $0.name, value: $1) }
        var rest = taken[...]
        switch score {
        case .multiplicative: score = .multiplicative(wa: rest.removeFirst())
        case .additive(_, _, let bh, _):
            let (wt, wx) = (rest.removeFirst(), rest.removeFirst())
            score = .additive(
                wt: wt, wx: wx, bh: bh == nil ? nil : rest.removeFirst(), wa: rest.removeFirst())
        }
        if bias != nil { bias = rest.removeFirst() }
    }

    public var attentionKind: String {
        let kind = if case .additive = score { "additive" } else { "multiplicative" }
        return "\(kind) self-attention of the package keras-self-attention"
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard inputs.count == 1, inputs[0].count == 2 else {
            throw NetworkError.wrongInput(
                layer: name, needs: "a sequence", found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        return [inputs[0]] + (returnsAttention ? [[inputs[0][0], inputs[0][0]]] : [])
    }

    /// Scores, energies and weights, and of additive scores all that they are sums over.
    public func record(for inputs: [SampleShape]) throws -> LayerRecord {
        let width = if case .additive(let wt, _, _, _) = score { Double(wt.shape[1]) } else { 1.0 }
        return LayerRecord(count: (3 + width) * pairCount(inputs) + 2 * elementCount(try outputShapes(for: inputs)))
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let raw = scores(x, recording: recording)
        var biased = raw.values
        if let bias { biased = biased.map { $0 + bias.values[0] } }
        var energies = activation(biased)
        let (batch, time) = (x.shape[0], x.shape[1])
        for b in 0..<batch {
            for i in 0..<time {
                for j in 0..<time {
                    if !isInWindow(i, j) { energies.values[(b * time + i) * time + j] -= 10_000 }
                    // The package masks a pair only where both of its positions are masked.
                    if let mask = input.masks[0], mask.values[b * time + i] == 0, mask.values[b * time + j] == 0 {
                        energies.values[(b * time + i) * time + j] -= 10_000
                    }
                }
            }
        }
        let given = input.substitute?.weights
        let weights = given ?? Activation.softmax(energies)
        let result = weights.batchedMatmul(x)
        let outputs = [result] + (returnsAttention ? [weights] : [])
        return LayerOutput(
            outputs, masks: outputs.map { _ in input.masks[0] }, attention: weights
        ) { [activation, biased, bias] cotangents, wantsWeights in
            var dX = Tensor(shape: x.shape, repeating: 0)
            var dWeights = Tensor(shape: weights.shape, repeating: 0)
            if let cotangent = cotangents[0] {
                dX.add(weights.batchedMatmul(cotangent, transposed: true))
                dWeights.add(cotangent.batchedMatmul(x, rightTransposed: true))
            }
            if cotangents.count > 1, let cotangent = cotangents[1] { dWeights.add(cotangent) }
            guard given == nil else { return PulledBack([dX, dWeights]) }
            let dEnergies = Activation.softmax.pullback(dWeights, x: weights, y: weights)
            let d = activation.pullback(dEnergies, x: biased, y: activation(biased))
            let (through, gradients) = raw.pullback(d, wantsWeights)
            dX.add(through)
            guard wantsWeights else { return PulledBack([dX]) }
            return PulledBack([dX], weights: gradients + (bias == nil ? [] : [d.total(shape: [1])]))
        }
    }

    private func isInWindow(_ i: Int, _ j: Int) -> Bool {
        guard let window else { return !historyOnly || j <= i }
        let lower = historyOnly ? i - (window - 1) : i - window / 2
        return lower <= j && j < lower + window
    }

    private func scores(_ x: Tensor, recording: Bool) -> (
        values: Tensor, pullback: (Tensor, Bool) -> (input: Tensor, weights: [Tensor?])
    ) {
        switch score {
        case .multiplicative(let wa):
            let projected = x.matmul(wa)
            return (
                projected.batchedMatmul(x, rightTransposed: true),
                { d, wantsWeights in
                    let dProjected = d.batchedMatmul(x)
                    var dX = dProjected.matmul(wa, rightTransposed: true)
                    dX.add(d.batchedMatmul(projected, transposed: true))
                    return (dX, wantsWeights ? [x.outerSum(dProjected)] : [])
                }
            )
        case .additive(let wt, let wx, let bh, let wa):
            let query = x.matmul(wt)
            var key = x.matmul(wx)
            if let bh { key.addToRows(bh) }
            let additive = AttentionCore.additive(query, key, recording: recording, inner: 1) { wa.values[$0] }
            return (
                additive.values,
                { d, wantsWeights in
                    let (dQuery, dKey, gradients) = additive.pullback(d, wantsWeights)
                    var dX = dQuery.matmul(wt, rightTransposed: true)
                    dX.add(dKey.matmul(wx, rightTransposed: true))
                    guard wantsWeights else { return (dX, []) }
                    return (
                        dX,
                        [x.outerSum(dQuery), x.outerSum(dKey)] + (bh == nil ? [] : [dKey.columnSums()])
                            + [gradients[1]?.reshaped(wa.shape)]
                    )
                }
            )
        }
    }
}

/// A weighted sum over time of the PyPI package `keras-self-attention`: a = softmax(h W + b), output = sum_t a_t h_t.
public struct SeqWeightedAttention: AttentionLayer {
    public static let kerasClasses = ["SeqWeightedAttention"]

    private var kernel: Tensor
    private var bias: Tensor?
    private let returnsAttention: Bool
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        let options = material.configuration
        kernel = try material.weight("W", shape: [material.features, 1], anyPrefix: true)
        bias = try options.bool("use_bias", default: true) ? material.weight("b", shape: [1], anyPrefix: true) : nil
        returnsAttention = try options.bool("return_attention", default: false)
    }

    public var attentionKind: String { "weighted sum of the package keras-self-attention, many-to-one" }

    public var parameters: [Parameter] {
        [Parameter(name: "W", value: kernel)] + (bias.map { [Parameter(name: "b", value: $0)] } ?? [])
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        kernel = values.removeFirst()
        if bias != nil { bias = values.removeFirst() }
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard inputs.count == 1, inputs[0].count == 2 else {
            throw NetworkError.wrongInput(
                layer: name, needs: "a sequence", found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        return [[inputs[0][1]]] + (returnsAttention ? [[inputs[0][0]]] : [])
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let (batch, time, width) = (x.shape[0], x.shape[1], x.shape[2])
        var logits = x.matmul(kernel).reshaped([batch, time])
        for place in 0..<logits.count {
            logits.values[place] += bias?.values[0] ?? 0
            if input.masks[0]?.values[place] == 0 { logits.values[place] = -1e9 }
        }
        let given = input.substitute?.weights
        let weights = given ?? Activation.softmax(logits)
        let row = weights.reshaped([batch, 1, time])
        let result = row.batchedMatmul(x).reshaped([batch, width])
        return LayerOutput([result] + (returnsAttention ? [weights] : []), attention: weights) {
            [kernel, bias] cotangents, wantsWeights in
            guard let cotangent = cotangents[0]?.reshaped([batch, 1, width]) else { return PulledBack([nil]) }
            var dX = row.batchedMatmul(cotangent, transposed: true)
            let dWeights = cotangent.batchedMatmul(x, rightTransposed: true).reshaped([batch, time])
            guard given == nil else { return PulledBack([dX, dWeights]) }
            let dLogits = Activation.softmax.pullback(dWeights, x: weights, y: weights).reshaped([batch, time, 1])
            dX.add(dLogits.matmul(kernel, rightTransposed: true))
            guard wantsWeights else { return PulledBack([dX]) }
            return PulledBack([dX], weights: [x.outerSum(dLogits)] + (bias == nil ? [] : [dLogits.columnSums()]))
        }
    }
}
