import Metrics
import Tensors

/// The numbers of a comparison.
struct ComparisonArithmetic {
    let epochs: [Int]
    let resamples: Int
    let seed: UInt64
    let instances: Int
    private let estimator: Estimator

    init(epochs: [Int], resamples: Int, seed: UInt64, instances: Int) {
        self.epochs = epochs
        self.resamples = resamples
        self.seed = seed
        self.instances = instances
        estimator = Estimator(instances: instances, resamples: resamples, seed: seed)
    }

    /// A metric's series and tests.
    ///
    /// - Parameter values: For each group and run the values of each instance at each epoch of the run.
    func result(
        _ metric: ComparedMetric, _ groups: [Comparison.Group], _ values: [[[[Double]]]]
    ) throws -> Comparison.Result {
        let common = zip(groups, values).map { group, runs in
            zip(group.runs, runs).map { run, rows in
                epochs.compactMap { epoch in run.epochs.firstIndex(of: epoch).map { rows[$0] } }
            }
        }
        let series = try zip(groups, common).map { group, runs in
            let seeds = try runs.map(estimates)
            let means = epochs.indices.map { place in overSeeds(seeds.compactMap { $0[place].mean }, of: seeds.count) }
            return Comparison.Series(group: group.name, runs: group.runs.map(\.name), seeds: seeds, means: means)
        }
        return Comparison.Result(metric: metric, series: series, tests: try tests(groups, common, series))
    }

    /// One estimate per epoch of one run.
    private func estimates(_ rows: [[Double]]) throws -> [Estimate] {
        var table = Measurement(columns: rows.count)
        table.reserve(instances: instances)
        for instance in 0..<instances {
            // The analysis file holds no reasons; metrics.csv counts them.
            for row in rows { table.append(row[instance].isNaN ? .undefined(.notApplicable) : .value(row[instance])) }
        }
        return try estimator.estimates(of: table)
    }

    /// The estimate over the seeds that have a value.
    private func overSeeds(_ means: [Double], of seeds: Int) -> Estimate {
        var interval = Sample.tInterval(means)
        if means.count >= Comparison.fewSeeds {
            var replicates = Bootstrap(instances: means.count, resamples: resamples, seed: seed).means(of: means)
            interval = Bootstrap.percentileInterval(of: &replicates)
        }
        return Estimate(
            mean: Sample.mean(means), standardDeviation: Sample.standardDeviation(means), interval: interval,
            median: means.isEmpty ? nil : Quantile.median(of: means), count: means.count,
            undefined: seeds - means.count, undefinedReason: means.count < seeds ? .notApplicable : nil)
    }

    // MARK: Tests at the last common epoch

    /// All pairs of groups; of a single group of two runs the two runs.
    private func tests(
        _ groups: [Comparison.Group], _ values: [[[[Double]]]], _ series: [Comparison.Series]
    ) throws -> [GroupTest] {
        let last = epochs.count - 1
        var sides: [(name: String, runs: [[Double]], means: [Double])] = zip(zip(groups, values), series).map {
            ($0.0.name, $0.1.map { $0[last] }, $1.seeds.compactMap { $0[last].mean })
        }
        if groups.count == 1, groups[0].runs.count == 2 {
            sides = groups[0].runs.indices.map { (groups[0].runs[$0].name, [sides[0].runs[$0]], []) }
        }
        return try sides.indices.flatMap { first in
            try ((first + 1)..<max(first + 1, sides.count)).map { try test(sides[first], sides[$0]) }
        }
    }

    private func test(
        _ first: (name: String, runs: [[Double]], means: [Double]),
        _ second: (name: String, runs: [[Double]], means: [Double])
    ) throws -> GroupTest {
        // Averaging over seeds per instance keeps the instance the unit; an instance undefined for any seed is left out.
        let pairs = (0..<instances).compactMap { instance -> (x: Double, y: Double)? in
            let x = first.runs.reduce(0) { $0 + $1[instance] } / Double(first.runs.count)
            let y = second.runs.reduce(0) { $0 + $1[instance] } / Double(second.runs.count)
            return x.isFinite && y.isFinite ? (x, y) : nil
        }
        let differences = pairs.map { $0.x - $0.y }
        let isTestable = first.means.count > 1 && second.means.count > 1
        return GroupTest(
            first: first.name, second: second.name, instances: pairs.count, difference: estimate(differences),
            signFlip: PairedTest.signFlip(differences, resamples: max(9999, resamples), seed: seed),
            wilcoxon: differences.count <= 100 ? Wilcoxon.exact(differences) : Wilcoxon.asymptotic(differences),
            dz: EffectSize.cohenDZ(differences),
            cliffsDelta: EffectSize.cliffsDelta(pairs.map(\.x), pairs.map(\.y)),
            cliffsInterval: try cliffsInterval(pairs),
            seeds: isTestable ? overSeeds(first.means, second.means) : nil,
            seedsDelta: isTestable ? EffectSize.cliffsDelta(first.means, second.means) : nil)
    }

