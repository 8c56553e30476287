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
