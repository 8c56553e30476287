import Checkpoints

/// Guesses the architecture of a weights-only file from the layers' names and the shapes of their weights.
///
/// The result is a configuration in Keras' own form, so that everything the file cannot say takes the default that Keras gives
/// it, in one place. The layers are taken for a chain; one that is named a concatenation joins those before it whose widths
/// add up to what the next layer takes. Where names and shapes do not suggest one network, an error says why.
struct ArchitectureInference {
    let checkpoint: Checkpoint

    /// A stored layer with its guess and the layers that it is called on.
    private struct Place {
        let name: String
        var guess: LayerGuess
        /// Indices of earlier places; empty for the first, which is called on the network's input.
        var inputs: [Int]
        /// The number of features it yields; nil where no weight says so.
        var width: Int?
    }

    /// The configuration and what was assumed.
    ///
    /// - Throws: ``NetworkError/cannotInfer(file:reason:)``.
    func architecture() throws -> (configuration: JSONValue, assumptions: [Assumption]) {
        guard !checkpoint.isByClass else {
            throw failure("a v3 weights file lists layers by class, without their names and order")
        }
        let layers = checkpoint.layers.filter { $0.name != inputName }
        if layers.contains(where: { $0.name == DissolvedAttention.first }) { return try dissolved(layers) }
        guard !layers.isEmpty else { throw failure("it lists no layers") }
        var places = try connected(layers)
        if case .any = places[0].guess.flow, places[0].guess.input != nil {
            throw failure("the first layer with weights (`\(places[0].name)`) takes no sequence")
        }
        var assumptions: [Assumption] = []
        for index in places.indices {
            if case .recurrent = places[index].guess.flow {
                let returnsSequence = needsSequence(after: index, places)
                places[index].guess.options = places[index].guess.options.returningSequence(returnsSequence)
                let reason = returnsSequence ? "the layers after it need the sequence" : "Keras' default"
                assumptions.append(
                    Assumption(layer: places[index].name, text: "return_sequences = \(returnsSequence) (\(reason))"))
            }
            if let text = places[index].guess.assumption {
                assumptions.append(Assumption(layer: places[index].name, text: text))
            }
        }
        return (try configuration(places), assumptions)
    }

    /// The layers in order, each called on the one before it, or, where it joins, on several.
    private func connected(_ layers: [Checkpoint.StoredLayer]) throws -> [Place] {
        var places: [Place] = []
        for (index, layer) in layers.enumerated() {
            let guess = try LayerGuess(layer, of: checkpoint)
            let previous = places.last
            var place = Place(
                name: layer.name, guess: guess, inputs: places.isEmpty ? [] : [index - 1],
                width: guess.output ?? previous?.width)
            switch guess.flow {
            case .join:
                let needed = try layers[(index + 1)...].lazy
                    .compactMap { try LayerGuess($0, of: checkpoint).input }.first
                place.inputs = try joined(places, to: needed, by: layer.name)
                place.width = needed
            case .flatten: place.width = nil
            default:
                if let input = guess.input, let previous, let width = previous.width, input != width {
                    throw failure(
                        "`\(layer.name)` takes \(input) features, but `\(previous.name)` before it yields \(width), so "
                            + "this is no chain of layers")
                }
            }
            places.append(place)
        }
        return places
    }

    /// The fewest layers right before a joining one whose widths add up to what is needed after it.
    private func joined(_ places: [Place], to needed: Int?, by name: String) throws -> [Int] {
        var sum = 0
        for count in 1...max(1, places.count) {
            guard let needed, count <= places.count, let width = places[places.count - count].width else { break }
            sum += width
            if sum == needed, count > 1 { return Array((places.count - count)..<places.count) }
        }
        throw failure("`\(name)` joins layers, but the widths do not say which")
    }

    /// Whether what follows a recurrent layer takes a sequence. Layers that work number by number do not tell.
    private func needsSequence(after index: Int, _ places: [Place]) -> Bool {
        places[(index + 1)...].contains { place in
            switch place.guess.flow {
            case .any, .join: false
            default: true
            }
        }
    }

    private func configuration(_ places: [Place]) throws -> JSONValue {
        let input: JSONValue
        if case .embedding = places[0].guess.flow {
            input = .array([.null, .null])
        } else {
            let features = places.lazy.compactMap(\.guess.input).first
            input = .array([
                .null, try steps(places).map { .number(Double($0)) } ?? .null,
                features.map { .number(Double($0)) } ?? .null,
            ])
        }
        let isChain = places.indices.allSatisfy { places[$0].inputs.count < 2 }
        let list = places.enumerated().map { index, place -> JSONValue in
            var options = place.guess.options
            options["name"] = .string(place.name)
            if isChain, index == 0 { options["batch_input_shape"] = input }
            var layer: [String: JSONValue] = [
                "class_name": .string(place.guess.className), "config": .object(options),
            ]
            if !isChain {
                let names = place.inputs.isEmpty ? [inputName] : place.inputs.map { places[$0].name }
                layer["name"] = .string(place.name)
                layer["inbound_nodes"] = .array([.array(names.map(reference))])
            }
            return .object(layer)
        }
        if isChain {
            return .object(["class_name": .string("Sequential"), "config": .object(["layers": .array(list)])])
        }
        let inputLayer = JSONValue.object([
            "class_name": .string("InputLayer"), "name": .string(inputName), "inbound_nodes": .array([]),
            "config": .object(["name": .string(inputName), "batch_input_shape": input]),
        ])
        return .object([
            "class_name": .string("Functional"),
            "config": .object([
                "layers": .array([inputLayer] + list), "input_layers": .array([reference(inputName)]),
                "output_layers": .array([reference(places[places.count - 1].name)]),
            ]),
        ])
    }

