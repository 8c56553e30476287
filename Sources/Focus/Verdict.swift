import Metrics

/// What a timeline says in words: which hypothesis the attention fits, since when, how it compares with the user's, and what the
/// gradient says.
public struct Verdict: Sendable {
    /// One hypothesis against one source at the last epoch.
    public struct Finding: Sendable {
        /// The source.
        public let source: Source
        /// The hypothesis.
        public let hypothesis: String
        /// The share of the mass in the mask, with its interval.
        public let mass: Estimate?
        /// The chance level of that share.
        public let chance: Double
        /// The area under the ROC curve.
        public let auroc: Estimate?
        /// The mean divergence in bits.
        public let divergenceBits: Double?
        /// Whether it explains the source's maps better than any other hypothesis.
        public let isBest: Bool
        /// The first epoch since which it has been the best at every epoch; nil if it is not the best at the end.
        public let bestSince: Int?
        /// The epoch at which the mass's lift over chance (AUROC where defined) was highest.
        public let closestEpoch: Int?
        /// The AUROC at that epoch.
        public let closestAUROC: Double?
    }

    /// The last epoch.
    public let epoch: Int
    /// What the attention fits best; nil without an attention layer.
    public let attention: Finding?
    /// The user's and the task's hypotheses that the attention does not fit best.
    public let others: [Finding]
    /// What gradient × input fits best.
    public let gradient: Finding?
    /// Gradient × input against the expected hypothesis.
    public let gradientAgainstExpected: Finding?
    /// The verdict in plain sentences.
    public let sentences: [String]

    /// The verdict on a timeline.
    public init(_ timeline: FocusTimeline) {
        let reader = VerdictReader(timeline)
        epoch = timeline.epochs.last ?? 0
        attention = timeline.source(.attention).flatMap { source in
            reader.best(source).map { reader.finding(source, $0) }
        }
        let best = attention
        others =
            timeline.source(.attention).map { source in
                timeline.hypotheses
                    .filter {
                        $0.origin != .added && $0.name != best?.hypothesis
                            && !reader.isSameMask($0.name, best?.hypothesis)
                    }
                    .map { reader.finding(source, $0.name) }
            } ?? []
        gradient = timeline.source(.gradientTimesInput).flatMap { source in
            reader.best(source).map { reader.finding(source, $0) }
        }
        gradientAgainstExpected = timeline.source(.gradientTimesInput).flatMap { source in
            timeline.expected.map { reader.finding(source, $0) }
        }
        sentences =
            VerdictText(
                timeline: timeline, attention: attention, others: others, gradient: gradient,
                gradientAgainstExpected: gradientAgainstExpected
            ).sentences
    }
}

/// Looks findings up in a timeline.
struct VerdictReader {
    let timeline: FocusTimeline

    init(_ timeline: FocusTimeline) { self.timeline = timeline }

    /// The best hypothesis for a source at the last epoch.
    func best(_ source: Source) -> String? { timeline.ranking[source]?.last?.first?.hypothesis }

    /// Whether two hypotheses mark the same positions.
    func isSameMask(_ first: String, _ second: String?) -> Bool {
        guard let second else { return false }
        let mask = { name in timeline.hypotheses.first { $0.name == name }?.sameAs ?? name }
        return mask(first) == mask(second)
    }

    func finding(_ source: Source, _ hypothesis: String) -> Verdict.Finding {
        let ranking = timeline.ranking[source] ?? []
        let isBest = best(source).map { $0 == hypothesis || isSameMask(hypothesis, $0) } ?? false
        let since = isBest ? bestSince(ranking, best(source) ?? hypothesis) : nil
        let aurocs = timeline[source, "auroc", against: hypothesis]?.estimates
        let closest = aurocs?.indices.max { (aurocs?[$0].mean ?? -1) < (aurocs?[$1].mean ?? -1) }
        return Verdict.Finding(
            source: source, hypothesis: hypothesis,
            mass: timeline[source, "mass_in_mask", against: hypothesis]?.estimates.last,
            chance: timeline.hypotheses.first { $0.name == hypothesis }?.chance ?? .nan, auroc: aurocs?.last,
            divergenceBits: ranking.last?.first { $0.hypothesis == hypothesis }?.divergenceBits, isBest: isBest,
            bestSince: since, closestEpoch: closest.map { timeline.epochs[$0] },
            closestAUROC: closest.flatMap { aurocs?[$0].mean })
    }

    private func bestSince(_ ranking: [[FocusTimeline.HypothesisFit]], _ hypothesis: String) -> Int? {
        let last = ranking.lastIndex { $0.first?.hypothesis != hypothesis }
        let index = last.map { $0 + 1 } ?? 0
        return timeline.epochs.indices.contains(index) ? timeline.epochs[index] : nil
    }
}
