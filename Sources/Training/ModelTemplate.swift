import Checkpoints
import Networks

/// Architectures that can be named instead of described.
public enum ModelTemplate {
    /// What the sequences are made of.
    public enum Inputs: Sendable, Equatable {
        /// Numbers, so many per step.
        case numbers(features: Int)
        /// Tokens below a number, each as a vector of so many numbers.
        case tokens(vocabulary: Int, width: Int)
    }

    /// The founding question's model: LSTM, the package `attention`'s layer, Dropout, Dense, in the dialect of Keras 2.
    ///
    /// - Parameters:
    ///   - score: `luong` or `bahdanau`.
    ///   - length: The sequences' length; nil for any.
    ///   - inputs: Numbers, or tokens, which get an Embedding before the LSTM.
    ///   - activation: The output's, in Keras' words.
    public static func founding(
        units: Int = 100, score: String = "luong", attentionUnits: Int = 128, dropout: Double = 0.2, length: Int?,
        inputs: Inputs = .numbers(features: 1), outputs: Int = 1, activation: String = "linear"
    ) -> Architecture {
        let steps = length.map { JSONValue.number(Double($0)) } ?? .null
        let layers: [JSONValue] =
            first(inputs, steps) + [
                layer("LSTM", "lstm", lstm(units)),
                layer(
                    "Attention", "attention_weight",
                    ["units": .number(Double(attentionUnits)), "score": .string(score)]),
                layer("Dropout", "dropout", ["rate": .number(dropout), "noise_shape": .null, "seed": .null]),
                layer("Dense", "dense", dense(outputs, activation)),
            ]
        return Architecture(
            .object([
                "class_name": .string("Sequential"),
                "config": .object(["name": .string("sequential"), "layers": .array(layers)]),
            ]), kerasVersion: SavedModel.keras2, name: "the founding model")
    }

    private static func first(_ inputs: Inputs, _ steps: JSONValue) -> [JSONValue] {
        func input(_ name: String, _ shape: [JSONValue]) -> JSONValue {
            layer(
                "InputLayer", name,
                ["batch_input_shape": .array(shape), "sparse": .bool(false), "ragged": .bool(false)])
        }
        switch inputs {
        case .numbers(let features): return [input("lstm_input", [.null, steps, .number(Double(features))])]
        case .tokens(let vocabulary, let width):
            let options: [String: JSONValue] = [
                "input_dim": .number(Double(vocabulary)), "output_dim": .number(Double(width)), "input_length": steps,
                "mask_zero": .bool(false), "embeddings_regularizer": .null, "embeddings_constraint": .null,
                "activity_regularizer": .null,
                "embeddings_initializer": .object([
                    "module": .string("keras.initializers"), "class_name": .string("RandomUniform"),
                    "config": .object(["minval": .number(-0.05), "maxval": .number(0.05), "seed": .null]),
                    "registered_name": .null,
                ]),
            ]
            return [input("embedding_input", [.null, steps]), layer("Embedding", "embedding", options)]
        }
    }

    private static func layer(_ className: String, _ name: String, _ options: [String: JSONValue]) -> JSONValue {
        var config = options.merging(["name": .string(name), "dtype": .string("float32")]) { own, _ in own }
        if className != "InputLayer" { config["trainable"] = .bool(true) }
        return .object(["class_name": .string(className), "config": .object(config)])
    }

    private static func lstm(_ units: Int) -> [String: JSONValue] {
        var options = common(["kernel", "recurrent", "bias"])
        for flag in ["return_state", "go_backwards", "stateful", "unroll", "time_major"] {
            options[flag] = .bool(false)
        }
        for flag in ["return_sequences", "use_bias", "unit_forget_bias"] { options[flag] = .bool(true) }
        options["units"] = .number(Double(units))
        options["activation"] = .string("tanh")
        options["recurrent_activation"] = .string("sigmoid")
        options["kernel_initializer"] = initializer("GlorotUniform")
        options["recurrent_initializer"] = initializer("Orthogonal")
        options["bias_initializer"] = initializer("Zeros")
        options["dropout"] = .number(0)
        options["recurrent_dropout"] = .number(0)
        options["implementation"] = .number(2)
        return options
    }

    private static func dense(_ outputs: Int, _ activation: String) -> [String: JSONValue] {
        var options = common(["kernel", "bias"])
        options["units"] = .number(Double(outputs))
        options["activation"] = .string(activation)
        options["use_bias"] = .bool(true)
        options["kernel_initializer"] = initializer("GlorotUniform")
        options["bias_initializer"] = initializer("Zeros")
        return options
    }

    /// What Keras writes for penalties and constraints that there are not.
    private static func common(_ weights: [String]) -> [String: JSONValue] {
        var options: [String: JSONValue] = ["activity_regularizer": .null]
        for weight in weights {
            options["\(weight)_regularizer"] = .null
            options["\(weight)_constraint"] = .null
        }
        return options
    }

    private static func initializer(_ className: String) -> JSONValue {
        let config: [String: JSONValue] =
            switch className {
            case "Orthogonal": ["gain": .number(1), "seed": .null]
            case "Zeros": [:]
            default: ["seed": .null]
            }
        return .object([
            "module": .string("keras.initializers"), "class_name": .string(className), "config": .object(config),
            "registered_name": .null,
        ])
    }
}
