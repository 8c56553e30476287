import Tensors

/// How a per-feature attribution becomes one number per position.
public enum FeatureReduction: String, Sendable, CaseIterable {
    /// The Euclidean norm over features.
    case l2
    /// The sum of absolute values over features.
    case l1
    /// The plain sum over features.
    case sum
    /// The largest absolute value over features.
    case max
    /// The absolute value of the sum over features.
    case absoluteSum = "absolute_sum"
    /// The sum of squares over features, as in the sensitivity analysis of Arras et al. 2017.
    case squares

    /// Reduces the last axis of N×T×F: N×T. A tensor of another rank is returned as it is.
    public func callAsFunction(_ tensor: Tensor) -> Tensor {
        guard tensor.rank == 3 else { return tensor }
        let features = tensor.shape[2]
        return Tensor(shape: Array(tensor.shape.dropLast())) { result in
            for index in 0..<result.count {
                let row = tensor.values[(index * features)..<((index + 1) * features)]
                switch self {
                case .l2:
                    result[index] = features == 1 ? abs(row.first ?? 0) : row.reduce(0) { $0 + $1 * $1 }.squareRoot()
                case .l1: result[index] = row.reduce(0) { $0 + abs($1) }
                case .sum: result[index] = row.reduce(0, +)
                case .max: result[index] = row.reduce(0) { Swift.max($0, abs($1)) }
                case .absoluteSum: result[index] = abs(row.reduce(0, +))
                case .squares: result[index] = row.reduce(0) { $0 + $1 * $1 }
                }
            }
        }
    }
}
