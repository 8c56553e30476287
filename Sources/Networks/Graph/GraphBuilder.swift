import Checkpoints

/// Builds a graph's layers from their description and a checkpoint's weights.
struct GraphBuilder {
    let description: ModelDescription
    let checkpoint: Checkpoint

    func graph() throws -> LayerGraph {
        let stored = try pairing()
        var nodes: [LayerGraph.Node] = []
        var inputs: [Int] = []
        for node in description.nodes {
            switch node.kind {
            case .input(let name, let shape):
                inputs.append(nodes.count)
                nodes.append(
                    LayerGraph.Node(
                        name: name, className: "InputLayer", layer: nil, inputs: [],
                        outputShapes: [shape ?? [nil, nil]]))
            case .call(let layer):
                let shapes = node.inputs.map { nodes[$0.node].outputShapes[$0.output] }
                var material = LayerMaterial(
                    name: layer.name, className: layer.className, configuration: layer.configuration, inputShapes: shapes,
                    stored: stored[layer.name], checkpoint: checkpoint)
                let built = try LayerRegistry.type(for: layer.className, layer: layer.name).init(&material)
                if let unused = material.unused.first {
                    throw NetworkError.architectureMismatch(
                        file: checkpoint.path,
                        reason: "layer `\(layer.name)` has the weight `\(unused)`, which the architecture does not use")
                }
                nodes.append(
                    LayerGraph.Node(
                        name: layer.name, className: layer.className, layer: built, inputs: node.inputs,
                        outputShapes: try built.outputShapes(for: shapes)))
            }
        }
        return LayerGraph(nodes: nodes, inputs: inputs, outputs: description.outputs)
    }

    /// The stored layer for each described layer: by name, or, where the names differ throughout (a model built twice in one
    /// session numbers its layers anew), by order among the layers with weights.
    private func pairing() throws -> [String: Checkpoint.StoredLayer] {
        let described = description.nodes.compactMap { node -> String? in
            if case .call(let layer) = node.kind { layer.name } else { nil }
        }
        let withWeights = checkpoint.layers.filter { !$0.weights.isEmpty }
        let unknown = withWeights.filter { !described.contains($0.name) }
        if unknown.isEmpty {
            return Dictionary(checkpoint.layers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
        let needing = described.filter { !Self.isKnownWeightless($0, in: description) }
        guard needing.count == withWeights.count else {
            throw NetworkError.architectureMismatch(
                file: checkpoint.path,
                reason: "the file has weights for `\(unknown[0].name)`, a layer that the architecture does not have")
        }
        return Dictionary(zip(needing, withWeights), uniquingKeysWith: { first, _ in first })
    }

    private static func isKnownWeightless(_ name: String, in description: ModelDescription) -> Bool {
        description.nodes.contains { node in
            guard case .call(let layer) = node.kind, layer.name == name else { return false }
            return Dropout.kerasClasses.contains(layer.className)
        }
    }
}
