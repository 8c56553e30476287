import Metrics
import Tensors

/// What the series of a timeline do over the epochs: when they reach their level, where they change, and whether they rise or fall.
///
/// Computed from the means when asked for, in a few milliseconds. Epochs without a value are left out; the epochs of one run depend on each
/// other, so p-values describe, and do not generalise.
public struct TimelineStatistics: Sendable {
    /// A metric of a source, against a hypothesis where it needs one.
    public struct Entry: Sendable {
        /// What the maps come from.
        public let source: Source
        /// The hypothesis; nil for metrics of the map alone.
        public let hypothesis: String?
        /// The metric's id.
        public let metric: String
        /// The level that maps without knowledge have; nil where it is not known.
        public let chance: Double?
        /// Half way from chance to 1, for metrics that are bounded by 1 and better the higher; nil for others.
        public let threshold: Double?
        /// The first epoch from which ``TimelineStatistics/patience`` checkpoints in a row are at the threshold; nil if there is none, which is
        /// censoring and not the last epoch.
        public let onset: Int?
        /// The first epoch at which the series is half way between the means of its first and its last three values.
        public let halfRise: Int?
        /// The split into two levels that explains most.
        public let change: Change?
        /// Whether it rises or falls.
        public let trend: Trend?
    }

    /// A change of level.
    public struct Change: Sendable {
        /// The first epoch of the new level.
        public let epoch: Int
        /// The mean before.
        public let before: Double
        /// The mean from that epoch on.
        public let after: Double
        /// The share of shuffled series that a split explains as well, (b + 1) / (B + 1) of 199.
        public let pValue: Double?
    }

    /// A trend.
    public struct Trend: Sendable {
        /// Kendall's tau-b of epoch and value (Mann-Kendall), -1...1.
        public let tau: Double
        /// Its two-sided p-value.
        public let pValue: Double
        /// The median of the slopes between all pairs of epochs (Theil-Sen), in units per epoch.
        public let slope: Double
        /// The 95 % interval of the slope.
        public let slopeInterval: ClosedRange<Double>
    }

    /// The number of checkpoints in a row that make an onset.
    public static let patience = 3
    private static let resamples = 199
    /// Above this number of values slopes are taken between evenly spaced ones: their number grows with the square.
    private static let slopeLimit = 200

    /// One entry per series of the timeline, in its order.
    public let entries: [Entry]

    /// The statistics of a timeline.
    ///
    /// - Parameter metrics: The metrics to look at; nil for all.
    public init(_ timeline: FocusTimeline, metrics: Set<String>? = nil) {
        let wanted = timeline.series.filter { metrics?.contains($0.metric) ?? true }
        let chances = Dictionary(
            timeline.hypotheses.map { ($0.name, $0.chance) }, uniquingKeysWith: { first, _ in first })
        // Equal masks have equal numbers, which are found once.
        let same = Dictionary(
            timeline.hypotheses.compactMap { summary in summary.sameAs.map { (summary.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        let own = wanted.filter { $0.hypothesis.map { same[$0] == nil } ?? true }
        let slices = Workers.slices(of: own.count, atMost: 32)
        let found = try? Workers.map(count: slices.count) { slice in
            slices[slice].map { Self.entry(own[$0], epochs: timeline.epochs, chances: chances) }
        }.flatMap { $0 }
        let known = Dictionary(
            (found ?? []).map { (Key(source: $0.source, hypothesis: $0.hypothesis, metric: $0.metric), $0) },
            uniquingKeysWith: { first, _ in first })
        entries = wanted.compactMap { series in
            let name = series.hypothesis.map { same[$0] ?? $0 }
            return known[Key(source: series.source, hypothesis: name, metric: series.metric)]?
                .named(series.hypothesis)
        }
    }

    private struct Key: Hashable {
        let source: Source
        let hypothesis: String?
        let metric: String
    }

    /// The entry of a metric of a source against a hypothesis.
    public subscript(source: Source, metric: String, against hypothesis: String? = nil) -> Entry? {
        entries.first { $0.source == source && $0.metric == metric && $0.hypothesis == hypothesis }
    }

    private static func entry(
        _ series: FocusTimeline.Series, epochs: [Int], chances: [String: Double]
    ) -> Entry {
        let means = series.estimates.map(\.mean)
        let defined = zip(epochs, means).compactMap { epoch, mean in mean.map { (epoch: epoch, value: $0) } }
        let values = defined.map(\.value)
        let chance = ChanceLevel.of(series.metric, share: chance(series, chances))
        let threshold = ChanceLevel.isBoundedByOne(series.metric) ? chance.map(FocusOnset.threshold) : nil
        let onset = threshold.flatMap { FocusOnset.index(of: means, threshold: $0, patience: patience) }
        let varies = values.contains { $0 != values[0] }
        return Entry(
            source: series.source, hypothesis: series.hypothesis, metric: series.metric, chance: chance,
            threshold: threshold, onset: onset.map { epochs[$0] },
            halfRise: varies ? FocusOnset.halfRise(values).map { defined[$0.index].epoch } : nil,
            change: varies ? change(defined) : nil, trend: varies ? trend(defined) : nil)
    }

    /// The share of positions that a series is about: its hypothesis', or that of the delimiter's part that it is named after.
    private static func chance(_ series: FocusTimeline.Series, _ chances: [String: Double]) -> Double? {
        if let hypothesis = series.hypothesis { return chances[hypothesis] }
        guard let part = series.metric.split(separator: "_").last, series.metric.hasPrefix("mass_") else { return nil }
        return chances["\(part)-delimiter"]
    }

    private static func change(_ defined: [(epoch: Int, value: Double)]) -> Change? {
        ChangePoint.find(in: defined.map(\.value), resamples: resamples, seed: 7).map {
            Change(epoch: defined[$0.index].epoch, before: $0.before, after: $0.after, pValue: $0.pValue)
        }
    }

    private static func trend(_ defined: [(epoch: Int, value: Double)]) -> Trend? {
        let step = (defined.count + slopeLimit - 1) / slopeLimit
        let spaced = stride(from: 0, to: defined.count, by: max(1, step)).map { defined[$0] }
        guard let test = Metrics.Trend.mannKendall(defined.map(\.value)),
            let line = Metrics.Trend.theilSen(spaced.map(\.value), at: spaced.map { Double($0.epoch) })
        else { return nil }
        return Trend(
            tau: test.statistic, pValue: test.pValue, slope: line.slope, slopeInterval: line.interval)
    }
}

extension TimelineStatistics.Entry {
    /// The same of an equal mask under another name.
    fileprivate func named(_ hypothesis: String?) -> Self {
        Self(
            source: source, hypothesis: hypothesis, metric: metric, chance: chance, threshold: threshold, onset: onset,
            halfRise: halfRise, change: change, trend: trend)
    }
}

/// The levels of metrics for maps without knowledge.
enum ChanceLevel {
    private static let shares: Set = [
        "mass_in_mask", "average_precision", "relevance_rank_accuracy_tie_expected", "pointing_game_tie_expected",
        "mass_before", "mass_at", "mass_after",
    ]
    private static let constants = [
        "auroc": 0.5, "mass_lift": 1, "pearson": 0, "spearman": 0, "kendall_tau_b": 0,
    ]

    /// The level of a metric where the hypothesis marks a share of the positions.
    static func of(_ metric: String, share: Double?) -> Double? {
        shares.contains(metric) ? share : constants[metric]
    }

    /// Whether a metric is better the higher and at most 1.
    static func isBoundedByOne(_ metric: String) -> Bool {
        shares.contains(metric) || (constants[metric] != nil && metric != "mass_lift")
    }
}
