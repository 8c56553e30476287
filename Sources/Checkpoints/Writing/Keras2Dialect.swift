extension SavedModel {
    /// The model with its configuration in the dialect of Keras 2.
    ///
    /// - Throws: ``CheckpointError/cannotTranslate(layer:reason:)``.
    func inKeras2() throws(CheckpointError) -> SavedModel {
        guard isKeras3 else { return self }
        var model = self
        model.configuration = try Keras2Dialect().model(configuration)
        model.trainingConfiguration = trainingConfiguration.flatMap(TrainingDialect.keras2)
        model.kerasVersion = Self.keras2
        return model
    }
}

/// Configurations of Keras 3 in the words of Keras 2.
struct Keras2Dialect {
    /// A model's document, or that of one nested in another.
    func model(_ document: JSONValue) throws(CheckpointError) -> JSONValue {
        guard let config = document["config"], KerasDialect.className(of: document) != "Sequential" else {
            var entries: [JSONValue] = []
            for entry in document["config"]?["layers"]?.array ?? [] { entries.append(try layer(entry)) }
            return .object([
                "class_name": .string("Sequential"),
                "config": .object([
                    "name": document["config"]?["name"] ?? .string("sequential"), "layers": .array(entries),
                ]),
            ])
        }
        return .object(["class_name": .string("Functional"), "config": try functional(config)])
    }

    private func functional(_ config: JSONValue) throws(CheckpointError) -> JSONValue {
        let known = KerasDialect.layersByName(config)
        var entries: [JSONValue] = []
        for entry in config["layers"]?.array ?? [] {
            let nodes = (entry["inbound_nodes"]?.array ?? []).map { call($0, of: entry, known) }
            var translated = try layer(entry).object ?? [:]
            if KerasDialect.className(of: entry) == "MultiHeadAttention" {
                let config = translated["config"]?.object ?? [:]
                translated["config"] = .object(config.merging(Self.attentionShapes(of: entry)) { _, new in new })
            }
            entries.append(
                .object(
                    translated.merging([
                        "name": .string(SavedStructure.name(of: entry)), "inbound_nodes": .array(nodes),
                    ]) { _, new in new }))
        }
        return .object([
            "name": config["name"] ?? .string("functional"), "trainable": config["trainable"] ?? .bool(true),
            "layers": .array(entries), "input_layers": ends(config["input_layers"], known),
            "output_layers": ends(config["output_layers"], known),
        ])
    }

    /// Inputs or outputs, always a list of lists.
    private func ends(_ value: JSONValue?, _ known: [String: JSONValue]) -> JSONValue {
        .array(
            KerasDialect.references(value).map { end in
                let entry = known[end.layer] ?? .null
                let isSequential = KerasDialect.className(of: entry) == "Sequential"
                let node = end.node + (isSequential ? KerasDialect.hiddenCalls(of: entry) : 0)
                return .array([.string(end.layer), .number(Double(node)), .number(Double(end.tensor))])
            })
    }

    /// A call. Each of its tensors carries the call's options; Keras 2 goes by the last.
    private func call(_ node: JSONValue, of entry: JSONValue, _ known: [String: JSONValue]) -> JSONValue {
        var tensors = (node["args"]?.array ?? []).flatMap { argument in
            tensor(argument, known).map { [$0] } ?? (argument.array ?? []).compactMap { tensor($0, known) }
        }
        var options: [String: JSONValue] = [:]
        for (key, value) in node["kwargs"]?.object ?? [:] where !value.isNull {
            if key == "initial_state" {
                tensors += tensor(value, known).map { [$0] } ?? (value.array ?? []).compactMap { tensor($0, known) }
            } else {
                options[key] = tensor(value, known) ?? value
            }
        }
        if KerasDialect.className(of: entry) == "MultiHeadAttention" {
            for (name, value) in zip(["value", "key"], tensors.dropFirst()) { options[name] = value }
            tensors = Array(tensors.prefix(1))
        }
        return .array(tensors.map { .array(($0.array ?? []) + [.object(options)]) })
    }

