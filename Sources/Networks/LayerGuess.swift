import Checkpoints

/// What the weights and the name of a stored layer suggest it to be.
struct LayerGuess {
    /// What a layer does to the rank of what flows through it.
    enum Flow {
        /// Takes a sequence and yields one: LSTM with `return_sequences`, Conv1D.
        case sequenceToSequence
        /// Takes a sequence and yields a vector, or a sequence where the layers after it need one: recurrent layers.
        case recurrent
        /// Takes a sequence and yields a vector: attention, pooling over all steps.
        case sequenceToVector
        /// Takes a sequence of known length and yields a vector of all its numbers.
        case flatten
        /// Takes tokens and yields a sequence.
        case embedding
        /// Joins the outputs of several layers before it.
        case join
        /// Takes and yields anything of the right width: Dense, whatever works number by number.
        case any
    }

    let className: String
    var options: [String: JSONValue] = [:]
    /// The features it takes, if its weights say so.
    var input: Int?
    /// The features it yields, if its weights say so; those it takes otherwise.
    var output: Int?
    let flow: Flow
    /// What had to be assumed.
    var assumption: String?

    /// The guess for a layer.
    ///
    /// - Throws: ``NetworkError/cannotInfer(file:reason:)``.
    init(_ layer: Checkpoint.StoredLayer, of checkpoint: Checkpoint) throws {
        let version = checkpoint.kerasVersion
        let found =
            layer.weights.isEmpty
            ? Self.weightless(layer.name)
            : Self.attention(layer) ?? Self.bidirectional(layer, version)
                ?? Self.recurrent(layer.weights[...], version) ?? Self.plain(layer)
        guard let found else {
            let reason =
                layer.weights.isEmpty
                ? "layer `\(layer.name)` has no weights, and its name does not say what it does"
                : "the weights of layer `\(layer.name)` ("
                    + layer.weights.map { "\($0.shortName) \($0.shape)" }.joined(separator: ", ")
                    + ") fit no layer that can be guessed"
            throw NetworkError.cannotInfer(file: checkpoint.path, reason: reason)
        }
        self = found
    }

    private init(
        _ className: String, _ flow: Flow, options: [String: JSONValue] = [:], input: Int? = nil, output: Int? = nil,
        assumption: String? = nil
    ) {
        self.className = className
        self.flow = flow
        self.options = options
        self.input = input
        self.output = output
        self.assumption = assumption
    }

    /// Whether this version of Keras gave LSTM and GRU hard sigmoids by default: those before 2.3; TensorFlow's own, 2.2.4-tf,
    /// no longer did.
    private static func hadHardGates(_ version: String?) -> Bool {
        guard let version else { return false }
        let parts = version.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        guard parts.count >= 2, parts[0] == 2 else { return false }
        return parts[1] < 3 && !version.hasPrefix("2.2.4-tf")
    }

    /// Layers without weights go by the names that Keras gives them.
    private static func weightless(_ name: String) -> LayerGuess? {
        let byName: [(prefix: String, className: String, flow: Flow, assumption: String)] = [
            ("dropout", "Dropout", .any, "which does nothing at test time"),
            ("spatial_dropout1d", "SpatialDropout1D", .any, "which does nothing at test time"),
            ("gaussian_noise", "GaussianNoise", .any, "which does nothing at test time"),
            ("gaussian_dropout", "GaussianDropout", .any, "which does nothing at test time"),
            ("flatten", "Flatten", .flatten, "of all steps"),
            ("masking", "Masking", .sequenceToSequence, "mask_value = 0 (Keras' default)"),
            ("global_average_pooling1d", "GlobalAveragePooling1D", .sequenceToVector, "over all steps"),
            ("global_max_pooling1d", "GlobalMaxPooling1D", .sequenceToVector, "over all steps"),
            ("max_pooling1d", "MaxPooling1D", .sequenceToSequence, "pool_size = 2 (Keras' default)"),
            ("average_pooling1d", "AveragePooling1D", .sequenceToSequence, "pool_size = 2 (Keras' default)"),
            ("re_lu", "ReLU", .any, "with Keras' defaults"),
            ("leaky_re_lu", "LeakyReLU", .any, "with Keras' defaults"),
        ]
        if let known = byName.first(where: { name.hasPrefix($0.prefix) }) {
            // Keras demands these options; what they were is not in the file.
            let strength = known.className == "GaussianNoise" ? "stddev" : "rate"
            let isNoise = known.className.contains("Dropout") || known.className == "GaussianNoise"
            return LayerGuess(
                known.className, known.flow, options: isNoise ? [strength: .number(0)] : [:],
                assumption: "it is a \(known.className) (by its name), \(known.assumption)")
        }
        if name.lowercased().contains("concat") {
            return LayerGuess(
                "Concatenate", .join,
                assumption: "it joins the outputs of the layers before it whose widths add up to what comes next")
        }
        return nil
    }

