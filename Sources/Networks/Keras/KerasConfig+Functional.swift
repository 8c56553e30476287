import Checkpoints

/// Functional graphs, in the dialects of Keras 2 (nested lists) and Keras 3 (arguments with keras tensors).
extension KerasConfig {
    /// A call of a layer: where its tensors come from, and plain options of the call.
    private struct Call {
        var tensors: [Reference] = []
        var options: [String: JSONValue] = [:]
    }

    private struct Reference: Hashable {
        let layer: String
        let node: Int
        let tensor: Int
    }

    private struct CallID: Hashable {
        let layer: String
        let node: Int
    }

    static func functional(_ config: JSONValue, _ version: KerasVersion) throws -> ModelDescription {
        guard let list = config["layers"]?.array else { throw bad("(model)", "its configuration lacks `layers`") }
        var layers: [String: LayerDescription] = [:]
        var calls: [CallID: Call] = [:]
        var order: [CallID] = []
        for (index, entry) in list.enumerated() {
            let named = try layer(entry, index, version)
            let name = entry["name"]?.string ?? named.name
            let description = LayerDescription(
                name: name, className: named.className, writtenClass: named.writtenClass,
                configuration: named.configuration)
            guard layers.updateValue(description, forKey: name) == nil else {
                throw bad(name, "two layers have this name")
            }
            let nodes = description.className == "InputLayer" ? [] : entry["inbound_nodes"]?.array ?? []
            if description.className == "InputLayer" {
                calls[CallID(layer: name, node: 0)] = Call()
                order.append(CallID(layer: name, node: 0))
            }
            for (number, node) in nodes.enumerated() {
                let id = CallID(layer: name, node: number)
                calls[id] = try call(node, of: name)
                order.append(id)
            }
        }
        renumberModels(layers, &calls)
        let inputs = try references(config["input_layers"], "input_layers").map {
            CallID(layer: $0.layer, node: $0.node)
        }
        var description = ModelDescription(name: config["name"]?.string ?? "model")
        description.layers = list.compactMap { entry in
            (entry["name"]?.string ?? entry["config"]?["name"]?.string).flatMap { layers[$0] }
        }.filter { $0.className != "InputLayer" }
        var places: [CallID: Int] = [:]
        // Inputs first, in the model's own order.
        for id in inputs {
            guard let layer = layers[id.layer], calls[id] != nil else {
                throw bad(id.layer, "the model's inputs name it, but there is no such layer")
            }
            places[id] = description.nodes.count
            description.append(input: id.layer, shape: try layer.configuration.batchShape())
        }
        var waiting = order.filter { places[$0] == nil }
        while !waiting.isEmpty {
            let ready = waiting.filter { id in
                calls[id]?.tensors.allSatisfy { places[CallID(layer: $0.layer, node: $0.node)] != nil } == true
                    && layers[id.layer]?.className != "InputLayer"
            }
            guard !ready.isEmpty else { break }
            for id in ready {
                guard let call = calls[id], let layer = layers[id.layer] else { continue }
                places[id] = description.nodes.count
                description.append(
                    layer.adding(call.options),
                    inputs: call.tensors.map { tensor in
                        .init(node: places[CallID(layer: tensor.layer, node: tensor.node)] ?? 0, output: tensor.tensor)
                    })
            }
            waiting.removeAll { places[$0] != nil }
        }
        let wanted = try references(config["output_layers"], "output_layers")
        description.outputs = try wanted.map { named in
            let reference = renumbered(named, calls)
            guard let place = places[CallID(layer: reference.layer, node: reference.node)] else {
                throw unreachable(reference.layer, waiting.compactMap { calls[$0] }.flatMap(\.tensors), layers)
            }
            return .init(node: place, output: reference.tensor)
        }
        guard !description.outputs.isEmpty else { throw bad("(model)", "it names no outputs") }
        return description
    }

