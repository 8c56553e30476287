import Tensors

/// A network: layers as the nodes of a directed acyclic graph.
///
/// A node is one call of a layer; a layer that is shared between branches stands in several nodes.
public struct LayerGraph: Sendable {
    /// One output tensor of a node.
    public struct TensorID: Hashable, Sendable {
        /// The index of the node.
        public let node: Int
        /// Which of its outputs.
        public let output: Int

        /// The given output of a node, by default its first.
        public init(node: Int, output: Int = 0) {
            self.node = node
            self.output = output
        }
    }

    /// One call of a layer.
    public struct Node: Sendable {
        /// The layer's name.
        public let name: String
        /// The layer's class in Keras' words.
        public let className: String
        /// The layer; nil for an input of the network.
        public let layer: (any Layer)?
        /// Where its inputs come from; nodes before this one.
        public let inputs: [TensorID]
        /// The shapes of its outputs.
        public let outputShapes: [SampleShape]
        /// Whether training changes the layer's weights; not so for a frozen layer.
        public let isTrainable: Bool

        init(
            name: String, className: String, layer: (any Layer)?, inputs: [TensorID], outputShapes: [SampleShape],
            isTrainable: Bool = true
        ) {
            (self.name, self.className, self.layer) = (name, className, layer)
            (self.inputs, self.outputShapes, self.isTrainable) = (inputs, outputShapes, isTrainable)
        }
    }

    /// The nodes in an order in which each comes after those it needs.
    public private(set) var nodes: [Node]
    /// The network's inputs: indices of nodes without a layer, in Keras' order.
    public let inputs: [Int]
    /// The network's outputs.
    public let outputs: [TensorID]
    /// Attention made by hand, or named by the user.
    private(set) var handMadeAttention: [HandMadeAttention]
    /// The layers that the user wants; nil for all that compute attention.
    private(set) var chosenAttention: Set<String>?

    /// A graph of nodes in topological order.
    init(nodes: [Node], inputs: [Int], outputs: [TensorID]) {
        self.nodes = nodes
        self.inputs = inputs
        self.outputs = outputs
        handMadeAttention = HandMadeAttention.all(in: nodes)
    }

    /// The graph with the same nodes but other weights.
    func with(nodes: [Node]) -> LayerGraph {
        var graph = self
        graph.nodes = nodes
        return graph
    }

    /// The names of the layers that yield attention weights, in graph order, then those of attention made by hand.
    public var attentionLayers: [String] {
        nodes.filter { $0.layer is any AttentionLayer && isChosen($0.name) }.map(\.name)
            + handMadeAttention.map(\.layer)
    }

    /// The graph with only these layers as its attention. A layer that computes none counts by its output: the weights.
    ///
    /// - Throws: ``NetworkError/noSuchLayer(name:known:)``, ``NetworkError/wrongInput(layer:needs:found:)``.
    public func watching(_ layers: [String]) throws -> LayerGraph {
        var graph = self
        graph.chosenAttention = Set(layers)
        graph.handMadeAttention = try layers.compactMap { name in
            if nodes.contains(where: { $0.name == name && $0.layer is any AttentionLayer }) { return nil }
            return try handMadeAttention.first { $0.layer == name } ?? HandMadeAttention.named(name, in: nodes)
        }
        return graph
    }

    /// Whether a layer's attention is wanted.
    func isChosen(_ layer: String) -> Bool { chosenAttention?.contains(layer) ?? true }

    /// Whether a layer was named by ``watching(_:)``.
    public func isNamed(_ layer: String) -> Bool { chosenAttention?.contains(layer) ?? false }

    /// The shape of an input of the network.
    public func inputShape(_ index: Int) -> SampleShape { nodes[inputs[index]].outputShapes[0] }

    /// The number of weights, each shared layer counted once.
    public var parameterCount: Int {
        var seen: Set<String> = []
        return nodes.reduce(0) { sum, node in
            guard let layer = node.layer, seen.insert(node.name).inserted else { return sum }
            return sum + layer.parameters.reduce(0) { $0 + $1.value.count }
        }
    }

