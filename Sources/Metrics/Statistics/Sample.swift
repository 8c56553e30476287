import Numerics

/// Centre and spread of a sample. Nil where there are too few values; values must be finite.
public enum Sample {
    /// The arithmetic mean.
    public static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// The standard deviation with n - `subtracted` in its denominator: 1 for a sample's, 0 for a population's (numpy's `ddof`).
    public static func standardDeviation(_ values: [Double], subtracted: Int = 1) -> Double? {
        guard values.count > subtracted, let mean = mean(values) else { return nil }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - subtracted)).squareRoot()
    }

    /// The standard error of the mean, s / sqrt n. `scipy.stats.sem`.
    public static func standardError(_ values: [Double]) -> Double? {
        standardDeviation(values).map { $0 / Double(values.count).squareRoot() }
    }

    /// The mean without the lowest and the highest values, `proportion` (0..<0.5) of them each, rounded down.
    /// `scipy.stats.trim_mean`.
    public static func trimmedMean(_ values: [Double], proportion: Double) -> Double? {
        let cut = Int(proportion * Double(values.count))
        return mean(Array(values.sorted().dropFirst(cut).dropLast(cut)))
    }

    /// The interquartile mean, the mean without the lowest and highest quarter (Agarwal et al. 2021, rliable).
    public static func interquartileMean(_ values: [Double]) -> Double? { trimmedMean(values, proportion: 0.25) }

    /// The median of the distances from the median, not scaled. `scipy.stats.median_abs_deviation`.
    public static func medianAbsoluteDeviation(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let median = Quantile.median(of: values)
        return Quantile.median(of: values.map { abs($0 - median) })
    }

    /// The interval of the mean by Student's t, mean -/+ t s / sqrt n; for few seeds, beside every seed's value. Nil for fewer than
    /// two values. `scipy.stats.t.interval`.
    public static func tInterval(_ values: [Double], level: Double = 0.95) -> ClosedRange<Double>? {
        guard let mean = mean(values), let error = standardError(values) else { return nil }
        let half = StudentT.twoSidedQuantile(1 - level, degrees: Double(values.count - 1)) * error
        return (mean - half)...(mean + half)
    }

    /// The mean of correlations by Fisher's transformation, tanh(mean(atanh r)); nil for none, and if any is 1 or -1, whose
    /// transform is infinite. The plain mean is what papers mostly report.
    public static func fisherMean(_ correlations: [Double]) -> Double? {
        guard correlations.allSatisfy({ abs($0) < 1 }) else { return nil }
        return mean(correlations.map { Double.atanh($0) }).map { Double.tanh($0) }
    }
}
