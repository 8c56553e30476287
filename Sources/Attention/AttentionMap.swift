import Networks
import Tensors

/// The attention weights of one layer on a batch.
public struct AttentionMap: Sendable {
    /// What the weights range over.
    public enum Layout: Sendable, Equatable {
        /// One weight per position for the whole sequence: N×T.
        case manyToOne
        /// Per query position one weight per key position: N×Tq×Tk.
        case manyToMany
        /// The same for each of several heads: N×H×Tq×Tk.
        case heads
    }

    /// The layer's name.
    public let layer: String
    /// The weights as the layer computed them.
    public let weights: Tensor

    /// A map of a layer's weights: N×T, N×Tq×Tk or N×H×Tq×Tk.
    public init(layer: String, weights: Tensor) {
        self.layer = layer
        self.weights = weights
    }

    /// The weights' layout, from their rank.
    public var layout: Layout {
        switch weights.rank {
        case 2: .manyToOne
        case 3: .manyToMany
        default: .heads
        }
    }

    /// One map per instance over the positions, N×T: the weights themselves, or those of the last query, heads averaged.
    public var overPositions: Tensor {
        switch layout {
        case .manyToOne: return weights
        case .manyToMany: return weights.step(weights.shape[1] - 1)
        case .heads:
            let (batch, heads, queries, keys) = (
                weights.shape[0], weights.shape[1], weights.shape[2], weights.shape[3]
            )
            return Tensor(shape: [batch, keys]) { result in
                for instance in 0..<batch {
                    for key in 0..<keys {
                        let sum = (0..<heads).reduce(Float(0)) { sum, head in
                            sum + weights.values[((instance * heads + head) * queries + queries - 1) * keys + key]
                        }
                        result[instance * keys + key] = sum / Float(heads)
                    }
                }
            }
        }
    }

    /// The attention maps of an evaluation, one per attention layer, in graph order.
    public static func maps(of evaluation: Evaluation) -> [AttentionMap] {
        evaluation.attention.map { AttentionMap(layer: $0.layer, weights: $0.weights) }
    }
}
