import Checkpoints

/// The attention package's releases of 2020, whose "layer" dissolves into its parts: a Sequential file then lists them flat, and which
/// is called on which is lost (Keras itself cannot load such a file). The parts are known by their names.
struct DissolvedAttention {
    static let first = "attention_score_vec"
    static let parts = [
        first, "last_hidden_state", "attention_score", "attention_weight", "context_vector", "attention_output",
        "attention_vector",
    ]

    /// The node that the parts are called on.
    private var states: Int?
    private var places: [String: Int] = [:]

    /// Whether a layer is a part, in a list that has them all.
    static func isPart(_ layer: LayerDescription, of list: [JSONValue]) -> Bool {
        guard parts.contains(layer.name) else { return false }
        let names = Set(list.compactMap { $0["config"]?["name"]?.string ?? $0["name"]?.string })
        return parts.allSatisfy(names.contains) && names.count == Set(names).count
            && !list.contains { $0["config"]?["name"]?.string == "attention_weight" && $0["class_name"]?.string == "Attention" }
    }

    init(_ list: [JSONValue], _ version: KerasVersion) throws {
        let order = list.compactMap { $0["config"]?["name"]?.string }
        guard order.firstIndex(of: Self.first) == Self.parts.compactMap({ order.firstIndex(of: $0) }).min() else {
            throw NetworkError.badConfiguration(
                layer: Self.first, reason: "the parts of the attention stand in an unknown order")
        }
    }

    /// Appends a part with the inputs that it had before the layer dissolved.
    mutating func append(_ layer: LayerDescription, to description: inout ModelDescription) {
        let states = states ?? description.nodes.count - 1
        self.states = states
        func part(_ name: String) -> LayerGraph.TensorID { .init(node: places[name] ?? states) }
        let sequence = LayerGraph.TensorID(node: states)
        let inputs: [LayerGraph.TensorID]
        switch layer.name {
        case "attention_score":
            // The release of 2020 multiplies (scores, state) along [2, 1], that of 2021 (state, scores) along [1, 2].
            let both = [part(Self.first), part("last_hidden_state")]
            inputs = layer.configuration.axes("axes") == [1, 2] ? both.reversed() : both
        case "attention_weight": inputs = [part("attention_score")]
        case "context_vector": inputs = [sequence, part("attention_weight")]
        case "attention_output": inputs = [part("context_vector"), part("last_hidden_state")]
        case "attention_vector": inputs = [part("attention_output")]
        default: inputs = [sequence]
        }
        places[layer.name] = description.nodes.count
        description.append(layer, inputs: inputs)
    }
}
