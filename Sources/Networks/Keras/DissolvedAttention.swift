import Checkpoints

/// The attention package's releases of 2020, whose "layer" dissolves into its parts: a Sequential file then lists them flat, and which
/// is called on which is lost (Keras itself cannot load such a file). The parts are known by their names.
enum DissolvedAttention {
    static let first = "attention_score_vec"
    static let parts = [
        first, "last_hidden_state", "attention_score", "attention_weight", "context_vector", "attention_output",
        "attention_vector",
    ]

    /// Whether a layer is a part, in a list that has them all.
    static func isPart(_ layer: LayerDescription, of list: [JSONValue]) -> Bool {
        guard parts.contains(layer.name) else { return false }
        let names = Set(list.compactMap { $0["config"]?["name"]?.string ?? $0["name"]?.string })
        return parts.allSatisfy(names.contains) && names.count == Set(names).count
            && !list.contains {
                $0["config"]?["name"]?.string == "attention_weight" && $0["class_name"]?.string == "Attention"
            }
    }

    /// Appends the parts among `layers` with the inputs that they had before the layer dissolved, called on the last node.
    static func append(_ layers: [LayerDescription], to description: inout ModelDescription) {
        let states = LayerGraph.TensorID(node: description.nodes.count - 1)
        var places: [String: LayerGraph.TensorID] = [:]
        for name in parts {
            guard let layer = layers.first(where: { $0.name == name }) else { continue }
            let part = { (name: String) in places[name] ?? states }
            let inputs: [LayerGraph.TensorID]
            switch name {
            case "attention_score":
                // The release of 2020 multiplies (scores, state) along [2, 1], that of 2021 (state, scores) along [1, 2].
                let both = [part(first), part("last_hidden_state")]
                inputs = layer.configuration.axes("axes") == [1, 2] ? both.reversed() : both
            case "attention_weight": inputs = [part("attention_score")]
            case "context_vector": inputs = [states, part("attention_weight")]
            case "attention_output": inputs = [part("context_vector"), part("last_hidden_state")]
            case "attention_vector": inputs = [part("attention_output")]
            default: inputs = [states]
            }
            places[name] = .init(node: description.nodes.count)
            description.append(layer, inputs: inputs)
        }
    }
}
