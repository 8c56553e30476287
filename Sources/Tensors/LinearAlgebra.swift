import CKernels

extension Tensor {
    /// The matrix product of two matrices, either of them transposed on request: (m×k)(k×n) → m×n.
    ///
    /// A left operand of higher rank counts as a matrix whose rows are its last axis, and keeps its leading axes:
    /// (B×T×d)(d×u) → B×T×u.
    ///
    /// - Precondition: The inner extents agree; `right` has rank 2, and so has `self` if it is transposed.
    package func matmul(_ right: Tensor, transposed: Bool = false, rightTransposed: Bool = false) -> Tensor {
        precondition(right.rank == 2 && rank >= 1 && (rank == 2 || !transposed), "matmul takes matrices")
        let columns = shape[rank - 1]
        let rows = columns == 0 ? shape.dropLast().reduce(1, *) : count / columns
        let (m, k) = transposed ? (columns, rows) : (rows, columns)
        let (innerRight, n) = rightTransposed ? (right.shape[1], right.shape[0]) : (right.shape[0], right.shape[1])
        precondition(k == innerRight, "matmul of \(shape) and \(right.shape): inner extents differ")
        let resultShape = transposed ? [m, n] : Array(shape.dropLast()) + [n]
        return Tensor(shape: resultShape) { result in
            values.withUnsafeBufferPointer { a in
                right.values.withUnsafeBufferPointer { b in
                    gemm(
                        transposed, rightTransposed, m, n, k, 1, a.baseAddress, columns, b.baseAddress, right.shape[1],
                        0,
                        result.baseAddress, n)
                }
            }
        }
    }
}

/// C = alpha op(A) op(B) + beta C on row-major storage; an empty product leaves `beta C`, and `beta` 0 never reads C (as in BLAS:
/// C may be uninitialised).
///
/// The nil checks let callers pass the `baseAddress` of buffers that may be empty.
package func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>?,
    _ lda: Int, _ b: UnsafePointer<Float>?, _ ldb: Int, _ beta: Float, _ c: UnsafeMutablePointer<Float>?, _ ldc: Int
) {
    guard m > 0, n > 0, let c else { return }
    guard k > 0, let a, let b else {
        for row in 0..<m {
            for column in 0..<n { c[row * ldc + column] = beta == 0 ? 0 : beta * c[row * ldc + column] }
        }
        return
    }
    fovea_gemm(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

/// The product of two row-major matrices in double precision: (m×k)(k×n) → m×n; with `transposed` the first is given as k×m.
package func matmul(
    _ a: [Double], _ b: [Double], m: Int, n: Int, k: Int, transposed: Bool = false
) -> [Double] {
    guard m > 0, n > 0, k > 0 else { return [Double](repeating: 0, count: m * n) }
    return [Double](unsafeUninitializedCapacity: m * n) { buffer, count in
        if let c = buffer.baseAddress {
            fovea_gemm_double(transposed, false, m, n, k, 1, a, transposed ? m : k, b, n, 0, c, n)
        }
        count = m * n
    }
}

extension Tensor {
    /// Adds a vector to every row of the last axis.
    ///
    /// - Precondition: The vector is as long as the last axis.
    package mutating func addToRows(_ vector: Tensor) {
        let width = vector.count
        precondition(shape.last == width, "a vector of \(width) does not fit rows of \(shape)")
        guard width > 0 else { return }
        values.withUnsafeMutableBufferPointer { buffer in
            vector.values.withUnsafeBufferPointer { addend in
                guard let base = buffer.baseAddress, let addend = addend.baseAddress else { return }
                fovea_add_to_rows(buffer.count / width, width, addend, base)
            }
        }
    }
}
