import Tensors

extension Evaluation {
    /// The same batch with other attention: only what lies downstream of the substituted layers is computed anew.
    ///
    /// - Parameters:
    ///   - substitutes: What stands in for the attention of layers among ``LayerGraph/attentionLayers``, by name. Weights have the shape
    ///     that ``attention`` gives them.
    ///   - recording: Whether gradients will be asked for, of this evaluation's outputs; what lies upstream must then have been
    ///     recorded too. No gradient passes through given weights to what they were computed from.
    public func substituting(
        _ substitutes: [String: AttentionSubstitute], recording: Bool = false
    ) throws -> Evaluation {
        var results = results
        var isStale = [Bool](repeating: false, count: results.count)
        for (index, node) in graph.nodes.enumerated() {
            if let layer = node.layer {
                let substitute = layer is any AttentionLayer ? substitutes[node.name] : nil
                if substitute != nil || node.inputs.contains(where: { isStale[$0.node] }) {
                    let input = LayerInput(
                        node.inputs.map { results[$0.node].tensors[$0.output] },
                        masks: node.inputs.map { results[$0.node].masks[$0.output] }, substitute: substitute,
                        kept: node.inputs.contains { isStale[$0.node] } ? nil : results[index].kept)
                    results[index] = try layer(input, recording: recording)
                    isStale[index] = true
                }
            }
            for map in graph.handMadeAttention where map.weights.node == index {
                guard let substitute = substitutes[map.layer] else { continue }
                let own = results[index].tensors[map.weights.output]
                results[index].tensors[map.weights.output] = substitute.weights?.reshaped(own.shape) ?? own
                results[index].pullback = nil
                results[index].weightPullback = nil
                isStale[index] = true
            }
            // The last state of a dissolved layer feeds the scores, which are given here, and the output past the attention.
            if node.layer is LastStep, substitutes.contains(where: { !$1.keepsQuery && graph.isHandMade($0) }) {
                results[index] = LayerOutput(
                    results[index].tensors.map { Tensor(shape: $0.shape, repeating: 0) }, masks: results[index].masks)
                isStale[index] = true
            }
        }
        var evaluation = Evaluation(graph: graph, results: results)
        evaluation.substituted = Set(substitutes.keys)
        return evaluation
    }
}

extension Evaluation {
    /// The node whose output holds a layer's attention weights, or which computes them: none before it depends on them. 0 for a layer
    /// without attention.
    package func nodeIndex(ofAttention layer: String) -> Int {
        if let map = graph.handMadeAttention.first(where: { $0.layer == layer }) { return map.weights.node }
        return graph.nodes.firstIndex { $0.name == layer } ?? 0
    }
}

extension LayerGraph {
    /// Whether a layer is attention made by hand, or named by the user.
    func isHandMade(_ layer: String) -> Bool { handMadeAttention.contains { $0.layer == layer } }

    /// Whether the query of an attention layer also reaches the output past the attention.
    public func hasQueryPath(_ layer: String) -> Bool {
        if isHandMade(layer) { return nodes.contains { $0.layer is LastStep } }
        return nodes.contains { $0.name == layer && ($0.layer as? any AttentionLayer)?.hasQueryPath == true }
    }

    /// The states that an attention layer weights (its values), a sequence; nil for a layer that the user named and whose use is unknown.
    public func weightedStates(of layer: String) -> TensorID? {
        if let map = handMadeAttention.first(where: { $0.layer == layer }) {
            return map.weighted.flatMap { name in nodes.lastIndex { $0.name == name } }.map { TensorID(node: $0) }
        }
        guard let node = nodes.first(where: { $0.name == layer && $0.layer is any AttentionLayer }) else { return nil }
        return node.inputs.count > 1 ? node.inputs[1] : node.inputs.first
    }
}
