import CKernels

/// A k×n matrix in the order in which products read it, such as a layer's weights: packed once, used at every step.
///
/// BLAS packs both factors at each call, which takes a seventh of a recurrent step's time (64×102 times 102×400 runs at 68 Gflop/s
/// in OpenBLAS and at 83 packed, on one core of an AMD EPYC 7003).
package final class PackedMatrix: Sendable {
    /// k.
    package let rows: Int
    /// n.
    package let columns: Int
    private nonisolated(unsafe) let storage: UnsafeMutablePointer<Float>
    private let packing: fovea_packing

    /// Packs a row-major k×n matrix or, with `transposed`, the transpose of an n×k one.
    ///
    /// - Precondition: There are k·n values.
    package init(_ values: [Float], rows: Int, columns: Int, transposed: Bool = false) {
        precondition(values.count == rows * columns, "\(values.count) values do not make a \(rows)×\(columns) matrix")
        self.rows = rows
        self.columns = columns
        storage = Self.allocate(rows, columns)
        packing = fovea_pack(transposed, rows, columns, values, transposed ? rows : columns, storage)
    }

    /// Packs a part of a larger row-major matrix, k×n or, with `transposed`, n×k, whose rows are `stride` apart.
    package init(
        _ values: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int, transposed: Bool = false
    ) {
        self.rows = rows
        self.columns = columns
        storage = Self.allocate(rows, columns)
        packing = fovea_pack(transposed, rows, columns, values, stride, storage)
    }

    private static func allocate(_ rows: Int, _ columns: Int) -> UnsafeMutablePointer<Float> {
        let count = fovea_packed_count(rows, columns)
        return UnsafeMutableRawPointer.allocate(byteCount: max(64, count * 4), alignment: 64)
            .bindMemory(to: Float.self, capacity: max(16, count))
    }

    deinit { UnsafeMutableRawPointer(storage).deallocate() }

    /// The elements in parts for the processor's matrix unit, if that is how they lie; as long as the matrix lives.
    package var parts: UnsafePointer<Float>? { packing == FOVEA_PARTS ? UnsafePointer(storage) : nil }

    /// C = A B or, with `adds`, C += A B, on the calling thread alone; each row depends on its row of A alone, to the last digit.
    ///
    /// - Parameters:
    ///   - count: m, the rows of A and C.
    ///   - depth: Of how many leading rows of B the product is made; all if nil.
    ///   - firstColumn: Columns before it may be left as they are.
    ///   - a: A, with its row stride.
    ///   - c: C, with its row stride.
    package func multiply(
        _ count: Int, depth: Int? = nil, from firstColumn: Int = 0, _ a: UnsafePointer<Float>, _ lda: Int,
        into c: UnsafeMutablePointer<Float>, _ ldc: Int, adds: Bool = false
    ) {
        guard count > 0, columns > 0 else { return }
        fovea_gemm_packed(
            packing, false, count, columns, depth ?? rows, a, lda, storage, rows, firstColumn, c, ldc, adds)
    }
}

extension Tensor {
    /// The product of the last axis with a packed matrix, added to `sum` if there is one: (..., k)(k×n) → (..., n).
    package func matmul(_ matrix: PackedMatrix, onto sum: Tensor? = nil) -> Tensor {
        let outputShape = shape.dropLast() + [matrix.columns]
        precondition(shape.last == matrix.rows && (sum.map { $0.shape == Array(outputShape) } ?? true))
        let count = shape.dropLast().reduce(1, *)
        func multiply(_ result: UnsafeMutablePointer<Float>?, adds: Bool) {
            values.withUnsafeBufferPointer { values in
                guard let result else { return }
                guard matrix.rows > 0, let base = values.baseAddress else {
                    // Sums of nothing.
                    if !adds { result.update(repeating: 0, count: count * matrix.columns) }
                    return
                }
                matrix.multiply(count, base, matrix.rows, into: result, matrix.columns, adds: adds)
            }
        }
        guard var result = sum else {
            return Tensor(shape: Array(outputShape)) { multiply($0.baseAddress, adds: false) }
        }
        result.values.withUnsafeMutableBufferPointer { multiply($0.baseAddress, adds: true) }
        return result
    }
}
