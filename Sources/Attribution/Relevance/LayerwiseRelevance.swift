import Networks
import Tensors

/// Layer-wise relevance propagation with the rules of Arras et al. (2017, 2019), "LRP-all" with the epsilon stabiliser.
///
///     linear maps:     R_i = sum_j z_ij / (z_j + e sign(z_j)) R_j,  z_ij = x_i w_ij,  z_j = sum_i z_ij + b_j,  sign(0) = +1
///     gate × signal:   all to the signal, nothing to the gate; attention weights count as gates
///     activations:     the identity
///
/// It starts from the explained output itself, before a final softmax or sigmoid. Biases and the stabiliser keep the relevance that falls to
/// them, so the sum over the input is the output only without biases. The network is recomputed in double precision inside the
/// rules, where near-zero denominators would magnify rounding.
public struct LayerwiseRelevance: AttributionMethod {
    public static let id = "lrp"

    /// The stabiliser e.
    public var epsilon: Double
    public var reduction: FeatureReduction

    /// Relevance with a stabiliser of 0.001, as in Arras' code; features are summed by default.
    public init(epsilon: Double = 0.001, reduction: FeatureReduction = .sum) {
        self.epsilon = epsilon
        self.reduction = reduction
    }

    /// The relevance of each input element, N×T×F.
    ///
    /// - Throws: ``AttributionError/noRelevanceRule(layer:className:known:)`` for a layer without a rule between input and output.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        guard epsilon >= 0 else {
            throw AttributionError.badOption(
                method: "layer-wise relevance propagation", option: "epsilon", value: "\(epsilon)", needs: "0 or more")
        }
        let pass = RelevancePass(graph: subject.graph, evaluation: subject.evaluation, epsilon: epsilon)
        let seeds = try pass.seeds(subject.selection)
        return Attribution(values: try pass.relevance(from: seeds, to: [subject.target])[0])
    }
}

/// One batch's way back from the relevance of outputs to that of inputs.
struct RelevancePass {
    let graph: LayerGraph
    let evaluation: Evaluation
    let epsilon: Double

    /// Where relevance starts: tensors with the relevance of each element.
    func seeds(_ selection: OutputSelection) throws -> [LayerGraph.TensorID: Tensor] {
        var seeds: [LayerGraph.TensorID: Tensor] = [:]
        for (output, weight) in zip(graph.outputs, selection.weights) {
            guard let weight else { continue }
            let (place, values) = score(of: output)
            seeds[place] = weight.reshaped(values.shape) * values
        }
        return seeds
    }

    /// The score behind an output: what a final softmax or sigmoid was computed from, else the output itself.
    private func score(of output: LayerGraph.TensorID) -> (LayerGraph.TensorID, Tensor) {
        let node = graph.nodes[output.node]
        switch node.layer {
        case let layer as Dense where [.softmax, .sigmoid].contains(layer.activation):
            let input = node.inputs[0]
            let x = evaluation.outputs(ofNode: input.node)[input.output]
            let z = LinearRelevance(layer.kernel, bias: layer.bias, epsilon: epsilon).sums(x)
            let shape = Array(x.shape.dropLast()) + [layer.kernel.shape[1]]
            return (output, Tensor(shape: shape, values: z.map(Float.init)))
        case let layer as ActivationLayer where [.softmax, .sigmoid].contains(layer.activation):
            return (node.inputs[0], evaluation.outputs(ofNode: node.inputs[0].node)[node.inputs[0].output])
        case is SoftmaxLayer:
            return (node.inputs[0], evaluation.outputs(ofNode: node.inputs[0].node)[node.inputs[0].output])
        default: return (output, evaluation.outputs(ofNode: output.node)[output.output])
        }
    }

    /// A layer's rule. A softmax inside the network has none: what it gives are gates of something else, and a product with them is
    /// attention made by hand.
    private func rule(of layer: any Layer, at index: Int) -> (any RelevanceRule)? {
        if layer is Dot || (layer as? Merge)?.kind == "Multiply" {
            let isGate = graph.nodes[index].inputs.map(isGate)
            return isGate.count { !$0 } == 1 ? GatedProduct(isGate: isGate) : nil
        }
        if let dense = layer as? Dense, dense.activation == .softmax,
            !graph.outputs.contains(where: { $0.node == index })
        {
            return nil
        }
        return (layer as? any RelevanceRule).flatMap { $0.hasRelevance ? $0 : nil }
    }

    /// The relevance of some tensors, given that of others.
    func relevance(
        from seeds: [LayerGraph.TensorID: Tensor], to targets: [LayerGraph.TensorID]
    ) throws -> [Tensor] {
        var gathered = seeds
        let earliest = targets.map(\.node).min() ?? 0
        let isDownstream = downstream(of: targets)
        for index in graph.nodes.indices.reversed() where index > earliest && isDownstream[index] {
            let outputs = evaluation.outputs(ofNode: index)
            let relevance = outputs.indices.map { gathered[.init(node: index, output: $0)] }
            let node = graph.nodes[index]
            guard relevance.contains(where: { $0 != nil }), let layer = node.layer,
                !targets.contains(.init(node: index))
            else { continue }
            guard let rule = rule(of: layer, at: index) else {
                throw AttributionError.noRelevanceRule(
                    layer: node.name, className: node.className, known: RelevanceRules.known)
            }
            let call = LayerCall(
                inputs: node.inputs.map { evaluation.outputs(ofNode: $0.node)[$0.output] },
                masks: node.inputs.map { evaluation.masks(ofNode: $0.node)[$0.output] }, outputs: outputs,
                attention: evaluation.attention(ofNode: index), pullback: evaluation.pullback(ofNode: index),
                epsilon: epsilon)
            for (source, part) in zip(node.inputs, try rule.relevance(relevance, call)) {
                guard let part else { continue }
                gathered[source, default: Tensor(shape: part.shape, repeating: 0)].add(part)
            }
        }
        return targets.map { target in
            gathered[target]
                ?? Tensor(shape: evaluation.outputs(ofNode: target.node)[target.output].shape, repeating: 0)
        }
    }

    /// Whether a tensor is a softmax inside the network, perhaps rearranged.
    private func isGate(_ tensor: LayerGraph.TensorID) -> Bool {
        let node = graph.nodes[tensor.node]
        switch node.layer {
        case let layer as ActivationLayer: return layer.activation == .softmax
        case let layer as Dense: return layer.activation == .softmax
        case is SoftmaxLayer: return true
        case is ShapeLayer, is Dropout: return isGate(node.inputs[0])
        default: return false
        }
    }

    /// The nodes that depend on one of the targets: other branches need no rule.
    private func downstream(of targets: [LayerGraph.TensorID]) -> [Bool] {
        var result = [Bool](repeating: false, count: graph.nodes.count)
        for index in graph.nodes.indices {
            result[index] =
                targets.contains { $0.node == index } || graph.nodes[index].inputs.contains { result[$0.node] }
        }
        return result
    }
}
