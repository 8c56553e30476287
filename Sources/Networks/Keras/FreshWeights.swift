import Tensors

/// Draws the weights of a network that has none yet, as Keras does before a training: by the initialisers that its configuration names, or
/// Keras' defaults (see ``WeightRedraw``). The same seed and the same names give the same weights.
final class FreshWeights {
    private let seed: UInt64
    /// The layers that the current one is nested in.
    private let path: String
    /// How many weights of a name each layer has drawn: the package `attention` has several of one name.
    private var counts: [String: Int] = [:]

    init(seed: UInt64, path: String = "") {
        self.seed = seed
        self.path = path
    }

    /// For what is inside a layer; nil for a layer that only wraps another one under its own name.
    func within(_ layer: String?) -> FreshWeights {
        FreshWeights(seed: seed, path: layer.map { "\(path)\($0)/" } ?? path)
    }

    /// A new weight.
    ///
    /// - Throws: ``NetworkError/badConfiguration(layer:reason:)`` where an extent depends on an input's that is not known.
    func value(
        layer: String, className: String, configuration: LayerConfiguration, weight: String, shape: [Int?]
    ) throws -> Tensor {
        let known = shape.compactMap { $0 }
        guard known.count == shape.count else {
            throw NetworkError.badConfiguration(
                layer: layer,
                reason:
                    "the shape of its weight `\(weight)` depends on an input shape that the configuration leaves open")
        }
        let name = "\(path)\(layer)/\(weight)"
        let count = counts[name, default: 0]
        counts[name] = count + 1
        return try WeightRedraw.draw(
            known, className: className, configuration: configuration, weight: weight, place: "\(name)_\(count)",
            seed: seed)
    }
}

extension Architecture {
    /// The network with weights as Keras draws them before a training.
    ///
    /// - Throws: ``NetworkError``.
    public func freshGraph(seed: UInt64) throws -> LayerGraph {
        do {
            let description = try KerasConfig.description(of: configuration, version: kerasVersion)
            return try GraphBuilder(description: description, checkpoint: nil, fresh: FreshWeights(seed: seed)).graph()
        } catch let error as NetworkError {
            throw error.naming(file: path)
        }
    }
}
