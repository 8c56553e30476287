import Tensors

extension AttentionUnderTest {
    /// The number of positions of an instance that its rows can weight.
    func length(_ instance: Int) -> Int {
        (0..<rows.rows).reduce(0) { max($0, rows.length(instance, $1)) }
    }

    /// One number per position of an instance: the sum over its rows of what a tensor of the weights' shape holds there.
    func overPositions(_ tensor: Tensor, _ instance: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: length(instance))
        tensor.values.withUnsafeBufferPointer { values in
            for row in 0..<rows.rows {
                let start = rows.start(instance, row)
                for place in 0..<rows.length(instance, row) {
                    sums[place] += Double(values[start + place * rows.stride])
                }
            }
        }
        return sums
    }

    /// Zeroes the weights at some positions of an instance in `weights`, and divides each row by what is left, so that it adds up to what
    /// it did before. Rows with nothing left stay zero.
    ///
    /// - Returns: Whether any row has something left.
    func erase(_ positions: some Collection<Int>, of instance: Int, in weights: inout Tensor) -> Bool {
        var isAnythingLeft = false
        weights.values.withUnsafeMutableBufferPointer { values in
            for row in 0..<rows.rows {
                let (start, length) = (rows.start(instance, row), rows.length(instance, row))
                var before: Float = 0
                for place in 0..<length { before += values[start + place * rows.stride] }
                for place in positions where place < length { values[start + place * rows.stride] = 0 }
                var left: Float = 0
                for place in 0..<length { left += values[start + place * rows.stride] }
                guard left > 0 else { continue }
                isAnythingLeft = true
                let scale = before / left
                for place in 0..<length { values[start + place * rows.stride] *= scale }
            }
        }
        return isAnythingLeft
    }
}

/// Positions by descending score; of equal scores the lower position first.
func descending(_ scores: [Double]) -> [Int] {
    scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
}
