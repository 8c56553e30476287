import Networks
import Tensors

/// What the attention of a trained model is replaced by at test time, to see whether the output cares (Vashishth et al. 2019; Wiegreffe &
/// Pinter 2019; Jain & Wallace 2019).
public enum AttentionIntervention: Hashable, Sendable {
    /// The same weight at each valid position.
    case uniform
    /// Each instance's own weights in random order, drawn several times.
    case shuffled(draws: Int)
    /// Uniform over the positions that a hypothesis marks, 0 elsewhere.
    case mask(hypothesis: String)
    /// All weight on one position: the delimiter's, moved by an offset.
    case besideDelimiter(offset: Int)
    /// All weight on the last valid position.
    case lastStep
    /// The model's own weights, but nothing of the query reaches the output past them.
    case queryZeroed

    /// The name in files and on the command line.
    public var name: String {
        switch self {
        case .uniform: "uniform"
        case .shuffled: "shuffled"
        case .mask(let hypothesis): "mask:\(hypothesis)"
        case .besideDelimiter(let offset): "delimiter\(offset < 0 ? "-" : "+")\(abs(offset))"
        case .lastStep: "last_step"
        case .queryZeroed: "query_zeroed"
        }
    }

    /// What it does, in a few words.
    public var label: String {
        switch self {
        case .uniform: "uniform attention"
        case .shuffled(let draws): "own attention shuffled (\(draws) draws)"
        case .mask(let hypothesis): "uniform over `\(hypothesis)`"
        case .besideDelimiter(let offset):
            "all on the position \(abs(offset)) \(offset < 0 ? "before" : "after") the delimiter"
        case .lastStep: "all on the last step"
        case .queryZeroed: "own attention, query path zeroed"
        }
    }

    /// How often it is drawn; the results of the draws are averaged.
    public var draws: Int { if case .shuffled(let draws) = self { draws } else { 1 } }
}

/// Attention weights as rows over the key positions: what the layouts of ``AttentionMap`` have in common.
///
/// Element (instance, outer, key, inner) is at ((instance outer + o) keys + key) inner + i.
public struct WeightRows: Sendable {
    /// The number of instances.
    public let instances: Int
    /// The rows per instance: queries, heads × queries, or 1.
    public let outer: Int
    /// The key positions.
    public let keys: Int
    /// The weights per key: the features of a per-feature map, else 1.
    public let inner: Int
    private let shape: [Int]

    /// The rows of a map.
    public init(_ map: AttentionMap) {
        shape = map.weights.shape
        instances = shape[0]
        let isPerFeature = map.layout == .perFeature
        let keyAxis = isPerFeature ? 1 : shape.count - 1
        outer = shape[1..<keyAxis].reduce(1, *)
        keys = shape[keyAxis]
        inner = shape[(keyAxis + 1)...].reduce(1, *)
    }

    /// Weights of the map's shape with the same row, `rows[instance]` over the keys, for every query, head and feature.
    ///
    /// - Precondition: One row per instance, each as long as there are keys.
    public func broadcast(_ rows: [[Float]]) -> Tensor {
        Tensor(shape: shape) { result in
            var place = 0
            for row in rows {
                for _ in 0..<outer {
                    for weight in row {
                        for _ in 0..<inner {
                            result[place] = weight
                            place += 1
                        }
                    }
                }
            }
        }
    }

    /// The map's own weights with the valid keys of each instance's rows in another order, the same for its queries, heads and features.
    ///
    /// - Parameters:
    ///   - order: For an instance and its length a permutation of 0..<length.
    public func permuted(_ weights: Tensor, lengths: [Int], order: (Int, Int) -> [Int]) -> Tensor {
        Tensor(shape: shape) { result in
            for instance in 0..<instances {
                let order = order(instance, min(lengths[instance], keys))
                for row in 0..<outer {
                    let start = (instance * outer + row) * keys * inner
                    for to in 0..<keys {
                        let from = to < order.count ? order[to] : to
                        for feature in 0..<inner {
                            result[start + to * inner + feature] = weights.values[start + from * inner + feature]
                        }
                    }
                }
            }
        }
    }
}
