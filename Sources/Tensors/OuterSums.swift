import CKernels

/// A sum of outer products, C = A^T B, of rows of A and B that come a few at a time.
package final class OuterSums {
    /// The rows of C, columns of A.
    package let columns: Int
    /// The columns of C and of B.
    package let width: Int
    /// Whether the sum is formed on the processor's matrix unit, which needs finite numbers.
    package let isInParts: Bool
    private let sums: FloatBuffer

    /// A sum of nothing.
    ///
    /// - Parameter isInParts: False for sums of what is not finite.
    package init(columns: Int, width: Int, isInParts: Bool = true) {
        self.columns = columns
        self.width = width
        self.isInParts = isInParts && fovea_outer_suits(columns, width)
        sums = FloatBuffer(self.isInParts ? fovea_outer_count(columns, width) : columns * width, zeroed: true)
    }

    /// Begins again.
    package func clear() { sums.base.update(repeating: 0, count: sums.count) }

    /// Adds A^T B.
    ///
    /// - Parameters:
    ///   - rows: The number of rows.
    ///   - a: rows×columns, with its row stride.
    ///   - b: rows×width, with its row stride.
    /// - Returns: False if the sum is in parts and something in A or B has none; then it is worth nothing until it begins again.
    package func add(
        _ rows: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int
    ) -> Bool {
        guard !isInParts else { return fovea_outer_add(rows, columns, width, a, lda, b, ldb, sums.base) }
        gemm(true, false, columns, width, rows, 1, a, lda, b, ldb, 1, sums.base, width)
        return true
    }

    /// Writes the sum to columns×width with the given row stride.
    package func write(to c: UnsafeMutablePointer<Float>, _ ldc: Int) {
        if isInParts {
            fovea_outer_take(columns, width, sums.base, c, ldc)
        } else {
            copyRows(columns, width, sums.base, width, to: c, ldc)
        }
    }
}
