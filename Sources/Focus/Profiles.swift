import Tensors

/// Mean maps over the instances of a probe set, by position and relative to the delimiter.
struct Profiler: Sendable {
    let lengths: [Int]
    let delimiterIndex: [Int]?
    let positions: Int
    /// What the ranking of hypotheses takes from the maps.
    let fitter: HypothesisFitter

    /// The number of instances behind each column of an aligned profile.
    var alignedCounts: [Int]? {
        delimiterIndex.map { indices in
            var counts = [Int](repeating: 0, count: 2 * positions - 1)
            for (instance, index) in indices.enumerated() {
                for position in 0..<lengths[instance] { counts[position - index + positions - 1] += 1 }
            }
            return counts
        }
    }

    /// Each instance's map divided by the sum of its absolute values over the valid positions; NaN where there is no mass, and
    /// at positions behind the end.
    func normalised(_ maps: Tensor) -> Tensor {
        Tensor(shape: maps.shape) { result in
            for (instance, length) in lengths.enumerated() {
                let start = instance * positions
                let sum = maps.values[start..<(start + length)].reduce(0.0) { $0 + Double(abs($1)) }
                for position in 0..<positions {
                    let weight = abs(maps.values[start + position])
                    result[start + position] = position < length && sum > 0 ? Float(Double(weight) / sum) : .nan
                }
            }
        }
    }

    /// The mean weight by position of normalised maps, T values; NaN where no instance has a weight.
    func absolute(_ normalised: Tensor) -> [Float] { means(normalised, columns: positions) { $1 } }

    /// The mean weight by position relative to the delimiter, 2T-1 values.
    func aligned(_ normalised: Tensor) -> [Float]? {
        delimiterIndex.map { indices in
            means(normalised, columns: 2 * positions - 1) { $1 - indices[$0] + positions - 1 }
        }
    }

    private func means(_ maps: Tensor, columns: Int, place: (Int, Int) -> Int) -> [Float] {
        var sums = [Double](repeating: 0, count: columns)
        var counts = [Int](repeating: 0, count: columns)
        for (instance, length) in lengths.enumerated() {
            for position in 0..<length {
                let weight = maps.values[instance * positions + position]
                guard !weight.isNaN else { continue }
                sums[place(instance, position)] += Double(weight)
                counts[place(instance, position)] += 1
            }
        }
        return zip(sums, counts).map { $1 > 0 ? Float($0 / Double($1)) : .nan }
    }
}
