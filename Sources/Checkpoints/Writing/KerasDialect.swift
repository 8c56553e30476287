/// What the two dialects of Keras' configurations have in common: the ways to go through them.
///
/// Keras 2 writes `{"class_name", "config"}`, and graphs as nested lists; Keras 3 adds `module` and `registered_name`, writes graphs as
/// arguments with keras tensors, and refuses options that it does not know, as Keras 2 does.
enum KerasDialect {
    static let models: Set<String> = ["Sequential", "Functional", "Model"]
    static let recurrent: Set<String> = ["LSTM", "GRU", "SimpleRNN"]
    /// Layers of other packages: the module that Keras 3 names, and by what the package's `Attention` is told from Keras' own.
    static let foreignModules = [
        "SeqSelfAttention": "keras_self_attention.seq_self_attention",
        "SeqWeightedAttention": "keras_self_attention.seq_weighted_attention",
    ]

    static func className(of entry: JSONValue) -> String {
        entry["class_name"]?.string?.split(separator: ">").last.map(String.init) ?? ""
    }

    static func isPackageAttention(_ entry: JSONValue) -> Bool {
        let config = entry["config"]
        return className(of: entry) == "Attention" && config?["use_scale"] == nil && config?["score_mode"] == nil
    }

    /// How many calls of a nested model come before those that the graph lists: in Keras 2 one, its own construction, unless it is a
    /// Sequential that was built without knowing its input.
    static func hiddenCalls(of entry: JSONValue) -> Int {
        switch className(of: entry) {
        case "Functional", "Model": return 1
        case "Sequential":
            let first = entry["config"]?["layers"]?[0] ?? entry["config"]?[0]
            let knowsInput = first.map {
                className(of: $0) == "InputLayer" || $0["config"]?["batch_input_shape"] != nil
            }
            return knowsInput == true ? 1 : 0
        default: return 0
        }
    }

    /// The layers of a functional model by name.
    static func layersByName(_ config: JSONValue) -> [String: JSONValue] {
        Dictionary(
            (config["layers"]?.array ?? []).map { (SavedStructure.name(of: $0), $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// A reference `["layer", node, tensor, ...]`, or nil if this is none.
    static func reference(_ value: JSONValue) -> (layer: String, node: Int, tensor: Int)? {
        guard let parts = value.array, parts.count >= 3, let layer = parts[0].string, let node = parts[1].int,
            let tensor = parts[2].int
        else { return nil }
        return (layer, node, tensor)
    }

    /// A list of references; a single one may stand without its list.
    static func references(_ value: JSONValue?) -> [(layer: String, node: Int, tensor: Int)] {
        guard let value else { return [] }
        if let single = reference(value) { return [single] }
        let list = value.array ?? value.object.map { members in members.keys.sorted().compactMap { members[$0] } } ?? []
        return list.compactMap(reference)
    }

    /// Refuses `hard_sigmoid`, which is clip(0.2x + 0.5) in Keras 2 and clip(x/6 + 0.5) in Keras 3.
    static func requireSameMeaning(_ config: [String: JSONValue], of layer: String) throws(CheckpointError) {
        for option in ["activation", "recurrent_activation"] where config[option]?.string == "hard_sigmoid" {
            throw .cannotTranslate(
                layer: layer, reason: "its \(option) is hard_sigmoid, which Keras 2 and Keras 3 compute differently")
        }
    }

    /// Takes an option away that means nothing at the given value, and refuses any other.
    static func drop(
        _ option: String, from config: inout [String: JSONValue], ifOneOf values: [JSONValue], of layer: String
    ) throws(CheckpointError) {
        guard let value = config[option] else { return }
        guard value.isNull || values.contains(value) else {
            throw .cannotTranslate(
                layer: layer, reason: "its option \(option) is \(value.text), which the other Keras has not")
        }
        config[option] = nil
    }
}
