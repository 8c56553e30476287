import Metrics

/// Two groups (or two runs) at the last common epoch, on the same instances.
public struct GroupTest: Sendable {
    /// The name of the group that the difference is taken from.
    public let first: String
    /// The name of the group that is subtracted.
    public let second: String
    /// The instances that have a value in both.
    public let instances: Int
    /// The mean of first minus second over the instances, with a percentile bootstrap interval over them.
    public let difference: Estimate
    /// Sign-flip permutation test of the mean difference, two-sided.
    public let signFlip: TestResult?
    /// ``signFlip``'s p-value after Holm's adjustment over all metrics and pairs.
    public fileprivate(set) var adjusted: Double?
    /// Wilcoxon's signed-rank test, two-sided; exact up to 100 instances.
    public let wilcoxon: TestResult?
    /// The mean difference over the differences' standard deviation; nil where that is 0.
    public let dz: Double?
    /// P(first > second) - P(first < second) over all pairs of instances.
    public let cliffsDelta: Double?
    /// Its percentile bootstrap interval, instances resampled in pairs.
    public let cliffsInterval: ClosedRange<Double>?
    /// The permutation test of the seeds' means over all divisions into the groups, two-sided, where each has two seeds or more; its
    /// p-value cannot be small for few seeds (at least 0.1 for three against three). Nil too where all means are equal.
    public let seeds: TestResult?
    /// Cliff's delta of the seeds' means.
    public let seedsDelta: Double?

    init(
        first: String, second: String, instances: Int, difference: Estimate, signFlip: TestResult?,
        wilcoxon: TestResult?, dz: Double?, cliffsDelta: Double?, cliffsInterval: ClosedRange<Double>?,
        seeds: TestResult?, seedsDelta: Double?
    ) {
        self.first = first
        self.second = second
        self.instances = instances
        self.difference = difference
        self.signFlip = signFlip
        self.wilcoxon = wilcoxon
        self.dz = dz
        self.cliffsDelta = cliffsDelta
        self.cliffsInterval = cliffsInterval
        self.seeds = seeds
        self.seedsDelta = seedsDelta
    }

    /// The results with p-values adjusted over all of them.
    static func adjusted(_ results: [Comparison.Result]) -> [Comparison.Result] {
        let pValues = results.flatMap { $0.tests.compactMap { $0.signFlip?.pValue } }
        var holm = MultipleTesting.holm(pValues)[...]
        return results.map { result in
            Comparison.Result(
                metric: result.metric, series: result.series,
                tests: result.tests.map { test in
                    var test = test
                    if test.signFlip != nil { test.adjusted = holm.popFirst() }
                    return test
                })
        }
    }
}
