extension Tensor {
    /// Joins tensors along the first axis.
    ///
    /// - Precondition: There is at least one, and all agree in their other axes.
    package static func joined(_ parts: [Tensor]) -> Tensor {
        if parts.count == 1 { return parts[0] }
        let tail = Array(parts[0].shape.dropFirst())
        precondition(parts.allSatisfy { Array($0.shape.dropFirst()) == tail }, "joined tensors differ in shape")
        var values: [Float] = []
        values.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts { values.append(contentsOf: part.values) }
        return Tensor(shape: [parts.reduce(0) { $0 + $1.shape[0] }] + tail, values: values)
    }
}