    /// Checks that batches of these shapes (batch axis first) can be run.
    ///
    /// - Throws: ``NetworkError/dataMismatch(input:needs:found:)``.
    public func validate(inputShapes shapes: [[Int]]) throws {
        guard shapes.count == inputs.count else {
            throw NetworkError.dataMismatch(
                input: "the network", needs: "\(inputs.count) input\(inputs.count == 1 ? "" : "s")",
                found: "\(shapes.count)")
        }
        for (index, shape) in shapes.enumerated() {
            let needed = inputShape(index)
            let sample = Array(shape.dropFirst())
            let fits = needed.count == sample.count && zip(needed, sample).allSatisfy { $0 == nil || $0 == $1 }
            guard fits else {
                throw NetworkError.dataMismatch(
                    input: "input `\(nodes[inputs[index]].name)`", needs: "shape \(kerasShapeText(needed))",
                    found: "(" + shape.map(String.init).joined(separator: ", ") + ")")
            }
        }
    }

    /// The tensors in the shapes that the network wants: a sequence of single features may be stored without its last axis.
    ///
    /// - Throws: ``NetworkError/dataMismatch(input:needs:found:)``.
    public func adapted(_ tensors: [Tensor]) throws -> [Tensor] {
        let result = tensors.enumerated().map { index, tensor in
            index < inputs.count && inputShape(index).count == 2 && tensor.rank == 2
                ? tensor.reshaped(tensor.shape + [1]) : tensor
        }
        try validate(inputShapes: result.map(\.shape))
        return result
    }

    /// What to differentiate with respect to for an input: the input itself, or, of tokens, their embedding's output.
    public func differentiableInput(_ index: Int) -> TensorID {
        let input = inputs[index]
        let embedding = nodes.firstIndex { node in
            node.className == "Embedding" && node.inputs.contains { $0.node == input }
        }
        return TensorID(node: embedding ?? input)
    }

    /// Runs one batch through the network on the calling thread.
    ///
    /// - Parameters:
    ///   - batch: One tensor per input, batch axis first.
    ///   - masks: The mask that comes with each input; none by default.
    ///   - replacements: Values that stand in for tensors of the graph, of the same shapes. The masks that travel with a replaced
    ///     tensor stay those that the batch gives rise to, and no gradient passes through it to what it was computed from.
    ///   - recording: Whether gradients will be asked for.
    ///   - training: The random numbers of a training step: layers then behave as in training. Nil for inference.
    public func evaluate(
        _ batch: [Tensor], masks: [Tensor?]? = nil, replacing replacements: [TensorID: Tensor] = [:],
        recording: Bool = false, training: TrainingNoise? = nil
    ) throws -> Evaluation {
        try validate(inputShapes: batch.map(\.shape))
        var results: [LayerOutput] = []
        results.reserveCapacity(nodes.count)
        var nextInput = 0
        for (index, node) in nodes.enumerated() {
            guard let layer = node.layer else {
                results.append(LayerOutput([batch[nextInput]], masks: [masks.flatMap { $0[nextInput] }]))
                try replace(&results, by: replacements)
                nextInput += 1
                continue
            }
            let input = LayerInput(
                node.inputs.map { results[$0.node].tensors[$0.output] },
                masks: node.inputs.map { results[$0.node].masks[$0.output] }, training: training?.branch(index))
            results.append(try layer(input, recording: recording))
            try replace(&results, by: replacements)
        }
        return Evaluation(graph: self, results: results)
    }

    /// Puts given values in the place of the outputs of the node evaluated last.
    private func replace(_ results: inout [LayerOutput], by replacements: [TensorID: Tensor]) throws {
        guard !replacements.isEmpty else { return }
        let node = results.count - 1
        for output in results[node].tensors.indices {
            guard let values = replacements[TensorID(node: node, output: output)] else { continue }
            guard values.shape == results[node].tensors[output].shape else {
                throw NetworkError.dataMismatch(
                    input: "the tensor in the place of `\(nodes[node].name)`",
                    needs: "shape \(results[node].tensors[output].shape)", found: "\(values.shape)")
            }
            results[node].tensors[output] = values
            results[node].weightPullback = nil
            // The node's other outputs, if there are any, still lead upstream.
            let own = results[node].tensors.count > 1 ? results[node].pullback : nil
            results[node].pullback = own.map { pullback in
                { cotangents in
                    var others = cotangents
                    others[output] = nil
                    return try pullback(others)
                }
            }
        }
    }
}
