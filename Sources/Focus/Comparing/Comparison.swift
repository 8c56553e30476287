import Metrics

/// Several analysed runs side by side: seeds of one variant, or groups of seeds of several.
///
/// A seed is the unit: each seed's mean over the instances is one value of its group, and instances of several seeds are never pooled.
/// Two groups are tested on the same instances, each instance's value averaged over the seeds of its group first.
public struct Comparison: Sendable {
    /// Runs that belong together.
    public struct Group: Sendable {
        /// The name.
        public let name: String
        /// The runs, each a seed.
        public let runs: [AnalysedRun]

        /// A group of runs.
        public init(name: String, runs: [AnalysedRun]) {
            self.name = name
            self.runs = runs
        }
    }

    /// A metric of a group over the common epochs.
    public struct Series: Sendable {
        /// The group's name.
        public let group: String
        /// The runs' names.
        public let runs: [String]
        /// For each run the estimate over the instances at each epoch.
        public let seeds: [[Estimate]]
        /// The estimate over the seeds at each epoch: the mean of their means, with a t interval below ten seeds and a percentile
        /// bootstrap over seeds from ten on; no interval for one seed.
        public let means: [Estimate]
    }

    /// A metric in all groups, and the groups against each other at the last common epoch.
    public struct Result: Sendable {
        /// The metric.
        public let metric: ComparedMetric
        /// One series per group.
        public let series: [Series]
        /// One test per pair of groups.
        public let tests: [GroupTest]
    }

    /// The groups.
    public let groups: [Group]
    /// The epochs that all runs have.
    public let epochs: [Int]
    /// The name of the loss.
    public let lossName: String
    /// One result per metric.
    public let results: [Result]
    /// The metrics asked for by default that a run lacks.
    public let leftOut: [String]

    /// Up to this number of seeds their mean has a t interval.
    public static let fewSeeds = 10

    /// Compares groups of runs.
    ///
    /// - Parameters:
    ///   - metrics: `[source/][hypothesis/]metric`; empty for the usual ones, as far as the runs have them.
    ///   - hypothesis: The hypothesis of metrics that name none; nil for the one that the first analysis expected, else its first.
    ///   - resamples: Bootstrap and sign-flip resamples.
    /// - Throws: ``ComparisonError``.
    public init(
        _ groups: [Group], metrics: [String] = [], hypothesis: String? = nil, resamples: Int = 2000, seed: UInt64 = 7
    ) throws {
        let runs = groups.flatMap(\.runs)
        guard let first = runs.first, runs.count > 1 else { throw ComparisonError.tooFewRuns }
        var common = Set(first.epochs)
        for run in runs { common.formIntersection(run.epochs) }
        guard !common.isEmpty else {
            throw ComparisonError.noCommonEpoch(
                epochs: runs.map { "\($0.name) has \($0.epochs.first ?? 0) to \($0.epochs.last ?? 0)" })
        }
        let expected = hypothesis ?? first.expected ?? first.hypotheses.first
        let wanted = metrics.isEmpty ? ComparedMetric.headline : metrics
        let compared = try wanted.map { try ComparedMetric($0, in: first, expected: expected) }
        for run in runs.dropFirst() {
            if let what = try run.difference(from: first, hypotheses: compared.compactMap(\.hypothesis)) {
                throw ComparisonError.otherProbeSet(first: first.path, second: run.path, what: what)
            }
        }
        self.groups = groups
        epochs = common.sorted()
        lossName = first.lossName
        var (results, leftOut): ([Result], [String]) = ([], [])
        let arithmetic = ComparisonArithmetic(
            epochs: epochs, resamples: resamples, seed: seed, instances: first.instances)
        for metric in compared {
            let values = try groups.map { group in try group.runs.map { try $0.values(of: metric) } }
            guard let complete = Self.complete(values) else {
                guard metrics.isEmpty else {
                    let lacking = runs[values.flatMap { $0 }.firstIndex { $0 == nil } ?? 0]
                    throw ComparisonError.noMetric(
                        path: lacking.path, metric: metric.name, known: lacking.metrics(like: metric))
                }
                leftOut.append(metric.name)
                continue
            }
            results.append(try arithmetic.result(metric, groups, complete))
        }
        self.results = GroupTest.adjusted(results)
        self.leftOut = leftOut
    }

    private static func complete(_ values: [[[[Double]]?]]) -> [[[[Double]]]]? {
        let found = values.map { $0.compactMap { $0 } }
        return zip(values, found).allSatisfy { $0.count == $1.count } ? found : nil
    }
}
