import Focus
import Foundation
import Metrics

/// The report's tables of how well hypotheses fit, and of what the headline series do over the epochs.
struct StatisticsTables {
    let timeline: FocusTimeline
    /// A source in words, and text inside a code span.
    let label: (Source) -> String
    let escape: (String) -> String

    /// The hypotheses at the last epoch, best first, each measure beside chance; nil where nothing was ranked.
    var ranking: String? {
        var lines = [
            "## Which hypothesis fits", "",
            "| source | hypothesis | JS (bits) | chance | KL (nats) | chance | AUROC | mass | chance | z | p (Holm) | p (shifts) |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        ]
        let empty = lines.count
        let same = Dictionary(
            timeline.hypotheses.compactMap { summary in summary.sameAs.map { (summary.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        for source in timeline.sources where source.kind != .uniform {
            for fit in timeline.ranking[source]?.last ?? [] where same[fit.hypothesis] == nil {
                let cells = [
                    label(source), "`\(escape(fit.hypothesis))`", number(fit.divergenceBits),
                    number(fit.chance?.divergenceBits), number(fit.klNats), number(fit.chance?.klNats),
                    number(fit.auroc), number(fit.mass), number(fit.chance?.mass), number(fit.test?.z),
                    probability(fit.test?.adjusted), probability(fit.test?.shiftPValue),
                ]
                lines.append("| " + cells.joined(separator: " | ") + " |")
            }
        }
        return lines.count > empty ? lines.joined(separator: "\n") : nil
    }

    /// The metrics whose series are in the report; summary.json has all.
    private static let headline: Set = [
        "mass_in_mask", "auroc", "mass_before", "mass_at", "mass_after", "entropy_normalised",
    ]

    /// Onset, half rise, change and trend of the headline metrics; nil for fewer than four epochs.
    var evolution: String? {
        guard timeline.epochs.count >= 4 else { return nil }
        let named = timeline.hypotheses.filter { $0.origin != .added && $0.sameAs == nil }.map(\.name)
        var lines = [
            "## When it focuses", "",
            "| source | metric | onset (from) | half rise | change at | before → after | p | trend tau | slope per epoch (95 % CI) |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        ]
        for entry in TimelineStatistics(timeline, metrics: Self.headline).entries {
            guard entry.source.kind != .uniform, entry.source.kind != .random,
                entry.hypothesis.map(named.contains) ?? true
            else { continue }
            lines.append(row(entry))
        }
        return lines.joined(separator: "\n")
    }

    private func row(_ entry: TimelineStatistics.Entry) -> String {
        let metric = "`\(entry.metric)`" + (entry.hypothesis.map { " in `\(escape($0))`" } ?? "")
        let onset = entry.onset.map { "epoch \($0)" } ?? "never"
        let change = entry.change
        let trend = entry.trend
        var cells = [label(entry.source), metric]
        cells.append(entry.threshold.map { "\(onset) (\(number($0)))" } ?? "–")
        cells.append(entry.halfRise.map { "epoch \($0)" } ?? "–")
        cells.append(change.map { "epoch \($0.epoch)" } ?? "–")
        cells.append(change.map { "\(number($0.before)) → \(number($0.after))" } ?? "–")
        cells.append(probability(change?.pValue))
        cells.append(number(trend?.tau))
        cells.append(trend.map(slope) ?? "–")
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func slope(_ trend: TimelineStatistics.Trend) -> String {
        let interval = "\(short(trend.slopeInterval.lowerBound)) to \(short(trend.slopeInterval.upperBound))"
        return "\(short(trend.slope)) (\(interval))"
    }

    /// How to read the tables.
    var notes: [String] {
        [
            "- *KL* is KL(mask | map) in nats of the map mixed with a little of a uniform one, *chance* beside each measure that of uniform"
                + " maps; *z* and *p* say whether more mass is in the mask than if each map's positions were exchanged at random"
                + " (exact mean and variance, normal for many sequences; drawn for few), adjusted over the hypotheses; *p (shifts)*"
                + " shifts positions in a circle instead, which keeps neighbours together.",
            "- *Onset* is the first of \(TimelineStatistics.patience) checkpoints in a row half way from chance to 1; *half rise* is half"
                + " way from the first to the last values; *change* is the best split into two levels, with p by shuffling epochs; *trend*"
                + " is Mann-Kendall's tau with the Theil-Sen slope. Epochs of one run depend on each other: these p-values describe.",
        ]
    }

    private func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        return String(format: abs(value) >= 10 ? "%.1f" : "%.3f", value)
    }

    private func short(_ value: Double) -> String { value.isFinite ? String(format: "%.2g", value) : "–" }

    private func probability(_ value: Double?) -> String {
        guard let value else { return "–" }
        return value < 0.001 ? "< 0.001" : String(format: "%.3f", value)
    }
}
