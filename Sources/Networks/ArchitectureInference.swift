import Checkpoints

/// Guesses the architecture of a weights-only file from the layers' names and the shapes of their weights.
///
/// The result is a Sequential configuration in Keras' own form, so that everything the file cannot say takes the default that
/// Keras gives it, in one place. Where names and shapes do not suggest one chain of layers, an error says why.
struct ArchitectureInference {
    let checkpoint: Checkpoint

    /// What a layer's weights suggest.
    private struct Guess {
        let className: String
        var options: [String: JSONValue]
        /// The features it takes, if its weights say so, and those it yields.
        let input: Int?
        let output: Int?
        let takesSequence: Bool?
        let assumption: String?
    }

    /// The configuration and what was assumed.
    ///
    /// - Throws: ``NetworkError/cannotInfer(file:reason:)``.
    func architecture() throws -> (configuration: JSONValue, assumptions: [Assumption]) {
        guard !checkpoint.isByClass else {
            throw failure("a v3 weights file lists layers by class, without their names and order")
        }
        let layers = checkpoint.layers.filter { !($0.weights.isEmpty && isInput($0.name)) }
        if layers.contains(where: { $0.name == DissolvedAttention.first }) { return try dissolved(layers) }
        guard !layers.isEmpty else { throw failure("it lists no layers") }
        var guesses = try layers.map(guess)
        try checkChain(layers, guesses)
        var assumptions: [Assumption] = []
        for index in guesses.indices {
            if guesses[index].options["return_sequences"] != nil {
                let follower = guesses[(index + 1)...].first { $0.takesSequence != nil }
                let returnsSequence = follower?.takesSequence == true
                guesses[index].options["return_sequences"] = .bool(returnsSequence)
                let reason = returnsSequence ? "the layers after it need the sequence" : "Keras' default"
                assumptions.append(
                    Assumption(layer: layers[index].name, text: "return_sequences = \(returnsSequence) (\(reason))"))
            }
            if let text = guesses[index].assumption {
                assumptions.append(Assumption(layer: layers[index].name, text: text))
            }
        }
        let list = zip(layers, guesses).enumerated().map { index, pair -> JSONValue in
            var options = pair.1.options
            options["name"] = .string(pair.0.name)
            if index == 0, let input = pair.1.input {
                options["batch_input_shape"] = .array([.null, .null, .number(Double(input))])
            }
            return .object(["class_name": .string(pair.1.className), "config": .object(options)])
        }
        if guesses[0].takesSequence == false {
            throw failure("the first layer with weights (`\(layers[0].name)`) takes no sequence")
        }
        return (
            .object(["class_name": .string("Sequential"), "config": .object(["layers": .array(list)])]), assumptions
        )
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
                let found = try guess(layer)
                (className, options) = (found.className, found.options)
                if layer.name == "attention_vector" { options["activation"] = .string("tanh") }
                if options["return_sequences"] != nil { options["return_sequences"] = .bool(true) }
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

    private func checkChain(_ layers: [Checkpoint.StoredLayer], _ guesses: [Guess]) throws {
        var width: Int?
        var previous = ""
        for (layer, guess) in zip(layers, guesses) {
            if let input = guess.input, let width, input != width {
                throw failure(
                    "`\(layer.name)` takes \(input) features, but `\(previous)` before it yields \(width), so this is no "
                        + "chain of layers")
            }
            if let output = guess.output {
                width = output
                previous = layer.name
            }
        }
    }

    private func guess(_ layer: Checkpoint.StoredLayer) throws -> Guess {
        let names = layer.weights.map(\.shortName)
        let shapes = layer.weights.map(\.shape)
        let parts = Set(layer.weights.flatMap { $0.name.split(separator: "/").map(String.init) })
        if layer.weights.isEmpty { return try weightless(layer) }
        if parts.contains("luong_w") || parts.contains("bahdanau_w1")
            || (parts.contains(DissolvedAttention.first) && layer.name != DissolvedAttention.first)
        {
            return try packageAttention(layer, parts, shapes)
        }
        if names.starts(with: ["kernel", "recurrent_kernel"]) {
            return try recurrent(layer, hasBias: names.count == 3, shapes)
        }
        if names == ["kernel", "bias"] || names == ["kernel"], shapes[0].count == 2 {
            return Guess(
                className: "Dense",
                options: ["units": .number(Double(shapes[0][1])), "use_bias": .bool(names.count == 2)],
                input: shapes[0][0], output: shapes[0][1], takesSequence: false,
                assumption: "activation = linear (Keras' default)")
        }
        throw failure(
            "the weights of layer `\(layer.name)` (\(names.joined(separator: ", "))) fit no layer that can be guessed")
    }

    private func weightless(_ layer: Checkpoint.StoredLayer) throws -> Guess {
        for (prefix, className) in [
            ("dropout", "Dropout"), ("spatial_dropout1d", "SpatialDropout1D"), ("gaussian_noise", "GaussianNoise"),
        ] where layer.name.hasPrefix(prefix) {
            return Guess(
                className: className, options: [:], input: nil, output: nil, takesSequence: nil,
                assumption: "it is a \(className) (by its name), which does nothing at test time")
        }
        throw failure("layer `\(layer.name)` has no weights, and its name does not say what it does")
    }

    private func recurrent(_ layer: Checkpoint.StoredLayer, hasBias: Bool, _ shapes: [[Int]]) throws -> Guess {
        guard shapes[0].count == 2, shapes[1].count == 2, shapes[1][0] > 0, shapes[1][1] == 4 * shapes[1][0],
            shapes[0][1] == shapes[1][1], !hasBias || shapes[2] == [shapes[1][1]]
        else {
            throw failure("layer `\(layer.name)` is recurrent, but its weights' shapes are not those of an LSTM")
        }
        let units = shapes[1][0]
        return Guess(
            className: "LSTM",
            options: [
                "units": .number(Double(units)), "use_bias": .bool(hasBias), "return_sequences": .bool(false),
            ], input: shapes[0][0], output: units, takesSequence: true,
            assumption: "activation = tanh, recurrent_activation = sigmoid, go_backwards = false (Keras' defaults)")
    }

    private func packageAttention(
        _ layer: Checkpoint.StoredLayer, _ parts: Set<String>, _ shapes: [[Int]]
    ) throws -> Guess {
        let isBahdanau = parts.contains("bahdanau_w1")
        guard shapes.count == (isBahdanau ? 4 : 2), let last = shapes.last, last.count == 2 else {
            throw failure("layer `\(layer.name)` looks like the attention package's, but its weights do not")
        }
        return Guess(
            className: "Attention",
            options: ["units": .number(Double(last[1])), "score": .string(isBahdanau ? "bahdanau" : "luong")],
            input: last[0] / 2, output: last[1], takesSequence: true,
            assumption:
                "it is `attention.Attention` with score = \(isBahdanau ? "bahdanau" : "luong") (by its weights' names)")
    }
}