    /// In Keras 2 a nested Sequential's own construction counts as its call 0, which is not in the file, so that its listed calls are
    /// referred to from 1 on.
    private static func renumberModels(
        _ layers: [String: LayerDescription], _ calls: inout [CallID: Call]
    ) {
        let listed = calls
        for id in listed.keys {
            calls[id]?.tensors = (listed[id]?.tensors ?? []).map { reference in
                Submodel.kerasClasses.contains(layers[reference.layer]?.className ?? "")
                    ? renumbered(reference, listed) : reference
            }
        }
    }

    /// A reference to a call that is not listed, moved down to the one before it if that one is.
    private static func renumbered(_ reference: Reference, _ calls: [CallID: Call]) -> Reference {
        let (layer, node) = (reference.layer, reference.node)
        guard calls[CallID(layer: layer, node: node)] == nil, calls[CallID(layer: layer, node: node - 1)] != nil else {
            return reference
        }
        return Reference(layer: layer, node: node - 1, tensor: reference.tensor)
    }

    private static func unreachable(
        _ layer: String, _ needed: [Reference], _ layers: [String: LayerDescription]
    ) -> NetworkError {
        if let ghost = needed.first(where: { layers[$0.layer] == nil }) {
            return bad(layer, "the graph refers to a layer `\(ghost.layer)`, which does not exist")
        }
        return bad(layer, "the graph has a cycle, or this output does not depend on the inputs")
    }

    private static func bad(_ layer: String, _ reason: String) -> NetworkError {
        .badConfiguration(layer: layer, reason: reason)
    }

    /// `[["name", 0, 0], ...]`, or flat for a single one (Keras 3), or an object of such.
    private static func references(_ value: JSONValue?, _ what: String) throws -> [Reference] {
        guard let value else { throw bad("(model)", "its configuration lacks `\(what)`") }
        if let single = reference(value) { return [single] }
        let list = value.array ?? value.object.map { members in members.keys.sorted().compactMap { members[$0] } } ?? []
        return try list.map { entry in
            guard let found = reference(entry) else { throw bad("(model)", "`\(what)` is no list of layers") }
            return found
        }
    }

    private static func reference(_ value: JSONValue) -> Reference? {
        guard let parts = value.array, parts.count >= 3, let layer = parts[0].string, let node = parts[1].int,
            let tensor = parts[2].int, node >= 0, tensor >= 0
        else { return nil }
        return Reference(layer: layer, node: node, tensor: tensor)
    }

    private static func kerasTensor(_ value: JSONValue) -> Reference? {
        guard value["class_name"]?.string == "__keras_tensor__", let history = value["config"]?["keras_history"] else {
            return nil
        }
        return reference(history)
    }

    private static func call(_ node: JSONValue, of layer: String) throws -> Call {
        var call = Call()
        if let arguments = node["args"]?.array {
            for argument in arguments { call.tensors += tensors(in: argument, kerasTensor) }
            add(node["kwargs"]?.object ?? [:], to: &call, kerasTensor)
        } else if let entries = node.array {
            for entry in entries {
                guard let found = reference(entry) else { throw bad(layer, "`inbound_nodes` is not understood") }
                call.tensors.append(found)
                add(entry[3]?.object ?? [:], to: &call, reference)
            }
        } else {
            throw bad(layer, "`inbound_nodes` is not understood")
        }
        return call
    }

    /// Tensors among a call's named arguments follow the positional ones in the order the layers take them.
    private static func add(
        _ arguments: [String: JSONValue], to call: inout Call, _ read: (JSONValue) -> Reference?
    ) {
        for name in ["inputs", "query", "value", "key", "initial_state"] {
            if let argument = arguments[name] { call.tensors += tensors(in: argument, read) }
        }
        for (name, value) in arguments {
            if case .bool = value, name != "training" { call.options[name] = value }
        }
    }

    private static func tensors(in value: JSONValue, _ read: (JSONValue) -> Reference?) -> [Reference] {
        if let single = read(value) { return [single] }
        return value.array?.flatMap { tensors(in: $0, read) } ?? []
    }
}
