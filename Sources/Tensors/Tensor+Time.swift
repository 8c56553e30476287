import CKernels

extension Tensor {
    /// Step `index` of sequences B×T×d, as B×d.
    package func step(_ index: Int) -> Tensor {
        let (batch, time, width) = (shape[0], shape[1], shape[2])
        precondition((0..<time).contains(index), "step \(index) of \(shape)")
        return Tensor(shape: [batch, width]) { result in
            values.withUnsafeBufferPointer { values in
                guard let base = result.baseAddress, let source = values.baseAddress else { return }
                copyRows(batch, width, source + index * width, time * width, to: base, width)
            }
        }
    }

    /// Adds B×d to step `index` of sequences B×T×d.
    package mutating func addToStep(_ index: Int, _ addend: Tensor) {
        let (batch, time, width) = (shape[0], shape[1], shape[2])
        precondition(
            (0..<time).contains(index) && addend.count == batch * width, "adding \(addend.shape) to a step of \(shape)")
        values.withUnsafeMutableBufferPointer { buffer in
            addend.values.withUnsafeBufferPointer { addend in
                guard let base = buffer.baseAddress, let addend = addend.baseAddress else { return }
                for sample in 0..<batch {
                    fovea_add_scaled(width, 1, addend + sample * width, base + (sample * time + index) * width)
                }
            }
        }
    }

    /// The given columns of a matrix.
    package func columns(_ range: Range<Int>) -> Tensor {
        let (rows, width) = (shape[0], shape[1])
        precondition(range.lowerBound >= 0 && range.upperBound <= width, "columns \(range) of \(shape)")
        return Tensor(shape: [rows, range.count]) { result in
            values.withUnsafeBufferPointer { values in
                guard let base = result.baseAddress, let source = values.baseAddress else { return }
                copyRows(rows, range.count, source + range.lowerBound, width, to: base, range.count)
            }
        }
    }

    /// Adds a tensor of the same shape.
    package mutating func add(_ other: Tensor) {
        precondition(shape == other.shape, "adding \(other.shape) to \(shape)")
        values.withUnsafeMutableBufferPointer { buffer in
            other.values.withUnsafeBufferPointer { addend in
                for index in 0..<buffer.count { buffer[index] += addend[index] }
            }
        }
    }
}

extension Tensor {
    /// The elementwise sum.
    package static func + (a: Tensor, b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "adding \(b.shape) to \(a.shape)")
        return Tensor(shape: a.shape) { sum in
            if let sum = sum.baseAddress { fovea_add(a.count, a.values, b.values, sum) }
        }
    }

    /// Steps B×d, one after another in time, as sequences B×T×d.
    package static func stacked(_ steps: [Tensor], batch: Int, width: Int) -> Tensor {
        let time = steps.count
        return Tensor(shape: [batch, time, width]) { result in
            for (index, step) in steps.enumerated() {
                for sample in 0..<batch {
                    for unit in 0..<width {
                        result[(sample * time + index) * width + unit] = step.values[sample * width + unit]
                    }
                }
            }
        }
    }
}

extension Tensor {
    /// Sequences B×T×d with their steps in reverse order.
    package func reversedInTime() -> Tensor {
        let (batch, time) = (shape[0], shape[1])
        let width = shape.dropFirst(2).reduce(1, *)
        return Tensor(shape: shape) { result in
            for sample in 0..<batch {
                for step in 0..<time {
                    let (to, from) = ((sample * time + step) * width, (sample * time + time - 1 - step) * width)
                    for unit in 0..<width { result[to + unit] = values[from + unit] }
                }
            }
        }
    }

    /// Two tensors joined along their last axis.
    package func concatenatedLast(_ other: Tensor) -> Tensor {
        let (a, b) = (shape[rank - 1], other.shape[rank - 1])
        return Tensor.besides(reshaped([-1, a]), other.reshaped([-1, b])).reshaped(shape.dropLast() + [a + b])
    }

    /// A part of the last axis.
    package func lastAxis(_ range: Range<Int>) -> Tensor {
        reshaped([-1, shape[rank - 1]]).columns(range).reshaped(shape.dropLast() + [range.count])
    }
}
