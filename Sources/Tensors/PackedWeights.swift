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

/// What becomes of rows of a product, given their number and their elements.
package typealias RowsFinishing = (_ rows: Int, _ product: UnsafeMutablePointer<Float>) -> Void

extension Tensor {
    /// The product of the last axis with weights, (..., k)(k×n) → (..., n), or with their transpose, (..., n)(n×k) → (..., k).
    ///
    /// - Parameter finishing: Called for a few rows of the product at a time, while they are in the cache.
    package func matmul(
        _ weights: PackedWeights, transposed: Bool = false, finishing: RowsFinishing? = nil
    ) -> Tensor {
        let matrix = weights.matrix(isTransposed: transposed)
        guard let matrix, let finishing else {
            var product = matrix.map { matmul($0) } ?? matmul(weights.values, rightTransposed: transposed)
            if let finishing, product.count > 0 {
                let rows = product.count / product.shape[product.rank - 1]
                product.values.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { finishing(rows, base) } }
            }
            return product
        }
        return Tensor(shape: shape.dropLast() + [matrix.columns]) { product in
            values.withUnsafeBufferPointer { values in
                guard let from = values.baseAddress, let to = product.baseAddress else { return }
                PackedWeights.eachBlock(of: count / matrix.rows, width: matrix.columns) { first, rows in
                    let result = to + first * matrix.columns
                    matrix.multiply(rows, from + first * matrix.rows, matrix.rows, into: result, matrix.columns)
                    finishing(rows, result)
                }
            }
        }
    }
}

extension PackedWeights {
    /// The product of rows with the transposed weights, of rows that are made a few at a time, so that they are in the cache still.
    ///
    /// - Parameters:
    ///   - shape: That of all rows, (..., n).
    ///   - preparing: Makes rows from the first on, of n elements each.
    package func transposedProduct(
        shape: [Int], preparing: (_ first: Int, _ rows: Int, _ into: UnsafeMutablePointer<Float>) -> Void
    ) -> Tensor {
        let width = values.shape[1]
        let rows = shape.dropLast().reduce(1, *)
        guard rows > 0, width > 0, let matrix = matrix(isTransposed: true) else {
            let left = Tensor(shape: shape) { if let base = $0.baseAddress, rows > 0 { preparing(0, rows, base) } }
            return left.matmul(self, transposed: true)
        }
        return Tensor(shape: shape.dropLast() + [matrix.columns]) { product in
            guard let to = product.baseAddress else { return }
            let block = FloatBuffer(min(rows, Self.rowsOfBlock(width: width)) * width)
            Self.eachBlock(of: rows, width: width) { first, rows in
                preparing(first, rows, block.base)
                matrix.multiply(rows, block.base, width, into: to + first * matrix.columns, matrix.columns)
            }
        }
    }

    /// 256 kB of rows, in multiples of what products take at a time, 12 or 16.
    private static func rowsOfBlock(width: Int) -> Int { max(48, 65_536 / max(1, width) / 48 * 48) }

    fileprivate static func eachBlock(of rows: Int, width: Int, _ body: (_ first: Int, _ rows: Int) -> Void) {
        let block = rowsOfBlock(width: width)
        for first in stride(from: 0, to: rows, by: block) { body(first, min(block, rows - first)) }
    }
}
