import Tensors

/// Attention that is not a layer of its own but made by hand: a softmax over time whose result weights a sequence by Multiply or Dot.
struct HandMadeAttention: Sendable {
    /// The layer whose output are the weights.
    let layer: String
    /// That output.
    let weights: LayerGraph.TensorID
    /// Whether there is one weight per step and feature (N×T×d) instead of one per step.
    let isPerFeature: Bool

    /// Every such attention of a graph.
    static func all(in nodes: [LayerGraph.Node]) -> [HandMadeAttention] {
        nodes.indices.compactMap { index in
            guard isSoftmax(nodes[index]), reachesWeighting(index, nodes) else { return nil }
            let shape = nodes[index].outputShapes[0]
            let followers = nodes.indices.filter { nodes[$0].inputs.contains { $0.node == index } }
            // Softmax over the permuted time axis, turned back by a Permute: that one's output is the map.
            if shape.count == 2, let back = followers.first(where: { nodes[$0].className == "Permute" }) {
                return HandMadeAttention(
                    layer: nodes[back].name, weights: .init(node: back), isPerFeature: true)
            }
            return HandMadeAttention(layer: nodes[index].name, weights: .init(node: index), isPerFeature: false)
        }
    }

    private static func isSoftmax(_ node: LayerGraph.Node) -> Bool {
        if let layer = node.layer as? ActivationLayer { return layer.activation == .softmax }
        if let layer = node.layer as? Dense { return layer.activation == .softmax }
        return false
    }

    /// Whether a node's output reaches, through layers that only rearrange it, a product with a sequence.
    private static func reachesWeighting(_ index: Int, _ nodes: [LayerGraph.Node]) -> Bool {
        nodes.indices.contains { follower in
            let node = nodes[follower]
            guard node.inputs.contains(where: { $0.node == index }) else { return false }
            switch node.className {
            case "Multiply", "Dot":
                return node.inputs.contains { input in
                    input.node != index && nodes[input.node].outputShapes[input.output].count == 2
                }
            case "Permute", "RepeatVector", "Reshape", "Flatten", "Dropout": return reachesWeighting(follower, nodes)
            default: return false
            }
        }
    }
}
