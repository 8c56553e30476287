import Tensors

/// The layers of a model as a tree with their weights: what both layouts are written from.
///
/// Wrapped layers (Bidirectional, TimeDistributed) and nested models have parts of their own.
struct SavedStructure {
    /// A layer, or a nested model.
    struct Node {
        let name: String
        let className: String
        /// Its own weights in Keras' order, by their names within it.
        let weights: [(name: String, value: Tensor)]
        /// What it wraps, by the attribute that Keras holds it in: `layer`, or `forward_layer` and `backward_layer`.
        var parts: [(attribute: String, node: Node)] = []
        /// The layers of a nested model; nil for any other.
        var layers: [Node]?
        /// The releases 4.x of the package `attention` name their parts otherwise; they have no `score` in their configuration.
        var isScoreless = false
    }

    let name: String
    let nodes: [Node]

    /// The structure of a model.
    ///
    /// - Throws: ``CheckpointError/badConfiguration(file:reason:)`` if a layer of the configuration is missing, or a weight belongs to none.
    init(_ model: SavedModel, path: String) throws {
        let config = model.configuration["config"]
        name = config?["name"]?.string ?? "model"
        let weights = Dictionary(
            model.layers.map { ($0.name, $0.weights) }, uniquingKeysWith: { first, _ in first })
        nodes = try Self.entries(of: model.configuration).map { entry in
            let name = Self.name(of: entry)
            guard let own = weights[name] else {
                throw CheckpointError.badConfiguration(
                    file: path, reason: "it names the layer `\(name)`, whose weights are not given")
            }
            return Self.node(entry, named: name, own[...])
        }
        let written = nodes.reduce(0) { $0 + Self.count(of: $1) }
        guard written == model.layers.reduce(0, { $0 + $1.weights.count }) else {
            throw CheckpointError.badConfiguration(
                file: path, reason: "there are weights that belong to none of its layers")
        }
    }

    /// The layers of a model's configuration. A Sequential's InputLayer is none.
    static func entries(of document: JSONValue) -> [JSONValue] {
        let list = document["config"]?["layers"]?.array ?? document["config"]?.array ?? []
        guard document["class_name"]?.string == "Sequential" else { return list }
        return list.filter { $0["class_name"]?.string != "InputLayer" }
    }

    /// The name of a layer of a configuration.
    static func name(of entry: JSONValue) -> String {
        entry["config"]?["name"]?.string ?? entry["name"]?.string ?? entry["class_name"]?.string ?? ""
    }

    private static func node(
        _ entry: JSONValue, named name: String, _ weights: ArraySlice<(name: String, value: Tensor)>
    ) -> Node {
        let className = entry["class_name"]?.string?.split(separator: ">").last.map(String.init) ?? ""
        func beginning(with prefix: String) -> [(name: String, value: Tensor)] {
            weights.filter { $0.name.hasPrefix(prefix) }.map { (String($0.name.dropFirst(prefix.count)), $0.value) }
        }
        switch className {
        case "Sequential", "Functional", "Model":
            let layers = entries(of: entry).map { inner in
                let name = self.name(of: inner)
                return node(inner, named: name, beginning(with: name + "/")[...])
            }
            return Node(name: name, className: className, weights: [], layers: layers)
        case "Bidirectional":
            let forward = entry["config"]?["layer"] ?? .null
            let own = entry["config"]?["backward_layer"]
            let backward = own.flatMap { $0.isNull ? nil : $0 } ?? forward
            let wrapped = self.name(of: forward)
            let stem = wrapped.hasPrefix("forward_") ? String(wrapped.dropFirst("forward_".count)) : wrapped
            return Node(
                name: name, className: className, weights: [],
                parts: [
                    ("forward_layer", node(forward, named: "forward_\(stem)", beginning(with: "forward/")[...])),
                    ("backward_layer", node(backward, named: "backward_\(stem)", beginning(with: "backward/")[...])),
                ])
        case "TimeDistributed":
            let wrapped = entry["config"]?["layer"] ?? .null
            return Node(
                name: name, className: className, weights: [],
                parts: [("layer", node(wrapped, named: self.name(of: wrapped), weights))])
        default:
            return Node(
                name: name, className: className, weights: Array(weights),
                isScoreless: entry["config"]?["score"] == nil)
        }
    }

    private static func count(of node: Node) -> Int {
        node.weights.count + node.parts.reduce(0) { $0 + count(of: $1.node) }
            + (node.layers ?? []).reduce(0) { $0 + count(of: $1) }
    }
}

extension SavedStructure.Node {
    /// The name of the cell that holds a recurrent layer's weights; nil for other layers.
    var cellName: String? {
        ["LSTM", "GRU", "SimpleRNN"].contains(className) ? KerasNaming.snakeCase(className) + "_cell" : nil
    }

    /// Whether it is the layer of the package `attention`, which shares its class name with Keras' own.
    var isPackageAttention: Bool {
        className == "Attention" && weights.contains { $0.name == "attention_vector/kernel" }
    }
}

/// How Keras derives names.
package enum KerasNaming {
    /// Keras' name of a class in v3 files: `SimpleRNN` → `simple_rnn`, `GlobalAveragePooling1D` → `global_average_pooling1d`.
    package static func snakeCase(_ name: String) -> String {
        var text = ""
        let letters = Array(name)
        for (index, letter) in letters.enumerated() {
            let previous = index > 0 ? letters[index - 1] : nil
            let next = index + 1 < letters.count ? letters[index + 1] : nil
            let startsWord = letter.isUppercase && previous != nil && next?.isLowercase == true
            let endsLower = letter.isUppercase && previous?.isLowercase == true
            if startsWord || endsLower { text += "_" }
            text += letter.lowercased()
        }
        return text
    }
}
