import Tensors

extension LayerGraph {
    /// A layer with weights; one that is called several times counts once.
    public struct WeightedLayer: Sendable {
        /// The node of its first call.
        public let node: Int
        /// Its name.
        public let name: String
        /// Its weights in Keras' order; those of a frozen layer are not trainable.
        public let parameters: [Parameter]
    }

    /// The layers with weights, in the order of their first calls.
    public var weightedLayers: [WeightedLayer] {
        var seen: Set<String> = []
        return nodes.indices.compactMap { index in
            let node = nodes[index]
            guard let layer = node.layer, seen.insert(node.name).inserted else { return nil }
            let parameters = layer.parameters.map {
                Parameter(name: $0.name, value: $0.value, isTrainable: $0.isTrainable && node.isTrainable)
            }
            return parameters.isEmpty ? nil : WeightedLayer(node: index, name: node.name, parameters: parameters)
        }
    }

    /// The graph with other weights, in the order of ``weightedLayers`` and of their parameters.
    ///
    /// - Throws: ``NetworkError/notTrainable(layer:className:reason:)``.
    public func replacing(weights: [Tensor]) throws -> LayerGraph {
        var remaining = weights[...]
        return try taking(parameters: &remaining)
    }

    /// The graph with weights taken off the front of `values`. Layers pack theirs, which took one processor a twentieth of a training
    /// step of the founding model: the layers are shared among all.
    func taking(parameters values: inout ArraySlice<Tensor>) throws -> LayerGraph {
        var places: [String: Int] = [:]
        var taken: [(layer: any Layer, weights: ArraySlice<Tensor>)] = []
        for node in nodes {
            guard let layer = node.layer, places[node.name] == nil else { continue }
            places[node.name] = taken.count
            let count = layer.parameters.count
            taken.append((layer, values.prefix(count)))
            values = values.dropFirst(count)
        }
        let parts = taken
        let changed = try Workers.map(count: parts.count) { place in
            var (layer, weights) = parts[place]
            try layer.takeParameters(&weights)
            return layer
        }
        let nodes = nodes.map { node in
            guard let layer = places[node.name].map({ changed[$0] }) else { return node }
            return Node(
                name: node.name, className: node.className, layer: layer, inputs: node.inputs,
                outputShapes: node.outputShapes, isTrainable: node.isTrainable)
        }
        return with(nodes: nodes)
    }
}

extension Evaluation {
    /// The gradients of the cotangent-weighted sum of the network's outputs with respect to its weights.
    ///
    /// - Parameter cotangents: One per output, of the output's shape; nil counts as zero.
    /// - Returns: For each of the graph's ``LayerGraph/weightedLayers`` one gradient per parameter; nil where nothing depends on it.
    ///   What a shared layer gets at its calls is added up.
    /// - Throws: ``NetworkError/notTrainable(layer:className:reason:)`` for a layer without a rule.
    /// - Precondition: The evaluation was recorded.
    public func weightGradients(cotangents: [Tensor?]) throws -> [[Tensor?]] {
        try inputAndWeightGradients(cotangents: cotangents).weights
    }

    /// As ``weightGradients(cotangents:)``, with the gradients of the network's inputs (nil = zero).
    func inputAndWeightGradients(cotangents: [Tensor?]) throws -> (inputs: [Tensor?], weights: [[Tensor?]]) {
        var gathered: [[Tensor?]] = results.map { $0.tensors.map { _ in nil } }
        for (output, cotangent) in zip(graph.outputs, cotangents) {
            if let cotangent { Self.add(cotangent, to: &gathered[output.node][output.output]) }
        }
        var sums: [String: [Tensor?]] = [:]
        for index in graph.nodes.indices.reversed() where gathered[index].contains(where: { $0 != nil }) {
            let node = graph.nodes[index]
            guard node.layer != nil else { continue }
            let pulled = try pulledBack(index, gathered[index])
            // Gives back memory that the next cotangents can take while it is in the cache.
            gathered[index] = gathered[index].map { _ in nil }
            if sums[node.name] == nil {
                sums[node.name] = pulled.weights
            } else {
                for (place, gradient) in pulled.weights.enumerated() {
                    if let gradient { Self.add(gradient, to: &sums[node.name, default: []][place]) }
                }
            }
            for (source, cotangent) in zip(node.inputs, pulled.inputs) {
                if let cotangent { Self.add(cotangent, to: &gathered[source.node][source.output]) }
            }
        }
        let weights = graph.weightedLayers.map { layer -> [Tensor?] in
            let found = sums[layer.name] ?? []
            return found.isEmpty ? layer.parameters.map { _ in nil } : found
        }
        return (graph.inputs.map { gathered[$0][0] }, weights)
    }

    private func pulledBack(_ index: Int, _ cotangents: [Tensor?]) throws -> PulledBack {
        let node = graph.nodes[index]
        if let pullback = results[index].weightPullback { return try pullback(cotangents) }
        guard node.layer?.parameters.isEmpty == true, let pullback = results[index].pullback else {
            throw NetworkError.notTrainable(
                layer: node.name, className: node.className, reason: "it has no rule for the gradients of its weights")
        }
        return PulledBack(try pullback(cotangents))
    }

    /// New values of the parameters that training itself moves, in the order of ``LayerGraph/weightedLayers`` and their parameters;
    /// nil where nothing moves. Of a layer that is called several times the last call counts.
    public var movedParameters: [[Tensor?]] {
        graph.weightedLayers.map { layer in
            let last = graph.nodes.lastIndex { $0.name == layer.name } ?? layer.node
            let moved = results[last].movedParameters
            return moved.isEmpty ? layer.parameters.map { _ in nil } : moved
        }
    }
}
