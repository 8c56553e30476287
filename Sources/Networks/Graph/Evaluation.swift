import Tensors

/// A network run on one batch: every layer's outputs, the attention weights, and the way back.
public struct Evaluation {
    let graph: LayerGraph
    let results: [LayerOutput]
    /// The layers whose attention was substituted.
    var substituted: Set<String> = []

    /// The network's outputs.
    public var outputs: [Tensor] { graph.outputs.map { results[$0.node].tensors[$0.output] } }

    /// The masks that travel with the outputs.
    package var outputMasks: [Tensor?] { graph.outputs.map { results[$0.node].masks[$0.output] } }

    /// The outputs of a node.
    public func outputs(ofNode index: Int) -> [Tensor] { results[index].tensors }

    /// The mask that travels with each output of a node, B×T (1 = valid); nil where nothing is masked.
    public func masks(ofNode index: Int) -> [Tensor?] { results[index].masks }

    /// The attention weights that a node computed or was given, if it has any.
    package func attention(ofNode index: Int) -> Tensor? { results[index].attention }

    /// The vector-Jacobian product of a node, if it was recorded.
    package func pullback(ofNode index: Int) -> Pullback? { results[index].pullback }

    /// The attention weights of each layer that computes some, in graph order, then of attention made by hand.
    public var attention: [(layer: String, weights: Tensor)] {
        let layers = zip(graph.nodes, results).compactMap { node, result in
            graph.isChosen(node.name) ? result.attention.map { (layer: node.name, weights: $0) } : nil
        }
        return layers
            + graph.handMadeAttention.map {
                (layer: $0.layer, weights: results[$0.weights.node].tensors[$0.weights.output])
            }
    }

    /// Whether the weights of a layer are one per step and feature, N×T×d.
    public func isPerFeature(_ layer: String) -> Bool {
        graph.handMadeAttention.contains { $0.layer == layer && $0.isPerFeature }
    }

    /// The gradients of the cotangent-weighted sum of the network's outputs with respect to tensors of the graph.
    ///
    /// - Parameters:
    ///   - cotangents: One per output, of the output's shape; nil counts as zero.
    ///   - targets: The tensors to differentiate with respect to; the network's inputs by default.
    /// - Returns: One gradient per target, of the target's shape (zero where the outputs don't depend on it).
    /// - Precondition: The evaluation was recorded.
    public func gradients(
        cotangents: [Tensor?], of targets: [LayerGraph.TensorID]? = nil
    ) throws -> [Tensor] {
        try backpropagate(cotangents: cotangents, to: targets).gradients
    }

    /// As ``gradients(cotangents:of:)``, with the gradients with respect to substituted attention weights by layer (see
    /// ``substituting(_:recording:)``).
    public func backpropagate(
        cotangents: [Tensor?], to targets: [LayerGraph.TensorID]? = nil
    ) throws -> (gradients: [Tensor], attention: [String: Tensor]) {
        let targets = targets ?? graph.inputs.map { LayerGraph.TensorID(node: $0) }
        var gathered: [[Tensor?]] = results.map { $0.tensors.map { _ in nil } }
        for (output, cotangent) in zip(graph.outputs, cotangents) {
            if let cotangent { Self.add(cotangent, to: &gathered[output.node][output.output]) }
        }
        let earliest = targets.map(\.node).min() ?? 0
        let kept = Set(targets.map(\.node) + graph.handMadeAttention.map(\.weights.node))
        var attention: [String: Tensor] = [:]
        for index in graph.nodes.indices.reversed() where index > earliest {
            guard gathered[index].contains(where: { $0 != nil }), let pullback = results[index].pullback else {
                continue
            }
            let inputs = graph.nodes[index].inputs
            let pulled = try pullback(gathered[index])
            // Gives back memory that the next cotangents can take while it is in the cache.
            if !kept.contains(index) { gathered[index] = gathered[index].map { _ in nil } }
            if pulled.count > inputs.count { attention[graph.nodes[index].name] = pulled[inputs.count] }
            for (source, cotangent) in zip(inputs, pulled) {
                if let cotangent { Self.add(cotangent, to: &gathered[source.node][source.output]) }
            }
        }
        for map in graph.handMadeAttention where substituted.contains(map.layer) {
            attention[map.layer] = gathered[map.weights.node][map.weights.output]
        }
        let gradients = targets.map { target in
            gathered[target.node][target.output]
                ?? Tensor(shape: results[target.node].tensors[target.output].shape, repeating: 0)
        }
        return (gradients, attention)
    }

    static func add(_ cotangent: Tensor, to sum: inout Tensor?) {
        // What is there may be another node's cotangent as well, and would be copied before it were added to.
        sum = sum.map { $0 + cotangent } ?? cotangent
    }
}
