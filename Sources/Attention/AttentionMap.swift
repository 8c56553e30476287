import Networks
import Tensors

/// The attention weights of one layer on a batch.
public struct AttentionMap: Sendable {
    /// What the weights range over.
    public enum Layout: String, Sendable {
        /// One weight per position for the whole sequence: N×T.
        case manyToOne = "many_to_one"
        /// Per query position one weight per key position: N×Tq×Tk.
        case manyToMany = "many_to_many"
        /// The same for each of several heads: N×H×Tq×Tk.
        case heads
        /// One weight per position and feature: N×T×d.
        case perFeature = "per_feature"
    }

    /// The layer's name.
    public let layer: String
    /// The weights as the layer computed them.
    public let weights: Tensor

    /// The weights' layout.
    public let layout: Layout

    /// A map of a layer's weights: N×T, N×Tq×Tk, N×H×Tq×Tk, or, where that is said, N×T×d.
    public init(layer: String, weights: Tensor, isPerFeature: Bool = false) {
        self.layer = layer
        // One weight per position with an axis left over from a Dense(1): N×T×1.
        let hasSpareAxis = weights.rank == 3 && weights.shape[2] == 1
        self.weights = hasSpareAxis ? weights.reshaped(Array(weights.shape.dropLast())) : weights
        switch self.weights.rank {
        case 2: layout = .manyToOne
        case 3: layout = isPerFeature ? .perFeature : .manyToMany
        default: layout = .heads
        }
    }

    /// One map per instance over the positions, N×T: the weights themselves, or those of the last query, heads or features
    /// averaged. See ``overPositions(_:heads:)`` for other choices.
    public var overPositions: Tensor {
        switch layout {
        case .manyToOne: return weights
        case .manyToMany: return weights.step(weights.shape[1] - 1)
        case .perFeature, .heads:
            // There always is a last query and a mean.
            return (try? overPositions(.last)) ?? weights
        }
    }

    /// The attention maps of an evaluation, one per attention layer, in graph order.
    public static func maps(of evaluation: Evaluation) -> [AttentionMap] {
        evaluation.attention.map {
            AttentionMap(layer: $0.layer, weights: $0.weights, isPerFeature: evaluation.isPerFeature($0.layer))
        }
    }
}
