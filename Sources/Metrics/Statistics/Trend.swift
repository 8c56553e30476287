/// Does a series rise or fall? The p-value is descriptive where neighbours depend on each other, as the epochs of one run do.
public enum Trend {
    /// The Mann-Kendall test: Kendall's tau-b of place and value, with its two-sided p-value (exact for up to 33 distinct values).
    /// Nil for fewer than two values and for constant series.
    public static func mannKendall(_ values: [Double]) -> TestResult? {
        let counts = PairCounts(values.indices.map(Double.init), values)
        guard let tau = counts.tauB else { return nil }
        let isExact = counts.second.pairs == 0 && counts.count <= 33
        return TestResult(statistic: tau, pValue: Significance.ofPairs(counts), isExact: isExact)
    }

    /// A line through a series by medians.
    public struct Line: Sendable {
        /// The median of the slopes between all pairs of places, in units per place.
        public let slope: Double
        /// The median value less the slope times the median place.
        public let intercept: Double
        /// The confidence interval of the slope (Sen 1968).
        public let interval: ClosedRange<Double>
    }

    /// The Theil-Sen line of a series over its places 0, 1, ... Nil for fewer than two values. `scipy.stats.theilslopes`.
    public static func theilSen(_ values: [Double], level: Double = 0.95) -> Line? {
        theilSen(values, at: values.indices.map(Double.init), level: level)
    }

    /// The same over given places, such as epochs, which ascend. `scipy.stats.theilslopes(values, places)`.
    ///
    /// - Precondition: There are as many places as values.
    public static func theilSen(_ values: [Double], at places: [Double], level: Double = 0.95) -> Line? {
        guard values.count > 1 else { return nil }
        var slopes: [Double] = []
        slopes.reserveCapacity(values.count * (values.count - 1) / 2)
        for later in values.indices {
            for earlier in 0..<later where places[later] > places[earlier] {
                slopes.append((values[later] - values[earlier]) / (places[later] - places[earlier]))
            }
        }
        guard !slopes.isEmpty else { return nil }
        slopes.sort()
        let slope = Quantile.median(of: slopes)
        let intercept = Quantile.median(of: values) - slope * Quantile.median(of: places)
        func spread(_ count: Int) -> Double { Double(count * (count - 1) * (2 * count + 5)) }
        let variance = (spread(values.count) - Ranks.ties(values).reduce(0) { $0 + spread($1) }) / 18
        let reach = Normal.quantile((1 + level) / 2) * max(0, variance).squareRoot()
        let count = Double(slopes.count)
        let upper = min(Int(((count + reach) / 2).rounded(.toNearestOrEven)), slopes.count - 1)
        let lower = max(Int(((count - reach) / 2).rounded(.toNearestOrEven)) - 1, 0)
        return Line(slope: slope, intercept: intercept, interval: slopes[min(lower, upper)]...slopes[upper])
    }

    /// The series smoothed by s_0 = x_0, s_i = alpha x_i + (1 - alpha) s_(i - 1), 0 < alpha <= 1.
    public static func exponentialMovingAverage(_ values: [Double], alpha: Double) -> [Double] {
        var smoothed: [Double] = []
        for value in values { smoothed.append(smoothed.last.map { alpha * value + (1 - alpha) * $0 } ?? value) }
        return smoothed
    }

    /// The area under the series by trapezoids, over its length: the mean height over training. Nil for fewer than two values.
    public static func area(_ values: [Double]) -> Double? {
        guard values.count > 1 else { return nil }
        return zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 } / Double(values.count - 1)
    }
}
