import Checkpoints

/// An architecture free of any dialect: layers, and what each is called on.
struct ModelDescription: Sendable {
    /// One call of a layer, or an input of the network.
    struct Node: Sendable {
        enum Kind: Sendable {
            case input(name: String, shape: SampleShape?)
            case call(LayerDescription)
        }
        let kind: Kind
        let inputs: [LayerGraph.TensorID]
    }

    let name: String
    /// In topological order.
    var nodes: [Node] = []
    /// The layers in the order of the configuration, inputs left out.
    var layers: [LayerDescription] = []
    var outputs: [LayerGraph.TensorID] = []

    init(name: String) { self.name = name }

    mutating func append(input: String, shape: SampleShape?) {
        nodes.append(Node(kind: .input(name: input, shape: shape), inputs: []))
    }

    /// The description without the calls that reach no output and are of a class that Fovea does not know, and the names of these.
    func withoutUnusedUnknowns() -> (description: ModelDescription, dropped: [String]) {
        let unknown = nodes.indices.filter { index in
            guard case .call(let layer) = nodes[index].kind else { return false }
            return !LayerRegistry.isKnown(layer.className)
        }
        guard !unknown.isEmpty else { return (self, []) }
        var isUsed = nodes.map { node in if case .input = node.kind { true } else { false } }
        for output in outputs { isUsed[output.node] = true }
        for index in nodes.indices.reversed() where isUsed[index] {
            for input in nodes[index].inputs { isUsed[input.node] = true }
        }
        var places: [Int: Int] = [:]
        var result = self
        result.nodes = []
        for index in nodes.indices where isUsed[index] {
            places[index] = result.nodes.count
            let inputs = nodes[index].inputs.map { LayerGraph.TensorID(node: places[$0.node] ?? 0, output: $0.output) }
            result.nodes.append(Node(kind: nodes[index].kind, inputs: inputs))
        }
        result.outputs = outputs.map { LayerGraph.TensorID(node: places[$0.node] ?? 0, output: $0.output) }
        let dropped = nodes.indices.compactMap { index -> String? in
            guard !isUsed[index], case .call(let layer) = nodes[index].kind else { return nil }
            return layer.name
        }
        return (result, dropped)
    }

    mutating func append(_ layer: LayerDescription, inputs: [LayerGraph.TensorID]) {
        nodes.append(Node(kind: .call(layer), inputs: inputs))
    }
}

/// One layer of an architecture.
struct LayerDescription: Sendable {
    let name: String
    /// The class in Keras' words, packages told apart.
    let className: String
    /// The class as it is written, after which v3 files name their groups.
    let writtenClass: String
    let configuration: LayerConfiguration

    /// The layer with options of one of its calls, such as `use_causal_mask`.
    func adding(_ options: [String: JSONValue]) -> LayerDescription {
        guard !options.isEmpty else { return self }
        return LayerDescription(
            name: name, className: className, writtenClass: writtenClass,
            configuration: LayerConfiguration(
                layer: name, kerasVersion: configuration.kerasVersion,
                options: configuration.options.merging(options) { _, new in new }))
    }
}
