import Tensors

/// Means and ranges of a probe set, per feature: where the baseline "mean" and the size of noise come from.
public struct InputStatistics: Sendable, Equatable {
    /// The mean of each feature over all instances and valid positions.
    public let mean: [Float]
    /// The difference of each feature's largest and smallest value.
    public let range: [Float]

    /// Statistics from known numbers, one per feature.
    public init(mean: [Float], range: [Float]) {
        self.mean = mean
        self.range = range
    }

    /// The statistics of values N×T×F (or N×F).
    ///
    /// - Parameter lengths: The number of valid positions of each instance; nil if all are.
    public init(of values: Tensor, lengths: [Int]? = nil) {
        let positions = values.rank > 2 ? values.shape[1] : 1
        let width = values.rank > 2 ? values.shape.dropFirst(2).reduce(1, *) : values.shape.dropFirst().reduce(1, *)
        var sum = [Double](repeating: 0, count: width)
        var low = [Float](repeating: .infinity, count: width)
        var high = [Float](repeating: -.infinity, count: width)
        var count = 0
        for place in 0..<(width == 0 ? 0 : values.count / width) {
            guard place % positions < (lengths?[place / positions] ?? positions) else { continue }
            count += 1
            for feature in 0..<width {
                let value = values.values[place * width + feature]
                sum[feature] += Double(value)
                low[feature] = min(low[feature], value)
                high[feature] = max(high[feature], value)
            }
        }
        mean = sum.map { count > 0 ? Float($0 / Double(count)) : 0 }
        range = zip(low, high).map { count > 0 ? $1 - $0 : 0 }
    }
}
