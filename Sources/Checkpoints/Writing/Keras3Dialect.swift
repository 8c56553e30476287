extension SavedModel {
    /// The model with its configuration in the dialect of Keras 3.
    ///
    /// - Throws: ``CheckpointError/cannotTranslate(layer:reason:)``.
    func inKeras3() throws(CheckpointError) -> SavedModel {
        var model = self
        model.configuration = try Keras3Dialect(layers: layers, isNew: isKeras3).model(configuration)
        // An archive's own is complete; that of an HDF5 file of Keras 3 has the layout of Keras 2.
        if isKeras3, trainingConfiguration?["optimizer"]?["module"] != nil { return model }
        model.trainingConfiguration = trainingConfiguration.flatMap(TrainingDialect.keras3)
        model.kerasVersion = Self.keras3
        return model
    }
}

/// Configurations of Keras 2 in the words of Keras 3, and those of Keras 3's own HDF5 files with the modules that archives add.
struct Keras3Dialect {
    /// For the shapes that stand beside each connection.
    let layers: [SavedModel.Layer]
    /// Whether the configuration is in Keras 3's words already.
    let isNew: Bool

    /// A model's document, or that of one nested in another.
    func model(_ document: JSONValue) throws(CheckpointError) -> JSONValue {
        let isSequential = document["class_name"]?.string == "Sequential"
        let config = try isSequential ? sequential(document) : functional(document["config"] ?? .null)
        return .object([
            "module": .string(isSequential ? "keras" : "keras.src.models.functional"),
            "class_name": .string(isSequential ? "Sequential" : "Functional"), "config": config,
            "registered_name": isSequential ? .null : .string("Functional"),
        ])
    }

    /// A Sequential: its input's shape moves from the first layer to an InputLayer.
    private func sequential(_ document: JSONValue) throws(CheckpointError) -> JSONValue {
        let list = document["config"]?["layers"]?.array ?? document["config"]?.array ?? []
        var entries: [JSONValue] = []
        if let first = list.first, KerasDialect.className(of: first) != "InputLayer",
            let shape = first["config"]?["batch_input_shape"]
        {
            let input = JSONValue.object([
                "class_name": .string("InputLayer"),
                "config": .object([
                    "name": .string(SavedStructure.name(of: first) + "_input"), "batch_input_shape": shape,
                ]),
            ])
            entries.append(try layer(input))
        }
        for entry in list { entries.append(try layer(entry)) }
        let name = document["config"]?["name"]?.string ?? "sequential"
        return .object(["name": .string(name), "trainable": .bool(true), "layers": .array(entries)])
    }