    /// Could the seeds as well have been divided otherwise among the groups? The sum of the first group's means over all divisions (drawn
    /// ones beyond 200,000), two-sided. With k of n seeds it is the test of the mass in a mask of k of n positions, once the means are
    /// measured from their least.
    private func overSeeds(_ first: [Double], _ second: [Double]) -> TestResult? {
        let least = (first + second).min() ?? 0
        let map = MapRow((first + second).map { $0 - least })
        let mask = MaskRow(first.map { _ in true } + second.map { _ in false })
        return PermutationTest.massInMask(map, mask, .twoSided, resamples: max(9999, resamples), seed: seed)
    }

    private func estimate(_ differences: [Double]) -> Estimate {
        var interval: ClosedRange<Double>?
        if differences.count > 1 {
            var replicates = Bootstrap(instances: differences.count, resamples: resamples, seed: seed)
                .means(of: differences)
            interval = Bootstrap.percentileInterval(of: &replicates)
        }
        return Estimate(
            mean: Sample.mean(differences), standardDeviation: Sample.standardDeviation(differences),
            interval: interval, median: differences.isEmpty ? nil : Quantile.median(of: differences),
            count: differences.count, undefined: instances - differences.count,
            undefinedReason: differences.count < instances ? .notApplicable : nil)
    }

    /// The interval of Cliff's delta over pairs drawn with replacement.
    ///
    /// The pairs' order among each other is found once: a resample's delta is then sum w_i w_j sign(x_i - y_j) by running sums over the
    /// ordered values, w the times that it holds each pair.
    private func cliffsInterval(_ pairs: [(x: Double, y: Double)]) throws -> ClosedRange<Double>? {
        guard pairs.count > 1 else { return nil }
        let order = ValueOrder(pairs)
        let bootstrap = Bootstrap(instances: pairs.count, resamples: resamples, seed: seed)
        let slices = Workers.slices(of: resamples, atMost: 500)
        var deltas = try Workers.map(count: slices.count) { slice in
            slices[slice].map { resample in
                let start = resample * pairs.count
                return order.cliffsDelta(weights: bootstrap.counts[start..<(start + pairs.count)])
            }
        }.flatMap { $0 }
        return Bootstrap.percentileInterval(of: &deltas)
    }
}

/// The values of pairs in ascending order, ties together.
private struct ValueOrder: Sendable {
    /// Groups of equal values, each with the pairs whose x and whose y it is.
    private let ties: [(x: [Int], y: [Int])]

    init(_ pairs: [(x: Double, y: Double)]) {
        let values = pairs.enumerated().flatMap { index, pair in
            [(value: pair.x, index: index, isX: true), (value: pair.y, index: index, isX: false)]
        }.sorted { $0.value < $1.value }
        var ties: [(x: [Int], y: [Int])] = []
        var last = Double.nan
        for entry in values {
            if entry.value != last { ties.append(([], [])) }
            last = entry.value
            if entry.isX {
                ties[ties.count - 1].x.append(entry.index)
            } else {
                ties[ties.count - 1].y.append(entry.index)
            }
        }
        self.ties = ties
    }

    func cliffsDelta(weights: ArraySlice<Double>) -> Double {
        let start = weights.startIndex
        var (below, total, greater) = (0.0, 0.0, 0.0)
        for tie in ties {
            let x = tie.x.reduce(0.0) { $0 + weights[start + $1] }
            let y = tie.y.reduce(0.0) { $0 + weights[start + $1] }
            // Twice the pairs that x wins, ties counting once.
            greater += x * (2 * below + y)
            below += y
            total += x
        }
        return greater / (total * below) - 1
    }
}
