import Checkpoints

/// Keras' JSON dialects for architectures, read into ``ModelDescription``. Nothing outside this folder knows them.
enum KerasConfig {
    /// The description in a `model_config`, a `config.json` or the output of `model.to_json()`.
    ///
    /// - Throws: ``NetworkError``.
    static func description(of document: JSONValue, version: String?) throws -> ModelDescription {
        let version = KerasVersion(version ?? document["keras_version"]?.string)
        guard let className = document["class_name"]?.string else {
            throw NetworkError.badConfiguration(layer: "(model)", reason: "its configuration lacks `class_name`")
        }
        guard let config = document["config"] else {
            throw NetworkError.badConfiguration(layer: "(model)", reason: "its configuration lacks `config`")
        }
        return try self.description(className: className, config: config, version: version)
    }

    /// The description of a model's configuration.
    static func description(
        className: String, config: JSONValue, version: KerasVersion
    ) throws -> ModelDescription {
        switch className {
        case "Sequential": return try sequential(config, version)
        case "Functional", "Model": return try functional(config, version)
        default: throw NetworkError.unsupportedModel(className: className)
        }
    }

    /// One wrapped layer's configuration, under another name and with some options replaced.
    static func layer(
        _ entry: JSONValue, version: KerasVersion, name: String, changing options: [String: JSONValue]
    ) throws -> LayerDescription {
        let described = try layer(entry, 0, version)
        return LayerDescription(
            name: name, className: described.className, writtenClass: described.writtenClass,
            configuration: LayerConfiguration(
                layer: name, kerasVersion: version,
                options: described.configuration.options.merging(options) { _, new in new }))
    }

    /// A Sequential's layers: a list under `layers`, or (Keras 2.0) the configuration itself.
    private static func sequential(_ config: JSONValue, _ version: KerasVersion) throws -> ModelDescription {
        guard let list = config["layers"]?.array ?? config.array else {
            throw NetworkError.badConfiguration(layer: "(model)", reason: "its configuration lacks `layers`")
        }
        var description = ModelDescription(name: config["name"]?.string ?? "sequential")
        var names: Set<String> = []
        var hasDissolved = false
        for (index, entry) in list.enumerated() {
            let layer = try layer(entry, index, version)
            guard names.insert(layer.name).inserted else {
                throw NetworkError.badConfiguration(layer: layer.name, reason: "two layers have this name")
            }
            if layer.className != "InputLayer" { description.layers.append(layer) }
            if layer.className == "InputLayer" {
                guard index == 0 else {
                    throw NetworkError.badConfiguration(
                        layer: layer.name, reason: "an InputLayer stands inside the model")
                }
                description.append(input: layer.name, shape: try layer.configuration.batchShape())
                continue
            }
            if DissolvedAttention.isPart(layer, of: list) {
                // The order of the parts varies; all are built where the first one stands.
                guard !hasDissolved else { continue }
                hasDissolved = true
                let layers = try list.enumerated().map { try self.layer($1, $0, version) }
                DissolvedAttention.append(layers, to: &description)
                continue
            }
            if index == 0 {
                description.append(
                    input: "\(layer.name)_input",
                    shape: try layer.configuration.batchShape() ?? (layer.className == "Embedding" ? [nil] : nil))
            }
            description.append(layer, inputs: [.init(node: description.nodes.count - 1)])
        }
        guard description.nodes.count > 1 else {
            throw NetworkError.badConfiguration(layer: "(model)", reason: "it has no layers")
        }
        description.outputs = [.init(node: description.nodes.count - 1)]
        return description
    }

    static func layer(_ entry: JSONValue, _ index: Int, _ version: KerasVersion) throws -> LayerDescription {
        guard let className = entry["class_name"]?.string else {
            throw NetworkError.badConfiguration(
                layer: "(layer \(index))", reason: "its configuration lacks `class_name`")
        }
        let options = entry["config"]?.object ?? [:]
        let name = options["name"]?.string ?? entry["name"]?.string ?? "\(className.lowercased())_\(index)"
        return LayerDescription(
            name: name, className: canonicalClass(className, options, entry),
            writtenClass: className.split(separator: ">").last.map(String.init) ?? className,
            configuration: LayerConfiguration(layer: name, kerasVersion: version, options: options))
    }

    /// The class without its package, and the PyPI package's Attention told from Keras' own by the keys of its configuration:
    /// the two share their name.
    private static func canonicalClass(_ name: String, _ options: [String: JSONValue], _ entry: JSONValue) -> String {
        let short = name.split(separator: ">").last.map(String.init) ?? name
        if short == "Lambda", options["name"]?.string?.hasPrefix("last_hidden_state") == true,
            options["output_shape"]?.array?.count ?? 1 == 1
        {
            return LastStep.canonicalClass
        }
        guard short == "Attention" else { return short }
        let isKeras = options["use_scale"] != nil || options["score_mode"] != nil
        let isPackage =
            options["units"] != nil || options["score"] != nil || entry["module"]?.string == "attention.attention"
        return isPackage && !isKeras ? PackageAttention.canonicalClass : short
    }
}
