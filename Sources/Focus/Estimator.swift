import CKernels
import Metrics
import Tensors

/// Means with bootstrap confidence intervals for many columns over the same instances.
///
/// The resamples are drawn once; the means of all columns over all resamples are then one matrix product, counts
/// (resamples × instances) times values (instances × columns), which takes a fiftieth of gathering each column anew.
struct Estimator: Sendable {
    let bootstrap: Bootstrap
    private let instances: Int
    private let resamples: Int

    init(instances: Int, resamples: Int, seed: UInt64) {
        bootstrap = Bootstrap(instances: instances, resamples: resamples, seed: seed)
        self.instances = instances
        self.resamples = resamples
    }

    /// One estimate per column.
    func estimates(of table: Measurement) throws -> [Estimate] {
        let slices = Workers.slices(of: table.columns, atMost: 64)
        return try Workers.map(count: slices.count) { index in
            estimates(of: table, columns: slices[index])
        }.flatMap { $0 }
    }

    private func estimates(of table: Measurement, columns: Range<Int>) -> [Estimate] {
        // Column-major copies: undefined values count nothing, and how often they are drawn is subtracted from the divisor.
        var defined = [Double](repeating: 0, count: columns.count * instances)
        var patterns: [[Int]: [Double]] = [:]
        var undefinedOf: [[Int]] = []
        for (place, column) in columns.enumerated() {
            var undefined: [Int] = []
            for instance in 0..<instances {
                let value = table.values[instance * table.columns + column]
                if value.isNaN { undefined.append(instance) } else { defined[place * instances + instance] = value }
            }
            undefinedOf.append(undefined)
        }
        let sums = replicateSums(defined, columns: columns.count)
        return columns.enumerated().map { place, column in
            let undefined = undefinedOf[place]
            let values = definedValues(defined, place, undefined)
            var replicates = Array(sums[(place * resamples)..<((place + 1) * resamples)])
            if undefined.isEmpty {
                let scale = 1 / Double(instances)
                for index in replicates.indices { replicates[index] *= scale }
            } else {
                let divisors = patterns[undefined] ?? definedCounts(undefined)
                patterns[undefined] = divisors
                replicates = zip(replicates, divisors).compactMap { $1 > 0 ? $0 / $1 : nil }
            }
            return estimate(
                values, &replicates, undefined: undefined.count,
                reason: mostFrequentReason(table, column: column, instances: undefined))
        }
    }

    /// columns × resamples: each column's sum over each resample.
    private func replicateSums(_ columnMajor: [Double], columns: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: columns * resamples) { buffer, count in
            columnMajor.withUnsafeBufferPointer { values in
                bootstrap.counts.withUnsafeBufferPointer { counts in
                    if let a = values.baseAddress, let b = counts.baseAddress, let c = buffer.baseAddress {
                        fovea_gemm_double(
                            false, true, columns, resamples, instances, 1, a, instances, b, instances, 0, c, resamples)
                    }
                }
            }
            count = columns * resamples
        }
    }

    private func definedValues(_ columnMajor: [Double], _ place: Int, _ undefined: [Int]) -> [Double] {
        let column = columnMajor[(place * instances)..<((place + 1) * instances)]
        guard !undefined.isEmpty else { return Array(column) }
        let missing = Set(undefined)
        return column.enumerated().filter { !missing.contains($0.offset) }.map(\.element)
    }

    /// How many defined instances each resample holds.
    private func definedCounts(_ undefined: [Int]) -> [Double] {
        (0..<resamples).map { resample in
            Double(instances) - undefined.reduce(0) { $0 + bootstrap.counts[resample * instances + $1] }
        }
    }

    private func mostFrequentReason(_ table: Measurement, column: Int, instances: [Int]) -> UndefinedReason? {
        let reasons = instances.compactMap { table.reasons[$0 * table.columns + column] }
        let counts = Dictionary(grouping: reasons, by: { $0 }).mapValues(\.count)
        return counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key
    }

    private func estimate(
        _ values: [Double], _ replicates: inout [Double], undefined: Int, reason: UndefinedReason?
    ) -> Estimate {
        guard !values.isEmpty else {
            return Estimate(mean: nil, count: 0, undefined: undefined, undefinedReason: reason)
        }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = values.count > 1 ? (squares / (count - 1)).squareRoot() : nil
        let interval =
            values.count > 1 && !replicates.isEmpty ? Bootstrap.percentileInterval(of: &replicates) : nil
        return Estimate(
            mean: mean, standardDeviation: deviation, interval: interval, median: median(of: values),
            count: values.count, undefined: undefined, undefinedReason: reason)
    }

    private func median(of values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
