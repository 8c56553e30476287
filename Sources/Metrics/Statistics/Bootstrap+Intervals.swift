import Numerics

/// Intervals from replicates beyond the percentile interval. `scipy.stats.bootstrap`.
extension Bootstrap {
    /// A bias-corrected and accelerated interval, with the levels that the percentiles were moved to.
    public struct CorrectedInterval: Sendable {
        /// The interval.
        public let interval: ClosedRange<Double>
        /// The quantiles of the replicates at its ends; (1 - level)/2 and (1 + level)/2 without bias and acceleration.
        public let levels: (low: Double, high: Double)
        /// How fast the statistic's standard error changes with its value, by the jackknife.
        public let acceleration: Double
        /// Whether the correction had no answer, as for constant samples, so that the interval is the percentile one.
        public let isDegenerate: Bool
    }

    /// The bias-corrected and accelerated interval (BCa; Efron & Tibshirani 1993, 14.3) of a statistic of values; for ten instances
    /// and more.
    ///
    /// The bias is the normal quantile of the share of replicates below the estimate, those equal counting half; the
    /// acceleration is by the jackknife. A constant sample has the interval from its value to itself.
    ///
    /// - Precondition: There are as many values as instances, at least one, and at least one resample.
    public func correctedInterval(
        of values: [Double], level: Double = 0.95, _ statistic: ([Double]) -> Double
    ) -> CorrectedInterval {
        var replicates = replicates(of: values, statistic)
        let estimate = statistic(values)
        let below = replicates.count { $0 < estimate }
        let atMost = replicates.count { $0 <= estimate }
        let bias = Normal.quantile(Double(below + atMost) / Double(2 * replicates.count))
        let acceleration = Self.acceleration(of: values, statistic)
        let tail = Normal.quantile((1 - level) / 2)
        func moved(_ z: Double) -> Double {
            Normal.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))
        }
        let levels = (low: moved(tail), high: moved(-tail))
        guard levels.low.isFinite, levels.high.isFinite else {
            return CorrectedInterval(
                interval: Self.percentileInterval(of: &replicates, level: level),
                levels: ((1 - level) / 2, (1 + level) / 2), acceleration: 0, isDegenerate: true)
        }
        let low = Quantile.select(levels.low, of: &replicates)
        let high = Quantile.select(levels.high, of: &replicates)
        return CorrectedInterval(
            interval: min(low, high)...max(low, high), levels: levels, acceleration: acceleration, isDegenerate: false)
    }

    /// sum U^3 / (6 (sum U^2)^(3/2)) of the deviations U of the statistic without one value each; NaN if they are all 0.
    private static func acceleration(of values: [Double], _ statistic: ([Double]) -> Double) -> Double {
        let left = values.indices.map { index in
            var others = values
            others.remove(at: index)
            return others.isEmpty ? Double.nan : statistic(others)
        }
        let mean = left.reduce(0, +) / Double(left.count)
        var (cubes, squares) = (0.0, 0.0)
        for value in left {
            let deviation = mean - value
            squares += deviation * deviation
            cubes += deviation * deviation * deviation
        }
        return cubes / (6 * squares * squares.squareRoot())
    }

    /// The basic interval: the percentile interval mirrored at the estimate. The replicates are reordered.
    ///
    /// - Precondition: There is at least one replicate.
    public static func basicInterval(
        of replicates: inout [Double], estimate: Double, level: Double = 0.95
    ) -> ClosedRange<Double> {
        let percentile = percentileInterval(of: &replicates, level: level)
        return (2 * estimate - percentile.upperBound)...(2 * estimate - percentile.lowerBound)
    }
}
