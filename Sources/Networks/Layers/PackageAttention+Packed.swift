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
            let half = width * units
            let (upper, lower) = (Array(vector.values[..<half]), Array(vector.values[half..<(2 * half)]))
            context = PackedMatrix(upper, rows: width, columns: units)
            last = PackedMatrix(lower, rows: width, columns: units)
            contextPullback = PackedMatrix(upper, rows: units, columns: width, transposed: true)
            lastPullback = PackedMatrix(lower, rows: units, columns: width, transposed: true)
        }
    }
}