    private func functional(_ config: JSONValue) throws(CheckpointError) -> JSONValue {
        let known = KerasDialect.layersByName(config)
        var entries: [JSONValue] = []
        for entry in config["layers"]?.array ?? [] {
            let nodes = (entry["inbound_nodes"]?.array ?? []).map { call($0, of: entry, known) }
            let translated = try layer(entry).object ?? [:]
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

    /// Inputs or outputs: a single one stands without a list. Of a nested functional model, Keras 3 counts its own construction too.
    private func ends(_ value: JSONValue?, _ known: [String: JSONValue]) -> JSONValue {
        if isNew { return value ?? .null }
        let list = KerasDialect.references(value).map { end -> JSONValue in
            let entry = known[end.layer] ?? .null
            let isSequential = KerasDialect.className(of: entry) == "Sequential"
            let node = isSequential ? max(0, end.node - KerasDialect.hiddenCalls(of: entry)) : end.node
            return .array([.string(end.layer), .number(Double(node)), .number(Double(end.tensor))])
        }
        return list.count == 1 ? list[0] : .array(list)
    }

    /// A call: several tensors are one list, but a recurrent layer's further ones are its initial state.
    private func call(_ node: JSONValue, of entry: JSONValue, _ known: [String: JSONValue]) -> JSONValue {
        if isNew { return node }
        let entries = node.array ?? []
        let tensors = entries.compactMap { tensor($0, known) }
        var options: [String: JSONValue] = [:]
        for (key, value) in entries.last?[3]?.object ?? [:] where !value.isNull {
            options[key] = tensor(value, known) ?? value
        }
        let className = KerasDialect.className(of: entry)
        let arguments: [JSONValue]
        if tensors.count == 1 {
            arguments = tensors
        } else if KerasDialect.recurrent.contains(className) || className == "Bidirectional" {
            arguments = Array(tensors.prefix(1))
            options["initial_state"] = .array(Array(tensors.dropFirst()))
        } else {
            arguments = [.array(tensors)]
        }
        return .object(["args": .array(arguments), "kwargs": .object(options)])
    }

    private func tensor(_ value: JSONValue, _ known: [String: JSONValue]) -> JSONValue? {
        guard let found = KerasDialect.reference(value), let entry = known[found.layer] else { return nil }
        let node = max(0, found.node - KerasDialect.hiddenCalls(of: entry))
        let shapes = layers.first { $0.name == found.layer }?.outputShapes ?? []
        let shape = shapes.indices.contains(found.tensor) ? shapes[found.tensor] : []
        return .object([
            "class_name": .string("__keras_tensor__"),
            "config": .object([
                "shape": .array([.null] + shape.map { $0.map { .number(Double($0)) } ?? .null }),
                "dtype": .string("float32"),
                "keras_history": .array([
                    .string(found.layer), .number(Double(node)), .number(Double(found.tensor)),
                ]),
            ]),
        ])
    }

    /// A layer, or a model nested in another.
    private func layer(_ entry: JSONValue) throws(CheckpointError) -> JSONValue {
        let className = KerasDialect.className(of: entry)
        if KerasDialect.models.contains(className) {
            // The layers inside have names of their own, which say nothing about the outer ones.
            return try Keras3Dialect(layers: [], isNew: isNew).model(entry)
        }
        let isForeign =
            KerasDialect.isPackageAttention(entry) || KerasDialect.foreignModules[className] != nil
            || className == "AttentionWeightedAverage"
        let module =
            KerasDialect.isPackageAttention(entry)
            ? .string("attention.attention")
            : isForeign
                ? KerasDialect.foreignModules[className].map { JSONValue.string($0) } ?? .null : .string("keras.layers")
        let options = try self.options(
            entry["config"]?.object ?? [:], className: className, layer: SavedStructure.name(of: entry))
        return .object([
            "module": module, "class_name": .string(className), "config": .object(options),
            "registered_name": isForeign ? .string(className) : .null,
        ])
    }

    private func options(
        _ old: [String: JSONValue], className: String, layer: String
    ) throws(CheckpointError) -> [String: JSONValue] {
        var config = old
        for option in ["layer", "backward_layer"] {
            if let wrapped = config[option], wrapped["class_name"] != nil { config[option] = try self.layer(wrapped) }
        }
        if !isNew { try translate(&config, className: className, layer: layer) }
        return config.mapValues(Self.object)
    }

    /// The options of a layer that have other names in Keras 3, or that it does not know.
    private func translate(
        _ config: inout [String: JSONValue], className: String, layer: String
    ) throws(CheckpointError) {
        try KerasDialect.requireSameMeaning(config, of: layer)
        if className == "InputLayer" {
            config["batch_shape"] = config["batch_input_shape"] ?? config["batch_shape"]
            try KerasDialect.drop("ragged", from: &config, ifOneOf: [.bool(false)], of: layer)
        }
        for option in ["batch_input_shape", "input_length", "implementation"] { config[option] = nil }
        try KerasDialect.drop("time_major", from: &config, ifOneOf: [.bool(false)], of: layer)
        switch className {
        case "MultiHeadAttention":
            for option in ["query_shape", "key_shape", "value_shape", "softmax_robust_masking"] { config[option] = nil }
        case "BatchNormalization":
            if let axes = config["axis"]?.array, axes.count == 1 { config["axis"] = axes[0] }
            for option in ["renorm", "fused", "virtual_batch_size", "adjustment"] {
                try KerasDialect.drop(option, from: &config, ifOneOf: [.bool(false), .bool(true)], of: layer)
            }
        case "LeakyReLU":
            config["negative_slope"] = config["alpha"] ?? config["negative_slope"]
            config["alpha"] = nil
        case "Attention", "AdditiveAttention":
            try KerasDialect.drop("causal", from: &config, ifOneOf: [.bool(false)], of: layer)
        case "SpatialDropout1D": for option in ["noise_shape", "trainable"] { config[option] = nil }
        default: break
        }
    }

    /// Initialisers, regularisers and constraints with the module that Keras 3 looks them up in.
    private static func object(_ value: JSONValue) -> JSONValue {
        guard var members = value.object, let name = members["class_name"]?.string, members["module"] == nil else {
            return value
        }
        if name.hasSuffix("Norm") || name == "NonNeg" {
            members["module"] = .string("keras.constraints")
        } else {
            members["module"] = .string(
                ["L1", "L2", "L1L2"].contains(name) ? "keras.regularizers" : "keras.initializers")
        }
        members["registered_name"] = .null
        var config = members["config"]?.object ?? [:]
        config["dtype"] = nil
        members["config"] = .object(config)
        return .object(members)
    }
}
