import Checkpoints

/// Builds a graph's layers from their description and a checkpoint's weights.
struct GraphBuilder {
    let description: ModelDescription
    /// Where the weights are stored; nil for a network that has none yet.
    let checkpoint: Checkpoint?
    /// How the weights of a network are drawn that has none yet.
    var fresh: FreshWeights?
    /// Stored layers that the description leaves out on purpose.
    var ignoring: Set<String> = []
    /// What is drawn anew in place of stored weights, if anything.
    var redraw: WeightRedraw?
    /// The layer of the outermost graph that this one is nested in; nil for the outermost itself.
    var unit: String?

    /// The graph with the checkpoint's own layers.
    func graph() throws -> LayerGraph { try graph(stored: checkpoint?.layers ?? []) }

    /// The graph with weights by layer.
    func graph(stored layers: [Checkpoint.StoredLayer]) throws -> LayerGraph {
        let stored = try checkpoint?.isByClass == true ? pairingByClass(layers) : pairing(layers)
        return try build { layer, shapes in
            LayerMaterial(
                name: layer.name, className: layer.className, configuration: layer.configuration, inputShapes: shapes,
                stored: stored[layer.name], checkpoint: checkpoint)
        } finish: { material in
            if let unused = material.unused.first {
                throw NetworkError.architectureMismatch(
                    file: path,
                    reason: "layer `\(material.name)` has the weight `\(unused)`, which the architecture does not use")
            }
        }
    }

    /// The graph of a nested model, whose weights are the next ones of a sequence, layer after layer.
    func graph(taking weights: inout ArraySlice<Checkpoint.StoredWeight>) throws -> LayerGraph {
        var remaining = weights
        let graph = try build { layer, shapes in
            LayerMaterial(
                name: layer.name, className: layer.className, configuration: layer.configuration, inputShapes: shapes,
                taking: remaining, checkpoint: checkpoint)
        } finish: {
            remaining = $0.remaining
        }
        weights = remaining
        return graph
    }

    private var path: String { checkpoint?.path ?? "the new network" }

    private func build(
        _ material: (LayerDescription, [SampleShape]) throws -> LayerMaterial,
        finish: (LayerMaterial) throws -> Void
    ) throws -> LayerGraph {
        var nodes: [LayerGraph.Node] = []
        var inputs: [Int] = []
        var built: [String: any Layer] = [:]
        for node in description.nodes {
            switch node.kind {
            case .input(let name, let shape):
                inputs.append(nodes.count)
                nodes.append(
                    LayerGraph.Node(
                        name: name, className: "InputLayer", layer: nil, inputs: [],
                        outputShapes: [shape ?? [nil, nil]]))
            case .call(let description):
                for input in node.inputs where !nodes[input.node].outputShapes.indices.contains(input.output) {
                    throw NetworkError.badConfiguration(
                        layer: description.name,
                        reason: "it is called on an output that `\(nodes[input.node].name)` has not")
                }
                guard !node.inputs.isEmpty else {
                    throw NetworkError.badConfiguration(layer: description.name, reason: "it is called on nothing")
                }
                let shapes = node.inputs.map { nodes[$0.node].outputShapes[$0.output] }
                let layer: any Layer
                if let shared = built[description.name] {
                    layer = shared
                } else {
                    var material = try material(description, shapes)
                    material.redraw = redraw
                    material.fresh = fresh
                    if let unit { material.unit = unit }
                    layer = try LayerRegistry.type(for: description.className, layer: description.name).init(&material)
                    try finish(material)
                    built[description.name] = layer
                }
                let outputShapes = try layer.outputShapes(for: shapes)
                // Whatever is computed with extents later cannot overflow.
                guard outputShapes.allSatisfy({ $0.allSatisfy { ($0 ?? 1) < 1 << 40 } }) else {
                    throw NetworkError.badConfiguration(
                        layer: description.name, reason: "its output has the shape \(kerasShapeText(outputShapes[0]))")
                }
                nodes.append(
                    LayerGraph.Node(
                        name: description.name, className: description.className, layer: layer, inputs: node.inputs,
                        outputShapes: outputShapes,
                        isTrainable: try description.configuration.bool("trainable", default: true)))
            }
        }
        return LayerGraph(nodes: nodes, inputs: inputs, outputs: description.outputs)
    }

    /// The stored layer for each described layer: by name, or, where the names differ throughout (a model built twice in one
    /// session numbers its layers anew), by order among the layers with weights.
    private func pairing(_ layers: [Checkpoint.StoredLayer]) throws -> [String: Checkpoint.StoredLayer] {
        let described = description.nodes.compactMap { node -> LayerDescription? in
            if case .call(let layer) = node.kind { layer } else { nil }
        }
        let names = Set(described.map(\.name))
        let withWeights = layers.filter { !$0.weights.isEmpty && !ignoring.contains($0.name) }
        let unknown = withWeights.filter { !names.contains($0.name) }
        if unknown.isEmpty {
            return Dictionary(layers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
        var seen: Set<String> = []
        let needing = described.filter { layer in
            seen.insert(layer.name).inserted && !LayerRegistry.isWeightless(layer.className)
        }
        guard needing.count == withWeights.count else {
            throw NetworkError.architectureMismatch(
                file: path,
                reason: "the file has weights for `\(unknown[0].name)`, a layer that the architecture does not have")
        }
        return Dictionary(zip(needing.map(\.name), withWeights), uniquingKeysWith: { first, _ in first })
    }

    /// In v3 files the k-th layer of a class, in the configuration's order, has the k-th group of that class, by the numbers of the
    /// groups' names. Numbers may be missing: Keras 2.12 counts layers that it meets twice.
    private func pairingByClass(_ groups: [Checkpoint.StoredLayer]) throws -> [String: Checkpoint.StoredLayer] {
        var byClass: [String: [(number: Int, group: Checkpoint.StoredLayer)]] = [:]
        for group in groups {
            let tail = group.name.reversed().prefix { $0.isNumber }
            let number = Int(String(tail.reversed()))
            let stem = group.name.dropLast(tail.count)
            // `conv1d` ends in a digit of its own; only `_2` is a number.
            let isNumbered = number != nil && stem.hasSuffix("_")
            let name = isNumbered ? String(stem.dropLast()) : group.name
            byClass[name, default: []].append((isNumbered ? number ?? 0 : 0, group))
        }
        for name in byClass.keys { byClass[name]?.sort { $0.number < $1.number } }
        var counts: [String: Int] = [:]
        var result: [String: Checkpoint.StoredLayer] = [:]
        for layer in description.layers {
            let name = KerasNaming.snakeCase(layer.writtenClass)
            let rank = counts[name, default: 0]
            counts[name] = rank + 1
            if let candidates = byClass[name], rank < candidates.count { result[layer.name] = candidates[rank].group }
        }
        let used = Set(result.values.map(\.name))
        if let unused = groups.first(where: { !used.contains($0.name) && !($0.weights.isEmpty && $0.children.isEmpty) })
        {
            throw NetworkError.architectureMismatch(
                file: path,
                reason: "the file has weights for `\(unused.name)`, a layer that the architecture does not have")
        }
        return result
    }
}

extension Checkpoint {
    /// Whether the weights are grouped by classes and numbers instead of layers' names.
    var isByClass: Bool { format == .v3Weights || format == .archive }
}
