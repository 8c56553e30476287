import Checkpoints
import Networks

extension Optimizer {
    /// The training's configuration as a full model of Keras holds it: the loss' name and the optimiser's options.
    ///
    /// - Parameter kerasVersion: Whose dialect to write it in.
    public func kerasConfiguration(loss: Loss, kerasVersion: String?) -> JSONValue {
        var members: [String: JSONValue] = [
            "loss": .string(loss.kerasName), "metrics": .null, "weighted_metrics": .null, "loss_weights": .null,
        ]
        let (name, options) = kerasOptions
        let isKeras3 = KerasVersion(kerasVersion).major >= 3
        members[isKeras3 ? "optimizer" : "optimizer_config"] = .object([
            "class_name": .string(name), "config": .object(options),
        ])
        return .object(members)
    }

    private var kerasOptions: (name: String, config: [String: JSONValue]) {
        var config: [String: JSONValue] = ["learning_rate": .number(learningRate)]
        switch clipping {
        case .value(let limit): config["clipvalue"] = .number(limit)
        case .norm(let limit): config["clipnorm"] = .number(limit)
        case .globalNorm(let limit): config["global_clipnorm"] = .number(limit)
        case nil: break
        }
        switch rule {
        case .adam(let beta1, let beta2, let epsilon):
            config["beta_1"] = .number(beta1)
            config["beta_2"] = .number(beta2)
            config["epsilon"] = .number(epsilon)
            return ("Adam", config.merging(["name": .string("Adam")]) { own, _ in own })
        case .sgd(let momentum, let nesterov):
            config["momentum"] = .number(momentum)
            config["nesterov"] = .bool(nesterov)
            return ("SGD", config.merging(["name": .string("SGD")]) { own, _ in own })
        case .rmsprop(let rho, let epsilon):
            config["rho"] = .number(rho)
            config["epsilon"] = .number(epsilon)
            return ("RMSprop", config.merging(["name": .string("RMSprop")]) { own, _ in own })
        }
    }
}

extension Loss {
    /// Keras' name.
    var kerasName: String {
        switch self {
        case .meanSquaredError: "mse"
        case .meanAbsoluteError: "mae"
        case .binaryCrossentropy: "binary_crossentropy"
        case .categoricalCrossentropy: "categorical_crossentropy"
        case .sparseCategoricalCrossentropy: "sparse_categorical_crossentropy"
        }
    }
}
