/// The training's configuration, which Keras 2 keeps as `training_config` and Keras 3 as `compile_config`.
///
/// Losses named by a text, and the optimisers that both Keras have with the same options, are carried over; of anything else only the
/// loss is, and a loss that is an object is not. Predictions need none of it.
enum TrainingDialect {
    /// Options by optimiser that mean the same in both.
    private static let options: [String: [String]] = [
        "Adam": ["learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad"],
        "SGD": ["learning_rate", "momentum", "nesterov"],
        "RMSprop": ["learning_rate", "rho", "momentum", "epsilon", "centered"],
    ]

    static func keras3(_ training: JSONValue) -> JSONValue? {
        guard let loss = training["loss"], isPlain(loss) else { return nil }
        let optimizer = self.optimizer(training["optimizer_config"] ?? training["optimizer"])
        return .object([
            "loss": loss, "metrics": .null, "weighted_metrics": .null, "loss_weights": .null,
            "optimizer": optimizer.map { name, config in
                .object([
                    "module": .string("keras.optimizers"), "class_name": .string(name), "config": .object(config),
                    "registered_name": .null,
                ])
            } ?? .string("adam"),
        ])
    }

    static func keras2(_ training: JSONValue) -> JSONValue? {
        guard let loss = training["loss"], isPlain(loss) else { return nil }
        let (name, config) = optimizer(training["optimizer"] ?? training["optimizer_config"]) ?? ("Adam", [:])
        return .object([
            "loss": loss, "metrics": .null, "weighted_metrics": .null, "loss_weights": .null,
            "optimizer_config": .object(["class_name": .string(name), "config": .object(config)]),
        ])
    }

    private static func isPlain(_ loss: JSONValue) -> Bool {
        loss.string != nil || loss.array?.allSatisfy { $0.string != nil } == true
    }

    private static func optimizer(_ document: JSONValue?) -> (name: String, config: [String: JSONValue])? {
        guard let name = document?["class_name"]?.string?.split(separator: ">").last.map(String.init),
            let known = options[name]
        else { return nil }
        let config = document?["config"]?.object ?? [:]
        return (name, config.filter { known.contains($0.key) && ($0.value.double != nil || $0.value.bool != nil) })
    }
}
