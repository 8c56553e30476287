import Tensors

// The weights in the order in which products read them, packed when they are taken.

extension PackageAttention {
    /// W of Luong's score.
    struct PackedScore: Sendable {
        /// W^T, from h_T to the query, and W for the way back.
        let query: PackedMatrix
        let pullback: PackedMatrix

        init(_ weights: Tensor) {
            let (rows, columns) = (weights.shape[0], weights.shape[1])
            query = PackedMatrix(weights.values, rows: columns, columns: rows, transposed: true)
            pullback = PackedMatrix(weights.values, rows: rows, columns: columns)
        }
    }

    /// W_c, by halves.
    struct PackedVector: Sendable {
        /// The upper half, which weighs the context, and the lower, which weighs h_T.
        let context: PackedMatrix
        let last: PackedMatrix
        /// Their transposes, for the way back.
        let contextPullback: PackedMatrix
        let lastPullback: PackedMatrix

        init(_ vector: Tensor) {
            let (width, units) = (vector.shape[0] / 2, vector.shape[1])
            func half(_ index: Int, transposed: Bool) -> PackedMatrix {
                vector.values.withUnsafeBufferPointer { values in
                    guard let base = values.baseAddress else { return PackedMatrix([], rows: 0, columns: 0) }
                    return PackedMatrix(
                        base + index * width * units, stride: units, rows: transposed ? units : width,
                        columns: transposed ? width : units, transposed: transposed)
                }
            }
            context = half(0, transposed: false)
            last = half(1, transposed: false)
            contextPullback = half(0, transposed: true)
            lastPullback = half(1, transposed: true)
        }
    }
}
