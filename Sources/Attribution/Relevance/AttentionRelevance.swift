import Networks
import Tensors

/// The rule of context = sum_t a_t h_t: the weights are gates, so all goes to the states in proportion to a_t h_t.
private func relevanceOfStates(_ context: [Double], weights: Tensor, states: Tensor, epsilon: Double) -> Tensor {
    let (batch, time, width) = (states.shape[0], states.shape[1], states.shape[2])
    return Tensor(shape: states.shape) { result in
        for sample in 0..<batch {
            for unit in 0..<width {
                let parts = (0..<time).map { step in
                    Double(weights.values[sample * time + step])
                        * Double(states.values[(sample * time + step) * width + unit])
                }
                let share = RelevanceRules.share(context[sample * width + unit], parts.reduce(0, +), epsilon)
                for step in 0..<time { result[(sample * time + step) * width + unit] = Float(parts[step] * share) }
            }
        }
    }
}

extension PackageAttention: RelevanceRule {
    /// tanh([context; h_T] W_c): a linear map, whose relevance goes to the context, and from there to the states by their weights, and
    /// to the last state.
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        guard let given = relevance[0], let weights = call.attention else { return [nil] }
        let states = call.inputs[0]
        let (batch, time, width) = (states.shape[0], states.shape[1], states.shape[2])
        var joint = [Double](repeating: 0, count: batch * 2 * width)
        for sample in 0..<batch {
            for step in 0..<time {
                let weight = Double(weights.values[sample * time + step])
                for unit in 0..<width {
                    let state = Double(states.values[(sample * time + step) * width + unit])
                    joint[sample * 2 * width + unit] += weight * state
                    if step == time - 1 { joint[(sample * 2 + 1) * width + unit] = state }
                }
            }
        }
        let rule = LinearRelevance(attentionVector, bias: nil, epsilon: call.epsilon)
        let split = rule.relevance(given.values.map(Double.init), x: joint, z: rule.sums(joint))
        let part = { (index: Int) -> [Double] in
            (0..<batch).flatMap { split[(($0 * 2 + index) * width)..<(($0 * 2 + index + 1) * width)] }
        }
        var result = relevanceOfStates(part(0), weights: weights, states: states, epsilon: call.epsilon)
        result.addToStep(time - 1, Tensor(shape: [batch, width], values: part(1).map(Float.init)))
        return [result]
    }
}

extension AttentionWeightedAverage: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        guard let given = relevance[0], let weights = call.attention else { return [nil] }
        return [
            relevanceOfStates(
                given.values.map(Double.init), weights: weights, states: call.inputs[0], epsilon: call.epsilon)
        ]
    }
}

extension SeqWeightedAttention: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        guard let given = relevance[0], let weights = call.attention else { return [nil] }
        return [
            relevanceOfStates(
                given.values.map(Double.init), weights: weights, states: call.inputs[0], epsilon: call.epsilon)
        ]
    }
}

/// The rule of a product of a signal with gates, by `Multiply` or `Dot`: linear in the signal, nothing for the gates.
struct GatedProduct: RelevanceRule {
    /// For each input whether it is a gate.
    let isGate: [Bool]

    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        zip(try RelevanceRules.linear(relevance, call), isGate).map { $1 ? nil : $0 }
    }
}
