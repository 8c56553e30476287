extension Tensor {
    /// The elementwise product of tensors of one shape.
    package static func * (a: Tensor, b: Tensor) -> Tensor { zip3(a, b, b) { x, y, _ in x * y } }

    /// Two matrices of the same number of rows beside each other.
    package static func besides(_ left: Tensor, _ right: Tensor) -> Tensor {
        let (rows, a, b) = (left.shape[0], left.shape[1], right.shape[1])
        return Tensor(shape: [rows, a + b]) { result in
            for row in 0..<rows {
                for column in 0..<a { result[row * (a + b) + column] = left.values[row * a + column] }
                for column in 0..<b { result[row * (a + b) + a + column] = right.values[row * b + column] }
            }
        }
    }

    /// All elements times a factor.
    package func scaled(by factor: Float) -> Tensor {
        Tensor(shape: shape) { result in
            values.withUnsafeBufferPointer { values in
                for index in 0..<count { result[index] = factor * values[index] }
            }
        }
    }

    /// The elementwise image.
    package func map(_ transform: (Float) -> Float) -> Tensor {
        Tensor(shape: shape) { result in
            for index in 0..<count { result[index] = transform(values[index]) }
        }
    }
}

/// The elementwise image of three tensors of one shape.
package func zip3(_ a: Tensor, _ b: Tensor, _ c: Tensor, _ transform: (Float, Float, Float) -> Float) -> Tensor {
    precondition(a.shape == b.shape && b.shape == c.shape, "shapes differ: \(a.shape), \(b.shape), \(c.shape)")
    return Tensor(shape: a.shape) { result in
        for index in 0..<a.count { result[index] = transform(a.values[index], b.values[index], c.values[index]) }
    }
}