    /// Attention layers of packages, by their weights' names.
    private static func attention(_ layer: Checkpoint.StoredLayer) -> LayerGuess? {
        let shapes = layer.weights.map(\.shape)
        let parts = Set(layer.weights.flatMap { $0.name.split(separator: "/").map(String.init) })
        let isBahdanau = parts.contains("bahdanau_w1")
        if isBahdanau || parts.contains("luong_w")
            || (parts.contains(DissolvedAttention.first) && layer.name != DissolvedAttention.first)
        {
            guard shapes.count == (isBahdanau ? 4 : 2), let last = shapes.last, last.count == 2 else { return nil }
            let score = isBahdanau ? "bahdanau" : "luong"
            return LayerGuess(
                "Attention", .sequenceToVector,
                options: ["units": .number(Double(last[1])), "score": .string(score)], input: last[0] / 2,
                output: last[1],
                assumption: "it is `attention.Attention` with score = \(score) (by its weights' names)")
        }
        let names = layer.weights.map(\.shortName)
        if names.count == 1, names[0].hasSuffix("_W"), shapes[0].count == 2, shapes[0][1] == 1 {
            return LayerGuess(
                "AttentionWeightedAverage", .sequenceToVector, input: shapes[0][0], output: shapes[0][0],
                assumption: "it is the AttentionWeightedAverage of DeepMoji and textgenrnn (by its weight's name)")
        }
        return seqSelfAttention(layer, names, shapes)
    }

    /// Layers of the package keras-self-attention.
    private static func seqSelfAttention(
        _ layer: Checkpoint.StoredLayer, _ names: [String], _ shapes: [[Int]]
    ) -> LayerGuess? {
        let suffixes = names.map { $0.split(separator: "_").last.map(String.init) ?? $0 }
        if suffixes == ["Wt", "Wx", "bh", "Wa", "ba"] {
            return LayerGuess(
                "SeqSelfAttention", .sequenceToSequence,
                options: ["units": .number(Double(shapes[0].last ?? 0)), "attention_type": .string("additive")],
                input: shapes[0].first, output: shapes[0].first,
                assumption: "it is SeqSelfAttention, additive, with no attention_activation (its defaults)")
        }
        if suffixes == ["Wa", "ba"], shapes[0].count == 2, shapes[0][0] == shapes[0][1] {
            return LayerGuess(
                "SeqSelfAttention", .sequenceToSequence, options: ["attention_type": .string("multiplicative")],
                input: shapes[0][0], output: shapes[0][0],
                assumption: "it is SeqSelfAttention, multiplicative, with no attention_activation (its defaults)")
        }
        if suffixes == ["W", "b"], shapes[0].count == 2, shapes[0][1] == 1 {
            return LayerGuess(
                "SeqWeightedAttention", .sequenceToVector, input: shapes[0][0], output: shapes[0][0],
                assumption: "it is SeqWeightedAttention (by its weights' names)")
        }
        return nil
    }

    private static func bidirectional(_ layer: Checkpoint.StoredLayer, _ version: String?) -> LayerGuess? {
        let names = layer.weights.map(\.shortName)
        let half = names.count / 2
        guard half >= 2, names.count == 2 * half, Array(names[..<half]) == Array(names[half...]),
            names.starts(with: ["kernel", "recurrent_kernel"]),
            let forward = recurrent(layer.weights[..<half], version)
        else { return nil }
        return LayerGuess(
            "Bidirectional", .recurrent,
            options: [
                "layer": .object([
                    "class_name": .string(forward.className),
                    "config": .object(forward.options.merging(["name": .string("forward_" + layer.name)]) { $1 }),
                ])
            ], input: forward.input, output: forward.output.map { 2 * $0 },
            assumption: "merge_mode = concat; \(forward.assumption ?? "")")
    }

