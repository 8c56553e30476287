import Metrics
import Synchronization
import Tensors

/// Means with bootstrap confidence intervals for many columns over the same instances.
///
/// The resamples are drawn once; the means of all columns over all resamples are then one matrix product, counts
/// (resamples × instances) times values (instances × columns), which takes a fiftieth of gathering each column anew. Replicates are
/// kept in single precision: their rounding (1e-7) is far below the bootstrap's own error (1e-2). A column's estimate does not
/// depend, in any digit, on what it is computed beside.
final class Estimator: Sendable {
    private let counts: ResampleCounts
    /// For sets of undefined instances, which recur from epoch to epoch, how many defined ones each resample holds.
    private let definedCounts = Mutex<[[Int]: [Float]]>([:])

    init(instances: Int, resamples: Int, seed: UInt64) {
        counts = ResampleCounts(
            Bootstrap.byteCounts(instances: instances, resamples: resamples, seed: seed), instances: instances)
    }

    /// One estimate per column.
    func estimates(of table: Measurement) throws -> [Estimate] {
        // The counts are widened anew for each slice, so its columns are many; but they must not outgrow the second-level cache by far.
        let slices = Workers.slices(of: table.columns, atMost: 128)
        return try Workers.map(count: slices.count) { index in
            estimates(of: table, columns: slices[index])
        }.flatMap { $0 }
    }

    private func estimates(of table: Measurement, columns: Range<Int>) -> [Estimate] {
        var series = columns.map { Series(table, column: $0) }
        // Constant columns (a uniform map's, a mask's that is never hit) need no resampling.
        let varying = series.indices.filter { series[$0].varies }
        // Each column's deviations from its mean, summed over each resample.
        let sums = counts.sums(of: varying.map { series[$0].deviations })
        for (place, index) in varying.enumerated() {
            let start = place * counts.stride
            series[index].interval = interval(of: series[index], sums: sums[start..<start + counts.resamples])
        }
        return series.map(\.estimate)
    }

    /// The percentile interval of a series' mean from the sums of its deviations over each resample.
    private func interval(of series: Series, sums: ArraySlice<Float>) -> ClosedRange<Double>? {
        let deviation = Float(series.standardDeviation)
        var (low, high): (Float, Float)
        if series.undefined.isEmpty {
            // Quantiles of the sums, divided afterwards: the sum's deviation is that of an instance times sqrt(n).
            let count = Float(counts.instances)
            (low, high) = Quantile.tails(
                of: sums, mean: 0, standardDeviation: deviation * count.squareRoot(), level: 0.95)
            (low, high) = (low / count, high / count)
        } else {
            let means = zip(sums, definedCounts(series.undefined)).compactMap { $1 > 0 ? $0 / $1 : nil }
            guard !means.isEmpty else { return nil }
            let expected = deviation / Float(counts.instances - series.undefined.count).squareRoot()
            (low, high) = Quantile.tails(of: means[...], mean: 0, standardDeviation: expected, level: 0.95)
        }
        // Values near the end of Float's range overflow in the sums.
        guard low.isFinite, high.isFinite else { return nil }
        // Replicates in single precision may stray beyond all values by their rounding.
        let bounds = series.bounds
        let start = min(max(series.mean + Double(low), bounds.lowerBound), bounds.upperBound)
        return start...max(start, min(series.mean + Double(high), bounds.upperBound))
    }

    /// How many defined instances each resample holds.
    private func definedCounts(_ undefined: [Int]) -> [Float] {
        if let known = definedCounts.withLock({ $0[undefined] }) { return known }
        let result = (0..<counts.resamples).map { resample in
            Float(counts.instances - undefined.reduce(0) { $0 + counts[resample, $1] })
        }
        // Few sets recur in practice; a probe set that makes many must not fill the memory.
        definedCounts.withLock { if $0.count < 64 { $0[undefined] = result } }
        return result
    }
}

/// One column of a table: its values, those that are undefined, and what is known of it.
private struct Series {
    /// The instances without a value, ascending.
    private(set) var undefined: [Int] = []
    /// The mean over the others.
    private(set) var mean = 0.0
    /// Their standard deviation, with n - 1 in the denominator; 0 for fewer than two.
    private(set) var standardDeviation = 0.0
    /// For each instance its deviation from the mean; 0 where undefined.
    private(set) var deviations: [Float] = []
    /// Whether the values differ.
    private(set) var varies = false
    /// The confidence interval of the mean; of a constant column the constant.
    var interval: ClosedRange<Double>?
    private var values: [Double] = []
    /// The smallest and the largest value.
    private(set) var bounds: ClosedRange<Double> = 0...0
    private var reason: UndefinedReason?

    init(_ table: Measurement, column: Int) {
        let instances = table.instances
        values.reserveCapacity(instances)
        for instance in 0..<instances {
            let value = table.values[instance * table.columns + column]
            if value.isNaN { undefined.append(instance) } else { values.append(value) }
        }
        reason = undefined.isEmpty ? nil : Self.mostFrequentReason(table, column: column, instances: undefined)
        guard let first = values.first else { return }
        varies = values.contains { $0 != first }
        guard varies else {
            mean = first
            interval = values.count > 1 ? first...first : nil
            return
        }
        mean = values.reduce(0, +) / Double(values.count)
        bounds = values.reduce(first...first) { min($0.lowerBound, $1)...max($0.upperBound, $1) }
        let centre = mean
        deviations = (0..<instances).map { instance in
            let value = table.values[instance * table.columns + column]
            return value.isNaN ? 0 : Float(value - centre)
        }
        let squares = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        standardDeviation = (squares / Double(values.count - 1)).squareRoot()
    }

    var estimate: Estimate {
        guard !values.isEmpty else {
            return Estimate(mean: nil, count: 0, undefined: undefined.count, undefinedReason: reason)
        }
        return Estimate(
            mean: mean, standardDeviation: values.count > 1 ? standardDeviation : nil,
            interval: interval, median: varies ? Quantile.median(of: values) : mean, count: values.count,
            undefined: undefined.count, undefinedReason: reason)
    }

    private static func mostFrequentReason(
        _ table: Measurement, column: Int, instances: [Int]
    ) -> UndefinedReason? {
        let reasons = instances.compactMap { table.reason(instance: $0, column: column) }
        let counts = Dictionary(grouping: reasons, by: { $0 }).mapValues(\.count)
        return counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key
    }
}
