import Checkpoints
import Tensors

extension Network {
    /// The network as a model that can be saved in any format.
    ///
    /// CuDNN's layers become the plain ones, whose weights they have been converted to, and a GRU says which of its two forms it has.
    ///
    /// - Throws: ``NetworkError/unsupportedModel(className:)`` if a layer of the configuration was left out of the graph,
    ///   ``NetworkError/badConfiguration(layer:reason:)`` if the configuration names its layers in two ways.
    public func savedModel() throws -> SavedModel {
        var parameters: [String: [Parameter]] = [:]
        var shapes: [String: [SampleShape]] = [:]
        for node in graph.nodes {
            parameters[node.name] = node.layer?.distinctParameters ?? []
            shapes[node.name] = shapes[node.name] ?? node.outputShapes
        }
        var document = configuration
        if case .array(let list)? = document["config"] {
            // Keras 2.0 has a Sequential's layers right here.
            document = .object([
                "class_name": .string("Sequential"),
                "config": .object(["name": .string("sequential"), "layers": .array(list)]),
            ])
        }
        let isSequential = document["class_name"]?.string == "Sequential"
        let entries = (document["config"]?["layers"]?.array ?? []).map { entry in
            entry.plain(parameters[entry.layerName] ?? [])
        }
        var config = document["config"]?.object ?? [:]
        config["layers"] = .array(entries)
        // Keras 2 tells the layouts of a Sequential apart by its name being there.
        config["name"] = config["name"] ?? .string(isSequential ? "sequential" : "model")
        let layers = try entries.compactMap { entry -> SavedModel.Layer? in
            let (name, className) = (entry.layerName, entry["class_name"]?.string ?? "")
            if isSequential, className == "InputLayer" { return nil }
            if unused.contains(name) { throw NetworkError.unsupportedModel(className: className) }
            return SavedModel.Layer(
                name: name, className: className, weights: (parameters[name] ?? []).map { ($0.name, $0.value) },
                outputShapes: shapes[name] ?? [])
        }
        let kept = layers.reduce(0) { $0 + $1.weights.count }
        guard kept == parameters.values.reduce(0, { $0 + $1.count }) else {
            throw NetworkError.badConfiguration(
                layer: "(model)", reason: "layers have other names in the graph than in their own configurations")
        }
        return SavedModel(
            configuration: .object(["class_name": document["class_name"] ?? .null, "config": .object(config)]),
            layers: layers, trainingConfiguration: trainingConfiguration,
            kerasVersion: kerasVersion ?? (document.isKeras3 ? SavedModel.keras3 : SavedModel.keras2))
    }
}

extension Layer {
    /// The weights; those of a layer that a nested model calls several times once.
    fileprivate var distinctParameters: [Parameter] {
        var seen: Set<String> = []
        return parameters.filter { seen.insert($0.name).inserted }
    }
}

extension JSONValue {
    fileprivate var layerName: String { self["config"]?["name"]?.string ?? self["name"]?.string ?? "" }

    /// Whether a model's configuration is in the dialect of Keras 3, for files that do not say their version.
    fileprivate var isKeras3: Bool {
        if self["module"] != nil { return true }
        return (self["config"]?["layers"]?.array ?? []).contains {
            $0["config"]?["batch_shape"] != nil || $0["inbound_nodes"]?[0]?["args"] != nil
        }
    }

    /// A layer's entry with CuDNN's classes under their plain names and the form of a GRU said, within wrapped and nested layers too.
    fileprivate func plain(_ parameters: [Parameter]) -> JSONValue {
        guard var entry = object, var config = entry["config"]?.object else { return self }
        func inner(_ prefix: String) -> [Parameter] {
            parameters.filter { $0.name.hasPrefix(prefix) }
                .map { Parameter(name: String($0.name.dropFirst(prefix.count)), value: $0.value) }
        }
        switch entry["class_name"]?.string {
        case "CuDNNLSTM": entry["class_name"] = .string("LSTM")
        case "CuDNNGRU": entry["class_name"] = .string("GRU")
        case "Bidirectional":
            config["layer"] = config["layer"]?.plain(inner("forward/"))
            if config["backward_layer"] != nil {
                config["backward_layer"] = config["backward_layer"]?.plain(inner("backward/"))
            }
        case "TimeDistributed": config["layer"] = config["layer"]?.plain(parameters)
        case "Sequential", "Functional", "Model":
            let list = config["layers"]?.array ?? []
            config["layers"] = .array(list.map { $0.plain(inner($0.layerName + "/")) })
        default: break
        }
        if entry["class_name"]?.string == "GRU", let bias = parameters.first(where: { $0.name == "bias" }) {
            config["reset_after"] = .bool(bias.value.rank == 2)
        }
        entry["config"] = .object(config)
        return .object(entry)
    }
}
