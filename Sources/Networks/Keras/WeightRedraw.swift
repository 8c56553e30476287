import Checkpoints
import Tensors

/// Puts fresh draws of Keras' initialisers in place of trained weights, layer by layer: what the randomisation tests of Adebayo et al.
/// (2018) compare a network with.
///
/// The initialiser is the one that the layer's configuration names; else Keras' default for a weight of that name: glorot uniform for
/// kernels, orthogonal for recurrent kernels, zeros for biases (ones for an LSTM's forget gate), uniform on +-0.05 for embeddings, ones for
/// gamma and moving variances.
public struct WeightRedraw: Sendable {
    /// The layers of the graph whose weights are redrawn, with all that is inside them.
    public let layers: Set<String>
    /// The same seed gives a weight of a file the same numbers, whichever other layers are redrawn.
    public let seed: UInt64

    /// Fresh weights for some layers.
    public init(layers: Set<String>, seed: UInt64) {
        self.layers = layers
        self.seed = seed
    }

    /// What stands in for a stored weight of a layer among the graph's.
    ///
    /// - Parameters:
    ///   - unit: The layer of the graph, which the weight's own layer may be nested in.
    ///   - weight: The weight's name in Keras' words.
    ///   - place: Where it is in the file.
    ///   - stored: The stored value.
    /// - Throws: ``NetworkError/unsupportedOption(layer:option:value:supported:)`` for an initialiser not known.
    func value(
        unit: String, className: String, configuration: LayerConfiguration, weight: String, place: String,
        stored: Tensor
    ) throws -> Tensor {
        guard layers.contains(unit) else { return stored }
        return try Self.draw(
            stored.shape, className: className, configuration: configuration, weight: weight, place: place, seed: seed)
    }

    /// A fresh weight by the initialiser that the layer's configuration names, or Keras' default.
    ///
    /// - Parameter place: What tells the weight from the others, so that each has numbers of its own.
    static func draw(
        _ shape: [Int], className: String, configuration: LayerConfiguration, weight: String, place: String,
        seed: UInt64
    ) throws -> Tensor {
        var source = generator(for: place, seed: seed)
        let initializer = try Self.initializer(of: weight, configuration)
        var tensor = initializer(shape) { Double(source.next() >> 11) * 0x1p-53 }
        let isLSTM = className == "LSTM" || className == "CuDNNLSTM"
        if isLSTM, weight == "bias", try configuration.bool("unit_forget_bias", default: true) {
            let units = try configuration.positive("units")
            for index in units..<min(2 * units, tensor.count) { tensor.values[index] = 1 }
        }
        return tensor
    }

    /// Names of weights with the option that names their initialiser, and Keras' default.
    private static func initializer(
        of weight: String, _ configuration: LayerConfiguration
    ) throws -> KerasInitializer {
        let (options, usual): ([String], KerasInitializer) =
            switch weight {
            case "recurrent_kernel": (["recurrent_initializer"], .orthogonal(gain: 1))
            case "bias", "b": (["bias_initializer"], .constant(0))
            case "embeddings": (["embeddings_initializer"], .uniform(low: -0.05, high: 0.05))
            case "beta", "gamma", "alpha", "moving_mean", "moving_variance":
                (["\(weight)_initializer"], .constant(weight == "gamma" || weight == "moving_variance" ? 1 : 0))
            case "scale", "concat_score_weight": ([], .constant(1))
            default:
                weight.hasSuffix("_bh") || weight.hasSuffix("_ba")
                    ? (["bias_initializer"], .constant(0)) : (["kernel_initializer"], .glorotUniform)
            }
        for option in options {
            guard let document = configuration.nested(option) else { continue }
            guard let initializer = KerasInitializer(document) else {
                throw NetworkError.unsupportedOption(
                    layer: configuration.layer, option: option,
                    value: "`\(document.string ?? document["class_name"]?.string ?? "?")`",
                    supported: "the initialisers of Keras")
            }
            return initializer
        }
        return usual
    }

    /// A generator for one weight, started from the seed and the weight's place in the file (FNV-1a).
    private static func generator(for place: String, seed: UInt64) -> SplitMix64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in place.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        // A first step mixes starts that differ in few bits.
        var mixer = SplitMix64(seed: seed ^ hash)
        return SplitMix64(seed: mixer.next())
    }
}
