extension Tensor {
    /// The tensor with its axes in another order: axis k of the result is axis `order[k]` of this one.
    package func transposed(_ order: [Int]) -> Tensor {
        precondition(order.sorted() == Array(shape.indices), "\(order) is no order of the axes of \(shape)")
        var strides = [Int](repeating: 1, count: rank)
        for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        let newShape = order.map { shape[$0] }
        let newStrides = order.map { strides[$0] }
        return Tensor(shape: newShape) { result in
            var index = [Int](repeating: 0, count: rank)
            var source = 0
            for place in 0..<result.count {
                result[place] = values[source]
                var axis = rank - 1
                while axis >= 0 {
                    index[axis] += 1
                    source += newStrides[axis]
                    if index[axis] < newShape[axis] { break }
                    source -= newStrides[axis] * newShape[axis]
                    index[axis] = 0
                    axis -= 1
                }
            }
        }
    }

    /// The products of B pairs of matrices: (B×m×k)(B×k×n) → B×m×n, either side transposed on request.
    package func batchedMatmul(_ right: Tensor, transposed: Bool = false, rightTransposed: Bool = false) -> Tensor {
        let batch = shape[0]
        let (rows, columns) = (shape[1], shape[2])
        let (m, k) = transposed ? (columns, rows) : (rows, columns)
        let n = rightTransposed ? right.shape[1] : right.shape[2]
        precondition(right.shape[0] == batch && (rightTransposed ? right.shape[2] : right.shape[1]) == k, "extents differ")
        return Tensor(shape: [batch, m, n]) { result in
            values.withUnsafeBufferPointer { a in
                right.values.withUnsafeBufferPointer { b in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = result.baseAddress else { return }
                    for index in 0..<batch {
                        gemm(
                            transposed, rightTransposed, m, n, k, 1, a + index * rows * columns, columns,
                            b + index * right.shape[1] * right.shape[2], right.shape[2], 0, c + index * m * n, n)
                    }
                }
            }
        }
    }
}