    private func tensor(_ value: JSONValue, _ known: [String: JSONValue]) -> JSONValue? {
        guard value["class_name"]?.string == "__keras_tensor__", let history = value["config"]?["keras_history"],
            let found = KerasDialect.reference(history), let entry = known[found.layer]
        else { return nil }
        let node = found.node + KerasDialect.hiddenCalls(of: entry)
        return .array([.string(found.layer), .number(Double(node)), .number(Double(found.tensor))])
    }

    /// The shapes that Keras 2 builds a MultiHeadAttention for, which Keras 3 notes beside its call. A key not given is the value.
    private static func attentionShapes(of entry: JSONValue) -> [String: JSONValue] {
        let call = entry["inbound_nodes"]?[0]
        let shape = { (tensor: JSONValue?) in tensor?["config"]?["shape"] }
        let query = shape(call?["args"]?[0]) ?? .null
        let value = shape(call?["args"]?[1] ?? call?["kwargs"]?["value"]) ?? .null
        let key = shape(call?["args"]?[2] ?? call?["kwargs"]?["key"]) ?? value
        return ["query_shape": query, "value_shape": value, "key_shape": key]
    }

    /// A layer, or a model nested in another.
    private func layer(_ entry: JSONValue) throws(CheckpointError) -> JSONValue {
        let className = KerasDialect.className(of: entry)
        if KerasDialect.models.contains(className) { return try model(entry) }
        let options = try self.options(
            entry["config"]?.object ?? [:], className: className, layer: SavedStructure.name(of: entry))
        return .object(["class_name": .string(className), "config": .object(options)])
    }

    private func options(
        _ new: [String: JSONValue], className: String, layer: String
    ) throws(CheckpointError) -> [String: JSONValue] {
        var config = new
        try KerasDialect.requireSameMeaning(config, of: layer)
        if className == "InputLayer" {
            config["batch_input_shape"] = config["batch_shape"] ?? config["batch_input_shape"]
            for option in ["batch_shape", "optional"] { config[option] = nil }
        }
        if let name = config["dtype"]?["config"]?["name"] { config["dtype"] = name }
        for option in ["quantization_config", "lora_rank", "lora_alpha", "sliding_window"] {
            try KerasDialect.drop(option, from: &config, ifOneOf: [], of: layer)
        }
        // Keras 2 knows the former, but only its last releases do.
        if config["zero_output_for_mask"] == .bool(false) { config["zero_output_for_mask"] = nil }
        for option in ["rms_scaling", "use_gate", "synchronized"] {
            try KerasDialect.drop(option, from: &config, ifOneOf: [.bool(false)], of: layer)
        }
        for option in ["layer", "backward_layer"] {
            if let wrapped = config[option], wrapped["class_name"] != nil { config[option] = try self.layer(wrapped) }
        }
        switch className {
        case "LSTM", "GRU", "SimpleRNN", "AdditiveAttention", "Attention": config["seed"] = nil
        case "MultiHeadAttention": for option in ["seed", "flash_attention"] { config[option] = nil }
        case "LeakyReLU":
            config["alpha"] = config["negative_slope"] ?? config["alpha"]
            config["negative_slope"] = nil
        default: break
        }
        for option in ["activation", "recurrent_activation"] where config[option]?.string == "silu" {
            config[option] = .string("swish")
        }
        return config.mapValues(Self.object)
    }

    /// Initialisers, regularisers and constraints without what only Keras 3 knows.
    private static func object(_ value: JSONValue) -> JSONValue {
        guard let members = value.object, let name = members["class_name"], members["module"] != nil else {
            return value
        }
        var config = members["config"]?.object ?? [:]
        for option in ["input_axes", "output_axes"] { config[option] = nil }
        return .object(["class_name": name, "config": .object(config)])
    }
}
