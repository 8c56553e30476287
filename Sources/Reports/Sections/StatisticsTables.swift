import Focus
import Foundation
import Metrics

/// The tables of how well hypotheses fit, and of what the headline series do over the epochs.
extension ReportContext {
    /// The hypotheses at the last epoch, best first, each measure beside chance; nil where nothing was ranked.
    var rankingTable: ReportTable? {
        let distinct = Set(hypotheses.map(\.name))
        let rows = sources.filter { $0.kind != .uniform }.flatMap { source in
            (timeline.ranking[source]?.last ?? []).filter { distinct.contains($0.hypothesis) }.map { fit in
                [
                    ReportTable.Cell(text: timeline.title(source)), .init(text: code(fit.hypothesis)),
                    beside(fit.divergenceBits, fit.chance?.divergenceBits), beside(fit.klNats, fit.chance?.klNats),
                    cell(fit.auroc), beside(fit.mass, fit.chance?.mass), cell(fit.test?.z),
                    probability(fit.test?.adjusted), probability(fit.test?.shiftPValue),
                ]
            }
        }
        guard !rows.isEmpty else { return nil }
        return ReportTable(
            caption: "Which hypothesis fits at epoch \(lastEpoch), best first; beside each measure its chance level.",
            header: ["source", "hypothesis", "JS (bits)", "KL (nats)", "AUROC", "mass", "z", "p (Holm)", "p (shifts)"],
            rows: rows, isLong: true)
    }

    /// The metrics whose series are in the report; summary.json has all.
    private static let headlineMetrics: Set = [
        "mass_in_mask", "auroc", "mass_before", "mass_at", "mass_after", "entropy_normalised",
    ]

    /// Onset, half rise, change and trend of the headline metrics; nil for fewer than four epochs.
    var changesTable: ReportTable? {
        guard timeline.epochs.count >= 4 else { return nil }
        let named = Set(namedHypotheses.map(\.name))
        let rows = TimelineStatistics(timeline, metrics: Self.headlineMetrics).entries.compactMap { entry in
            let isShown =
                ![.uniform, .random].contains(entry.source.kind) && entry.hypothesis.map(named.contains) ?? true
            return isShown ? row(entry) : nil
        }
        guard !rows.isEmpty else { return nil }
        return ReportTable(
            caption: "When each series reaches its level, changes, and how it trends.",
            header: [
                "source", "metric", "onset", "half rise", "change", "before → after", "p", "trend τ", "slope per epoch",
            ], rows: rows, isLong: true)
    }

    private func row(_ entry: TimelineStatistics.Entry) -> [ReportTable.Cell] {
        let epoch = { (value: Int?) in ReportTable.Cell(text: value.map { "epoch \($0)" } ?? "–") }
        let onset = ReportTable.Cell(
            text: entry.threshold == nil ? "–" : entry.onset.map { "epoch \($0)" } ?? "never",
            note: entry.threshold.map { "from \(number($0))" })
        return [
            .init(text: timeline.title(entry.source)),
            .init(text: "`\(entry.metric)`" + (entry.hypothesis.map { " in \(code($0))" } ?? "")), onset,
            epoch(entry.halfRise), epoch(entry.change?.epoch),
            .init(text: entry.change.map { "\(number($0.before)) → \(number($0.after))" } ?? "–"),
            probability(entry.change?.pValue), cell(entry.trend?.tau),
            entry.trend.map { trend in
                .init(
                    text: short(trend.slope),
                    note: "\(short(trend.slopeInterval.lowerBound)) to \(short(trend.slopeInterval.upperBound))",
                    isNumber: true)
            } ?? .init(text: "–", isNumber: true),
        ]
    }

    /// How to read the tables.
    var statisticsNotes: [String] {
        [
            "KL is KL(mask | map) in nats of the map mixed with a little of a uniform one. z and p say whether more mass is in the mask"
                + " than if each map's positions were exchanged at random (exact mean and variance, normal for many sequences; drawn for"
                + " few), adjusted over the hypotheses; p (shifts) shifts positions in a circle instead, which keeps neighbours together.",
            "Onset is the first of \(TimelineStatistics.patience) checkpoints in a row at least half way from chance to 1; half rise is half"
                + " way from the first to the last values; change is the best split into two levels, with p by shuffling epochs; trend is"
                + " Mann-Kendall's τ with the Theil-Sen slope. Epochs of one run depend on each other: these p-values describe.",
        ]
    }

    private func beside(_ value: Double?, _ chance: Double?) -> ReportTable.Cell {
        .init(text: value.map(number) ?? "–", note: chance.map { "chance \(number($0))" }, isNumber: true)
    }

    private func short(_ value: Double) -> String { value.isFinite ? String(format: "%.2g", value) : "–" }

    private func probability(_ value: Double?) -> ReportTable.Cell {
        .init(text: value.map { $0 < 0.001 ? "< 0.001" : String(format: "%.3f", $0) } ?? "–", isNumber: true)
    }
}
