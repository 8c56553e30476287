extension Tensor {
    /// The sum of the outer products of rows: for x of (.. × d) and y of (.. × u) with the same leading axes, sum_r x_r^T y_r, d×u. The
    /// gradient of a kernel from its input and the cotangent of its product.
    package func outerSum(_ other: Tensor) -> Tensor {
        reshaped([-1, shape[rank - 1]]).matmul(other.reshaped([-1, other.shape[other.rank - 1]]), transposed: true)
    }

    /// The sum over all axes but the last: the gradient of a bias.
    package func columnSums() -> Tensor {
        let width = shape[rank - 1]
        var sums = Tensor(shape: [width], repeating: 0)
        guard width > 0 else { return sums }
        sums.values.withUnsafeMutableBufferPointer { sums in
            values.withUnsafeBufferPointer { values in
                for start in stride(from: 0, to: values.count, by: width) {
                    for column in 0..<width { sums[column] += values[start + column] }
                }
            }
        }
        return sums
    }

    /// The sum of all elements, in a shape of one element.
    package func total(shape: [Int]) -> Tensor { Tensor(shape: shape, values: [values.reduce(0, +)]) }
}

extension Tensor {
    /// The sum over the steps of sequences B×T×d, B×d.
    package func summedOverTime() -> Tensor {
        let (batch, time, width) = (shape[0], shape[1], shape[2])
        var sums = Tensor(shape: [batch, width], repeating: 0)
        sums.values.withUnsafeMutableBufferPointer { sums in
            values.withUnsafeBufferPointer { values in
                for row in 0..<(batch * time) {
                    for unit in 0..<width { sums[row / time * width + unit] += values[row * width + unit] }
                }
            }
        }
        return sums
    }
}