    /// How Keras refers to the only output of a layer's only call.
    private func reference(_ name: String) -> JSONValue { .array([.string(name), .number(0), .number(0)]) }

    /// The name of the input layer: one of Keras' own, or the first layer's if that has no weights and says nothing else.
    private var inputName: String {
        let weightless = checkpoint.layers.filter(\.weights.isEmpty)
        if let named = weightless.first(where: { isInput($0.name) }) { return named.name }
        guard let first = checkpoint.layers.first, first.weights.isEmpty, checkpoint.layers.count > 1,
            (try? LayerGuess(first, of: checkpoint)) == nil
        else { return "input" }
        return first.name
    }

    /// The sequences' length, where a Flatten's follower says it: it takes length × width numbers.
    private func steps(_ places: [Place]) throws -> Int? {
        let flattens = places.indices.filter { if case .flatten = places[$0].guess.flow { true } else { false } }
        guard let index = flattens.first else { return nil }
        let changesLength = places[..<index].contains {
            ["Conv1D", "MaxPooling1D", "AveragePooling1D"].contains($0.guess.className)
        }
        let needed = places[(index + 1)...].lazy.compactMap(\.guess.input).first
        guard flattens.count == 1, !changesLength, index > 0, let width = places[index - 1].width, let needed,
            needed % width == 0
        else { throw failure("`\(places[index].name)` flattens a sequence whose length cannot be told") }
        return needed / width
    }

    /// The layout of the attention package's releases of 2020: the parts' own layers take their names, the rest is a chain.
    private func dissolved(
        _ layers: [Checkpoint.StoredLayer]
    ) throws -> (configuration: JSONValue, assumptions: [Assumption]) {
        guard DissolvedAttention.parts.allSatisfy({ part in layers.contains { $0.name == part } }) else {
            throw failure(
                "`\(DissolvedAttention.first)` is there, but not all parts of the attention package's layer of 2020")
        }
        var list: [JSONValue] = []
        var assumptions: [Assumption] = []
        for layer in layers {
            var options: [String: JSONValue]
            let className: String
            switch layer.name {
            case "last_hidden_state": (className, options) = ("Lambda", ["output_shape": .array([.null])])
            case "attention_score": (className, options) = ("Dot", ["axes": .array([.number(2), .number(1)])])
            case "attention_weight": (className, options) = ("Activation", ["activation": .string("softmax")])
            case "context_vector": (className, options) = ("Dot", ["axes": .array([.number(1), .number(1)])])
            case "attention_output": (className, options) = ("Concatenate", [:])
            default:
                let found = try LayerGuess(layer, of: checkpoint)
                (className, options) = (found.className, found.options)
                if layer.name == "attention_vector" { options["activation"] = .string("tanh") }
                if case .recurrent = found.flow { options = options.returningSequence(true) }
                if let input = found.input, list.isEmpty {
                    options["batch_input_shape"] = .array([.null, .null, .number(Double(input))])
                }
                if let text = found.assumption, !DissolvedAttention.parts.contains(layer.name) {
                    assumptions.append(Assumption(layer: layer.name, text: text))
                }
            }
            options["name"] = .string(layer.name)
            list.append(.object(["class_name": .string(className), "config": .object(options)]))
        }
        assumptions.append(
            Assumption(
                layer: "attention_weight",
                text: "it and its neighbours are the attention package's Luong attention of 2020 (by their names)"))
        return (
            .object(["class_name": .string("Sequential"), "config": .object(["layers": .array(list)])]), assumptions
        )
    }

    private func failure(_ reason: String) -> NetworkError { .cannotInfer(file: checkpoint.path, reason: reason) }

    private func isInput(_ name: String) -> Bool { name.hasSuffix("_input") || name.hasPrefix("input") }
}

extension [String: JSONValue] {
    /// The options of a recurrent layer, or of the one that a Bidirectional wraps, with `return_sequences` set.
    fileprivate func returningSequence(_ returns: Bool) -> [String: JSONValue] {
        var options = self
        if let wrapped = self["layer"], let config = wrapped["config"]?.object {
            options["layer"] = .object([
                "class_name": wrapped["class_name"] ?? .null, "config": .object(config.returningSequence(returns)),
            ])
        } else {
            options["return_sequences"] = .bool(returns)
        }
        return options
    }
}
