import Networks
import Tensors

// Layers that move values about, or pick one of several.

extension Dropout: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] { relevance }
}

extension Masking: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        try RelevanceRules.moved(relevance, call)
    }
}

extension ShapeLayer: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        try RelevanceRules.moved(relevance, call)
    }
}

extension Concatenate: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        try RelevanceRules.moved(relevance, call)
    }
}

extension LastStep: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        try RelevanceRules.moved(relevance, call)
    }
}

extension ActivationLayer: RelevanceRule {
    /// A softmax inside the network is no elementwise function: its outputs are gates of something else.
    var hasRelevance: Bool { activation != .softmax }

    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] { relevance }
}

extension PReLU: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] { relevance }
}

// Pooling and sums.

extension GlobalPooling: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        try isMaximum ? RelevanceRules.moved(relevance, call) : RelevanceRules.linear(relevance, call)
    }
}

extension WindowPooling: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        try isMaximum ? RelevanceRules.moved(relevance, call) : RelevanceRules.linear(relevance, call)
    }
}

extension Merge: RelevanceRule {
    /// Sums and differences share out by their terms, a maximum goes to the largest; of a product it is not known which factor is the
    /// gate.
    var hasRelevance: Bool { kind != "Multiply" }

    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        try ["Maximum", "Minimum"].contains(kind)
            ? RelevanceRules.moved(relevance, call) : RelevanceRules.linear(relevance, call)
    }
}

// Layers made of layers.

extension TimeDistributed: RelevanceRule {
    var hasRelevance: Bool { (inner as? any RelevanceRule)?.hasRelevance ?? false }

    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        guard let rule = inner as? any RelevanceRule else { return [nil] }
        let fold = { (tensor: Tensor) in
            tensor.reshaped([tensor.shape[0] * tensor.shape[1]] + tensor.shape.dropFirst(2))
        }
        let inputs = call.inputs.map(fold)
        let output = try inner(LayerInput(inputs), recording: true)
        let steps = LayerCall(
            inputs: inputs, masks: [nil], outputs: output.tensors, attention: output.attention,
            pullback: output.pullback, epsilon: call.epsilon)
        return try rule.relevance(relevance.map { $0.map(fold) }, steps).map { $0?.reshaped(call.inputs[0].shape) }
    }
}

extension Submodel: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        let evaluation = try graph.evaluate(call.inputs, masks: call.masks, recording: true)
        let pass = RelevancePass(graph: graph, evaluation: evaluation, epsilon: call.epsilon)
        var seeds: [LayerGraph.TensorID: Tensor] = [:]
        for (output, relevance) in zip(graph.outputs, relevance) { seeds[output] = relevance }
        return try pass.relevance(from: seeds, to: graph.inputs.map { .init(node: $0) })
    }
}

extension Bidirectional: RelevanceRule {
    /// Of two directions multiplied it is not known which is the gate.
    var hasRelevance: Bool {
        mergeMode != "mul" && [forward, backward].allSatisfy { ($0 as? any RelevanceRule)?.hasRelevance ?? false }
    }

    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        guard let first = forward as? any RelevanceRule, let second = backward as? any RelevanceRule else {
            return [nil]
        }
        let states = (call.inputs.count - 1) / 2
        let picked = (0..<2).map { offset in [0] + (0..<states).map { 1 + offset * states + $0 } }
        let calls = try zip([forward, backward], picked).map { layer, picked in
            let (inputs, masks) = (picked.map { call.inputs[$0] }, picked.map { call.masks[$0] })
            let output = try layer(LayerInput(inputs, masks: masks), recording: true)
            return LayerCall(
                inputs: inputs, masks: masks, outputs: output.tensors, attention: output.attention,
                pullback: output.pullback, epsilon: call.epsilon)
        }
        let (a, b) = split(relevance, calls[0].outputs[0], calls[1].outputs[0], epsilon: call.epsilon)
        let extra = mergeMode == nil ? 2 : 1
        let perSide = calls[0].outputs.count - 1
        let statesA = Array(relevance[extra..<(extra + perSide)])
        let statesB = Array(relevance[(extra + perSide)..<(extra + 2 * perSide)])
        let back = (
            try first.relevance([a] + statesA, calls[0]),
            try second.relevance([returnSequences ? b?.reversedInTime() : b] + statesB, calls[1])
        )
        var sum = back.0[0]
        if let other = back.1[0] {
            if sum == nil { sum = other } else { sum?.add(other) }
        }
        return [sum] + back.0.dropFirst() + back.1.dropFirst()
    }

    /// The relevance of each direction's output, in the input's order of steps.
    private func split(
        _ relevance: [Tensor?], _ first: Tensor, _ backwards: Tensor, epsilon: Double
    ) -> (Tensor?, Tensor?) {
        guard mergeMode != nil else { return (relevance[0], relevance[1]) }
        guard let given = relevance[0] else { return (nil, nil) }
        let width = first.shape[first.rank - 1]
        if mergeMode == "concat" { return (given.lastAxis(0..<width), given.lastAxis(width..<(2 * width))) }
        // A sum of two terms (a mean has the same shares, but twice the stabiliser).
        let second = returnSequences ? backwards.reversedInTime() : backwards
        let scale = mergeMode == "ave" ? 0.5 : 1
        let shares = zip3(given, first, second) { relevance, a, b in
            Float(RelevanceRules.share(Double(relevance), scale * (Double(a) + Double(b)), epsilon) * scale)
        }
        return (shares * first, shares * second)
    }
}
