import CKernels
import Synchronization

/// A layer's weights, k×n, with what products need of them: packed at the first product in each direction and kept, for the next batch
/// and for other threads.
///
/// Where this machine's products are the BLAS', nothing is kept, nor of weights so large that they would fill the memory twice more and
/// gain little: their products have many rows, or wait for memory anyway. A row of a product with kept weights is the same in every digit
/// whatever rows are beside it, also with few rows or columns, which a BLAS does not promise.
package final class PackedWeights: Sendable {
    /// The weights, k×n.
    package let values: Tensor
    /// How many weights are kept packed.
    private static let most = 1 << 20
    private let packed = Mutex<PackedMatrix?>(nil)
    private let transposed = Mutex<PackedMatrix?>(nil)

    /// - Precondition: The weights are a matrix.
    package init(_ values: Tensor) {
        precondition(values.rank == 2, "weights of shape \(values.shape) are no matrix")
        self.values = values
    }

    fileprivate func matrix(isTransposed: Bool) -> PackedMatrix? {
        guard fovea_multiplies_itself(), (1...Self.most).contains(values.count) else { return nil }
        let (rows, columns) = (values.shape[0], values.shape[1])
        func make(_ kept: inout PackedMatrix?) -> PackedMatrix {
            let matrix =
                kept
                ?? PackedMatrix(
                    values.values, rows: isTransposed ? columns : rows, columns: isTransposed ? rows : columns,
                    transposed: isTransposed)
            kept = matrix
            return matrix
        }
        return isTransposed ? transposed.withLock { make(&$0) } : packed.withLock { make(&$0) }
    }
}

extension Tensor {
    /// The product of the last axis with weights, (..., k)(k×n) → (..., n), or with their transpose, (..., n)(n×k) → (..., k).
    package func matmul(_ weights: PackedWeights, transposed: Bool = false) -> Tensor {
        if let matrix = weights.matrix(isTransposed: transposed) { return matmul(matrix) }
        return matmul(weights.values, rightTransposed: transposed)
    }
}
