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

    /// Every such attention of a graph.
    static func all(in nodes: [LayerGraph.Node]) -> [HandMadeAttention] {
        nodes.indices.compactMap { index in
            guard let axis = softmaxAxis(nodes[index]), reachesWeighting(index, nodes) else { return nil }
            let shape = nodes[index].outputShapes[0]
            let followers = nodes.indices.filter { nodes[$0].inputs.contains { $0.node == index } }
            // Softmax over the permuted time axis, turned back by a Permute: that one's output is the map.
            if shape.count == 2, let back = followers.first(where: { nodes[$0].className == "Permute" }) {
                return HandMadeAttention(
                    layer: nodes[back].name, weights: .init(node: back), isPerFeature: true)
            }
            // Softmax over the first of two axes: each feature has weights over time of its own.
            return HandMadeAttention(
                layer: nodes[index].name, weights: .init(node: index), isPerFeature: shape.count == 2 && axis == 0)
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
            layer: name, weights: .init(node: index), isPerFeature: shape.count == 2 && !isSquare)
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
