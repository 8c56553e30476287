extension LayerGraph {
    /// The activation that an output of the network comes from, through layers that only rearrange it; `linear` where it comes from none.
    public func outputActivation(_ index: Int) -> Activation {
        guard outputs.indices.contains(index) else { return .linear }
        return activation(of: outputs[index])
    }

    private func activation(of tensor: TensorID) -> Activation {
        let node = nodes[tensor.node]
        switch node.layer {
        case let layer as Dense: return layer.activation
        case let layer as ActivationLayer: return layer.activation
        case is SoftmaxLayer: return .softmax
        case let layer as TimeDistributed: return (layer.inner as? Dense)?.activation ?? .linear
        case let layer as Submodel:
            return tensor.output < layer.graph.outputs.count ? layer.graph.outputActivation(tensor.output) : .linear
        default:
            guard ["Dropout", "Flatten", "Reshape"].contains(node.className), let input = node.inputs.first else {
                return .linear
            }
            return activation(of: input)
        }
    }
}
