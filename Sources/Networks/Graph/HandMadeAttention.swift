import Tensors

/// Attention that is not a layer of its own: made by hand, as a softmax over time whose result weights a sequence by Multiply or
/// Dot, or whatever layer the user names.
struct HandMadeAttention: Sendable {
    /// The layer whose output are the weights.
    let layer: String
    /// That output.
    let weights: LayerGraph.TensorID
    /// Whether there is one weight per step and feature (N×T×d) instead of one per step.
    let isPerFeature: Bool
    /// The layer whose output the weights are multiplied with; nil for a layer that the user named.
    let weighted: String?

    /// Every such attention of a graph.
    static func all(in nodes: [LayerGraph.Node]) -> [HandMadeAttention] {
        nodes.indices.compactMap { index in
            guard let axis = softmaxAxis(nodes[index]), let weighted = weighted(by: index, nodes) else { return nil }
            let shape = nodes[index].outputShapes[0]
            let followers = nodes.indices.filter { nodes[$0].inputs.contains { $0.node == index } }
            // Softmax over the permuted time axis, turned back by a Permute: that one's output is the map.
            if shape.count == 2, let back = followers.first(where: { nodes[$0].className == "Permute" }) {
                return HandMadeAttention(
                    layer: nodes[back].name, weights: .init(node: back), isPerFeature: true, weighted: weighted)
            }
            // Softmax over the first of two axes: each feature has weights over time of its own.
            return HandMadeAttention(
                layer: nodes[index].name, weights: .init(node: index), isPerFeature: shape.count == 2 && axis == 0,
                weighted: weighted)
        }
    }

    /// A layer that the user says computes attention weights: N×T, N×T×1, N×Tq×Tk, N×H×Tq×Tk, or else N×T×d.
    ///
    /// - Throws: ``NetworkError/noSuchLayer(name:known:)``, ``NetworkError/wrongInput(layer:needs:found:)``.
    static func named(_ name: String, in nodes: [LayerGraph.Node]) throws -> HandMadeAttention {
        guard let index = nodes.lastIndex(where: { $0.name == name }) else {
            throw NetworkError.noSuchLayer(name: name, known: nodes.map(\.name))
        }
        let shape = nodes[index].outputShapes[0]
        guard 1...3 ~= shape.count else {
            throw NetworkError.wrongInput(
                layer: name, needs: "an output of one weight per position to be attention", found: kerasShapeText(shape)
            )
        }
        let isSquare = shape.count == 2 && shape[0] == shape[1] && shape[0] != nil
        return HandMadeAttention(
            layer: name, weights: .init(node: index), isPerFeature: shape.count == 2 && !isSquare, weighted: nil)
    }

    /// The axis of the sample that a softmax runs over; nil for what is no softmax.
    private static func softmaxAxis(_ node: LayerGraph.Node) -> Int? {
        let last = (node.outputShapes.first?.count ?? 1) - 1
        switch node.layer {
        case let layer as ActivationLayer: return layer.activation == .softmax ? last : nil
        case let layer as Dense: return layer.activation == .softmax ? last : nil
        case let layer as SoftmaxLayer: return layer.sampleAxis
        default: return nil
        }
    }

    /// The layer whose sequence a node's output is multiplied with, through layers that only rearrange it; nil if there is none.
    private static func weighted(by index: Int, _ nodes: [LayerGraph.Node]) -> String? {
        for node in nodes.indices where nodes[node].inputs.contains(where: { $0.node == index }) {
            switch nodes[node].className {
            case "Multiply", "Dot":
                let sequence = nodes[node].inputs.first { input in
                    input.node != index && nodes[input.node].outputShapes[input.output].count == 2
                }
                if let sequence { return nodes[sequence.node].name }
            case "Permute", "RepeatVector", "Reshape", "Flatten", "Dropout":
                if let found = weighted(by: node, nodes) { return found }
            default: continue
            }
        }
        return nil
    }
}
