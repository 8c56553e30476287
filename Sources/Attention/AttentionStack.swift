import Networks
import Tensors

/// The self-attention layers of a network on a batch, from the input upwards, heads reduced: what rollout and flow follow.
///
/// Each layer's matrix says how much of position j goes into position i. With the residual connection every position also keeps
/// itself: A = rownorm(W + I), the 0.5 W + 0.5 I of Abnar & Zuidema (2020) for rows of W that add up to 1.
public struct AttentionStack: Sendable {
    /// The layers' names, from the input upwards.
    public let layers: [String]
    /// The number of instances.
    public let instances: Int
    /// The number of positions T.
    public let positions: Int
    /// For each layer N×T×T.
    private let weights: [Tensor]
    /// Whether positions keep themselves.
    private let hasResidual: Bool

    /// The stack of the square maps among those given, in their order.
    ///
    /// - Parameters:
    ///   - maps: The maps of one batch.
    ///   - heads: How heads are reduced; the mean in the paper.
    ///   - hasResidual: Whether to account for residual connections.
    /// - Throws: ``AttentionError/noSelfAttention(layers:)``,
    ///   ``AttentionError/unequalPositions(layer:positions:other:otherPositions:)``,
    ///   ``AttentionError/noSuchHead(layer:index:heads:)``.
    public init(_ maps: [AttentionMap], heads: HeadReduction = .mean, hasResidual: Bool = true) throws {
        let square = maps.filter { map in
            (map.layout == .manyToMany || map.layout == .heads) && map.queryCount == map.positionCount
        }
        guard let first = square.first else { throw AttentionError.noSelfAttention(layers: maps.map(\.layer)) }
        for map in square where map.positionCount != first.positionCount {
            throw AttentionError.unequalPositions(
                layer: first.layer, positions: first.positionCount, other: map.layer, otherPositions: map.positionCount)
        }
        layers = square.map(\.layer)
        positions = first.positionCount
        instances = first.weights.shape[0]
        self.hasResidual = hasResidual
        let shape = [instances, positions, positions]
        weights = try square.map { try $0.overPositions(.all, heads: heads).reshaped(shape) }
    }

    /// The matrices of one instance, from the input upwards, each T×T row-major with rows that add up to 1.
    func matrices(of instance: Int) -> [[Double]] {
        let size = positions * positions
        return weights.map { tensor in
            let own = tensor.values[(instance * size)..<((instance + 1) * size)].map { Double($0) }
            return Self.normalised(own, positions: positions, hasResidual: hasResidual)
        }
    }

    /// rownorm(W + I), or rownorm(W) without the residual connection; rows without mass stay zero.
    static func normalised(_ matrix: [Double], positions: Int, hasResidual: Bool) -> [Double] {
        var result = matrix
        for row in 0..<positions {
            let range = (row * positions)..<((row + 1) * positions)
            if hasResidual { result[row * positions + row] += 1 }
            let sum = result[range].reduce(0, +)
            if sum > 0 { for index in range { result[index] /= sum } }
        }
        return result
    }
}
