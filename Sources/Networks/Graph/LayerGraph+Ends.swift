import Tensors

/// The two ends of a network as attribution sees them: what it starts from, and what its outputs are.
extension LayerGraph {
    /// The tensor that stands for an input when its values are moved: the input itself, or, of tokens, their embedding's output; where
    /// the input goes into a `Masking` layer only, that layer's output, so that moving values neither masks nor unmasks a step.
    public func movableInput(_ index: Int) -> TensorID {
        let input = differentiableInput(index)
        let followers = nodes.indices.filter { nodes[$0].inputs.contains(input) }
        guard nodes[input.node].layer == nil, followers.count == 1, nodes[followers[0]].layer is Masking else {
            return input
        }
        return TensorID(node: followers[0])
    }

    /// Whether a network's output is a softmax over more than one class, whose sum is constant.
    public func isSoftmax(output index: Int) -> Bool {
        let output = outputs[index]
        return (nodes[output.node].outputShapes[output.output].last ?? nil) != 1 && isSoftmax(output)
    }

    private func isSoftmax(_ tensor: TensorID) -> Bool {
        let node = nodes[tensor.node]
        switch node.layer {
        case is Dropout: return isSoftmax(node.inputs[0])
        case let model as Submodel: return model.graph.isSoftmax(model.graph.outputs[tensor.output])
        case let layer?: return Self.isSoftmax(layer)
        case nil: return false
        }
    }

    private static func isSoftmax(_ layer: any Layer) -> Bool {
        switch layer {
        case let layer as Dense: layer.activation == .softmax
        case let layer as ActivationLayer: layer.activation == .softmax
        case let layer as TimeDistributed: isSoftmax(layer.inner)
        default: layer is SoftmaxLayer
        }
    }
}