    /// LSTM, GRU or SimpleRNN, told apart by how many gates stand side by side in the kernels.
    private static func recurrent(
        _ weights: ArraySlice<Checkpoint.StoredWeight>, _ version: String?
    ) -> LayerGuess? {
        let names = weights.map(\.shortName)
        let shapes = weights.map(\.shape)
        guard names == ["kernel", "recurrent_kernel"] || names == ["kernel", "recurrent_kernel", "bias"],
            shapes[0].count == 2, shapes[1].count == 2, shapes[1][0] > 0, shapes[0][1] == shapes[1][1]
        else { return nil }
        let units = shapes[1][0]
        var options: [String: JSONValue] = [
            "units": .number(Double(units)), "use_bias": .bool(names.count == 3), "return_sequences": .bool(false),
        ]
        let bias = names.count == 3 ? shapes[2] : nil
        let className: String
        var assumption = "activation = tanh, recurrent_activation = sigmoid, go_backwards = false (Keras' defaults)"
        switch shapes[1][1] {
        case 4 * units where bias == nil || bias == [4 * units] || bias == [8 * units]: className = "LSTM"
        case 3 * units where bias == nil || bias == [3 * units] || bias == [2, 3 * units] || bias == [6 * units]:
            className = "GRU"
            if let bias { options["reset_after"] = .bool(bias != [3 * units]) }
        case units where bias == nil || bias == [units]:
            className = "SimpleRNN"
            assumption = "activation = tanh, go_backwards = false (Keras' defaults)"
        default: return nil
        }
        // CuDNN knows sigmoids only.
        let isCuDNN = bias == [8 * units] || bias == [6 * units]
        if className != "SimpleRNN", !isCuDNN, hadHardGates(version) {
            options["recurrent_activation"] = .string("hard_sigmoid")
            assumption =
                "activation = tanh, recurrent_activation = hard_sigmoid, go_backwards = false (as Keras then had)"
        }
        return LayerGuess(
            className, .recurrent, options: options, input: shapes[0][0], output: units, assumption: assumption)
    }

    private static func plain(_ layer: Checkpoint.StoredLayer) -> LayerGuess? {
        let names = layer.weights.map(\.shortName)
        let shapes = layer.weights.map(\.shape)
        let hasBias = names == ["kernel", "bias"]
        switch (names, shapes[0].count) {
        case (["kernel"], 2), (["kernel", "bias"], 2):
            return LayerGuess(
                "Dense", .any, options: ["units": .number(Double(shapes[0][1])), "use_bias": .bool(hasBias)],
                input: shapes[0][0], output: shapes[0][1], assumption: "activation = linear (Keras' default)")
        case (["kernel"], 3), (["kernel", "bias"], 3):
            return LayerGuess(
                "Conv1D", .sequenceToSequence,
                options: [
                    "filters": .number(Double(shapes[0][2])), "kernel_size": .array([.number(Double(shapes[0][0]))]),
                    "use_bias": .bool(hasBias),
                ], input: shapes[0][1], output: shapes[0][2],
                assumption: "activation = linear, padding = valid, strides = 1, dilation_rate = 1 (Keras' defaults)")
        case (["embeddings"], 2):
            return LayerGuess(
                "Embedding", .embedding,
                options: [
                    "input_dim": .number(Double(shapes[0][0])), "output_dim": .number(Double(shapes[0][1])),
                ], output: shapes[0][1], assumption: "mask_zero = false (Keras' default)")
        case (["gamma", "beta", "moving_mean", "moving_variance"], 1):
            return LayerGuess(
                "BatchNormalization", .any, input: shapes[0][0], output: shapes[0][0],
                assumption: "epsilon = 0.001 (Keras' default)")
        case (["gamma", "beta"], 1):
            return LayerGuess(
                "LayerNormalization", .any, input: shapes[0][0], output: shapes[0][0],
                assumption: "epsilon = 0.001 (Keras' default)")
        default: return nil
        }
    }
}
