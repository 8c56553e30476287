import Checkpoints

extension Architecture {
    /// Refuses options of layers that matter in training alone and that Fovea has no rule for: penalties on weights, constraints, dropout
    /// inside recurrent and attention layers. At inference they do nothing, so that such a model can still be analysed.
    ///
    /// - Throws: ``NetworkError/notTrainable(layer:className:reason:)``.
    public func requireTrainable() throws {
        do { try Self.check(configuration, layer: "(model)") } catch let error as NetworkError {
            throw error.naming(file: path)
        }
    }

    private static func check(_ value: JSONValue, layer: String) throws {
        if let list = value.array {
            for element in list { try check(element, layer: layer) }
            return
        }
        guard let members = value.object else { return }
        let className = members["class_name"]?.string ?? ""
        let config = members["config"]?.object ?? [:]
        let name = config["name"]?.string ?? layer
        func refuse(_ reason: String) -> NetworkError {
            .notTrainable(layer: name, className: className, reason: reason)
        }
        if ["AlphaDropout", "ActivityRegularization"].contains(className) {
            throw refuse("its behaviour in training has no rule here")
        }
        if !className.isEmpty {
            for (option, value) in config.sorted(by: { $0.key < $1.key }) where !value.isNull {
                if option.hasSuffix("_regularizer") || option.hasSuffix("_constraint") {
                    throw refuse("`\(option)` would change the training and has no rule here")
                }
                if ["dropout", "recurrent_dropout"].contains(option), value.double != 0 {
                    throw refuse("`\(option)` has no rule here (a Dropout layer of its own has)")
                }
                if option == "stateful", value.bool == true { throw refuse("`stateful` has no rule here") }
            }
        }
        for key in members.keys.sorted() { if let member = members[key] { try check(member, layer: name) } }
    }
}

extension Network {
    /// A network that has weights as Keras draws them before a training.
    ///
    /// - Parameter training: The training's configuration in the dialect of the architecture, kept with full models.
    /// - Throws: ``NetworkError``.
    public init(fresh architecture: Architecture, seed: UInt64, training: JSONValue? = nil) throws {
        self.init(
            graph: try architecture.freshGraph(seed: seed), configuration: architecture.configuration,
            kerasVersion: architecture.kerasVersion, trainingConfiguration: training)
    }
}
