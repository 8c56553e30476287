import Tensors

/// Attention rollout (Abnar & Zuidema 2020): how much of each input reaches each position of the last layer, if attention mixed the
/// positions linearly. R_1 = A_1, R_l = A_l R_(l-1), with A of ``AttentionStack``.
///
/// Rows add up to 1. Values, their norms, and what the layers between do are not accounted for.
public struct AttentionRollout: Sendable {
    /// The method; its options are the stack's.
    public init() {}

    /// The rollout up to the last layer, N×T×T.
    public func callAsFunction(_ stack: AttentionStack) throws -> AttentionMap {
        let positions = stack.positions
        let rows = try Workers.map(count: stack.instances) { instance in
            Self.products(stack.matrices(of: instance), positions: positions).last ?? []
        }
        return AttentionMap(
            layer: stack.layers.joined(separator: "+"),
            weights: Tensor(
                shape: [stack.instances, positions, positions], values: rows.flatMap { $0.map(Float.init) }))
    }

    /// The running products of T×T matrices, each from the left: one per layer.
    static func products(_ matrices: [[Double]], positions: Int) -> [[Double]] {
        var products: [[Double]] = []
        for matrix in matrices {
            products.append(
                products.last.map { matmul(matrix, $0, m: positions, n: positions, k: positions) } ?? matrix)
        }
        return products
    }
}
