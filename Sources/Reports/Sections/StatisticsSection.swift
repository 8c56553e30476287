import Focus
import Foundation
import Metrics

extension ReportContext {
    /// Which hypothesis explains the maps, beside chance, and when the series change.
    var statisticsBlocks: [ReportBlock] {
        let ranking = rankingTable
        return (ranking.rows.isEmpty ? [] : [.table(ranking)])
            + (timeline.epochs.count >= 4 ? [.table(onsetTable)] : [])
    }

    /// The hypotheses at the last epoch, best first.
    private var rankingTable: ReportTable {
        let own = Set(hypotheses.map(\.name))
        let rows = sources.filter { $0.kind != .uniform }.flatMap { source in
            (timeline.ranking[source]?.last ?? []).filter { own.contains($0.hypothesis) }
                .map { fit -> [ReportTable.Cell] in
                    let chance = fit.chance
                    return [
                        .init(text: timeline.title(source)), .init(text: code(fit.hypothesis)),
                        beside(fit.divergenceBits, chance?.divergenceBits), beside(fit.klNats, chance?.klNats),
                        beside(fit.auroc, fit.auroc == nil ? nil : chance?.auroc), beside(fit.mass, chance?.mass),
                        cell(fit.test?.z), probability(fit.test?.adjusted), probability(fit.test?.shiftPValue),
                    ]
                }
        }
        return ReportTable(
            caption: "Hypotheses at epoch \(lastEpoch), best first; in parentheses the value of uniform maps.",
            header: [
                "source", "hypothesis", "JS (bits)", "KL (nats)", "AUROC", "mass in mask", "z", "p (Holm)",
                "p (shifts)",
            ], rows: rows)
    }

    /// The metrics whose series are in the report; summary.json has all.
    private static let headline: Set = [
        "mass_in_mask", "auroc", "mass_before", "mass_at", "mass_after", "entropy_normalised",
    ]

    /// Onset, half rise, change and trend of the headline metrics.
    private var onsetTable: ReportTable {
        let named = namedHypotheses.map(\.name)
        let entries = TimelineStatistics(timeline, metrics: Self.headline).entries.filter { entry in
            entry.source.kind != .uniform && entry.source.kind != .random
                && entry.hypothesis.map(named.contains) ?? true
        }
        return ReportTable(
            caption:
                "When the headline series reach their level, change and trend; in parentheses the threshold, the levels, the p-value"
                + " and the 95 % interval.",
            header: ["source", "metric", "onset", "half rise", "change", "p", "trend tau", "slope per epoch"],
            rows: entries.map(row), isLong: true)
    }

    private func row(_ entry: TimelineStatistics.Entry) -> [ReportTable.Cell] {
        let against = entry.hypothesis.map { " in \(code($0))" } ?? ""
        let onset = entry.onset.map { "epoch \($0)" } ?? "never"
        let change = entry.change.map { change in
            ReportTable.Cell(text: "epoch \(change.epoch)", note: "\(number(change.before)) to \(number(change.after))")
        }
        let slope = entry.trend.map { trend in
            let interval = trend.slopeInterval
            return ReportTable.Cell(
                text: number(trend.slope), note: "\(number(interval.lowerBound)) to \(number(interval.upperBound))",
                isNumber: true)
        }
        return [
            .init(text: timeline.title(entry.source)), .init(text: code(entry.metric) + against),
            entry.threshold.map { ReportTable.Cell(text: onset, note: number($0)) } ?? .init(text: "–"),
            .init(text: entry.halfRise.map { "epoch \($0)" } ?? "–"), change ?? .init(text: "–"),
            probability(entry.change?.pValue), cell(entry.trend?.tau), slope ?? .init(text: "–"),
        ]
    }

    /// How to read them.
    var statisticsNotes: [String] {
        [
            "KL is KL(mask | map) of the map mixed with a little of a uniform one, without which a marked position of no weight makes it"
                + " infinite. z and p say whether more mass is in the mask than if each map’s positions were exchanged at random (the null’s"
                + " exact mean and variance, normal for many sequences; drawn orders for few); p (Holm) is adjusted over the hypotheses, and"
                + " p (shifts) moves positions in a circle instead, which keeps neighbours together.",
            "Onset is the first of \(TimelineStatistics.patience) checkpoints in a row half way from chance to 1. Half rise is half way from"
                + " the first three values to the last three. Change is the best split into two levels, its p by shuffling epochs. Trend is"
                + " Mann-Kendall’s tau with the Theil-Sen slope. The epochs of one run depend on each other, so these p-values describe.",
        ]
    }

    private func beside(_ value: Double?, _ chance: Double?) -> ReportTable.Cell {
        .init(text: value.map(number) ?? "–", note: chance.map(number), isNumber: true)
    }

    private func probability(_ value: Double?) -> ReportTable.Cell {
        .init(text: value.map { $0 < 0.001 ? "< 0.001" : number($0) } ?? "–", isNumber: true)
    }
}
