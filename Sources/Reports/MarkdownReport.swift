import Focus
import Foundation
import Metrics

/// The report as Markdown, `report.md`: the verdict, the numbers behind it, the figures, and how it was made.
public struct MarkdownReport: Sendable {
    private let timeline: FocusTimeline
    private let verdict: Verdict
    private let result: Analysis.Result
    private let provenance: Provenance
    private let figures: [String]

    /// The report of an analysis.
    ///
    /// - Parameter figures: The names of the figures that were drawn, without their endings.
    public init(_ result: Analysis.Result, verdict: Verdict, provenance: Provenance, figures: [String]) {
        timeline = result.timeline
        self.result = result
        self.verdict = verdict
        self.provenance = provenance
        self.figures = figures
    }

    /// The document.
    public var text: String {
        ([heading, lastEpochTable] + [statistics.ranking, statistics.evolution].compactMap { $0 } + [evolutionTable]
            + (figures.isEmpty ? [] : [figureSection]) + [notes, provenanceSection])
            .joined(separator: "\n\n") + "\n"
    }

    private var statistics: StatisticsTables {
        StatisticsTables(timeline: timeline, label: label, escape: escape)
    }

    private var heading: String {
        "# Does the model look where it should? `\(escape(timeline.run))`\n\n"
            + verdict.sentences.map(escapeOutsideCode).joined(separator: "\n\n")
            + "\n\n\(timeline.epochs.count) checkpoint\(timeline.epochs.count == 1 ? "" : "s")"
            + " (epochs \(timeline.epochs.first ?? 0) to \(timeline.epochs.last ?? 0)), \(timeline.instanceCount) sequences of"
            + " \(timeline.positionCount) positions, 95 % bootstrap intervals over sequences."
    }

    private var shownSources: [Source] { timeline.sources.filter { $0.kind != .random } }

    private var lastEpochTable: String {
        var lines = [
            "## At epoch \(timeline.epochs.last ?? 0)", "",
            "| source | hypothesis | mass in mask | chance | AUROC | average precision | JS divergence (bits) |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        for source in shownSources {
            for hypothesis in timeline.hypotheses where hypothesis.sameAs == nil {
                let cell = { metric in estimate(timeline[source, metric, against: hypothesis.name]?.estimates.last) }
                lines.append(
                    "| \(label(source)) | `\(escape(hypothesis.name))` | \(cell("mass_in_mask")) |"
                        + " \(number(hypothesis.chance)) | \(cell("auroc")) | \(cell("average_precision")) |"
                        + " \(cell("js_divergence_bits")) |")
            }
        }
        return lines.joined(separator: "\n")
    }

    private var evolutionTable: String {
        let named = timeline.hypotheses.filter { $0.origin != .added && $0.sameAs == nil }
        let shown = named.isEmpty ? timeline.hypotheses : named
        let sources = shownSources.filter { $0.kind != .uniform }
        let columns = sources.flatMap { source in shown.map { (source: source, hypothesis: $0.name) } }
        var lines = [
            "## Over the epochs: mass in mask", "",
            "| epoch | \(timeline.lossName) |"
                + columns.map { " \(label($0.source)) in `\(escape($0.hypothesis))` |" }.joined(),
            "| --- | --- |" + columns.map { _ in " --- |" }.joined(),
        ]
        for (index, epoch) in timeline.epochs.enumerated() {
            let loss = timeline.loss.map { number($0[index]) } ?? ""
            let cells = columns.map { column in
                " \(estimate(timeline[column.source, "mass_in_mask", against: column.hypothesis]?.estimates[index])) |"
            }
            lines.append("| \(epoch) | \(loss) |" + cells.joined())
        }
        return lines.joined(separator: "\n")
    }

    private var figureSection: String {
        "## Figures\n\n" + figures.map { "![\($0)](figures/\($0).png)" }.joined(separator: "\n\n")
    }

    private var notes: String {
        var lines = [
            "## How to read this", "",
            "- *Mass in mask* is the share of a map's weight that lies on the positions a hypothesis marks (relevance mass"
                + " accuracy, Arras et al. 2022); *chance* is the share of positions it marks.",
            "- *AUROC* is the chance that a marked position outranks an unmarked one (0.5 = chance).",
            "- *JS divergence* compares a map with the hypothesis as a distribution, 0 (equal) to 1 bit (disjoint); the"
                + " hypothesis with the smallest is the one that fits best.",
            "- *Saliency* is the gradient's size |dy/dx|; *gradient × input* is x dy/dx, always 0 where the input is 0.",
            "- A value that is undefined for an instance (an empty mask, a constant map) is left out of the mean and counted"
                + " in metrics.csv.",
        ]
        lines.insert(contentsOf: statistics.notes, at: lines.count - 1)
        for hypothesis in timeline.hypotheses {
            guard let same = hypothesis.sameAs else { continue }
            lines.append(
                "- `\(escape(hypothesis.name))` marks the same positions as `\(escape(same))`, so its numbers are the same."
            )
        }
        if !result.assumptions.isEmpty {
            lines += ["", "The checkpoints hold no architecture. Assumed (pass `--model` to say otherwise):", ""]
            lines += result.assumptions.map { "- `\(escape($0.layer))`: \(escapeOutsideCode($0.text))" }
        }
        if !result.skipped.isEmpty {
            lines += ["", "Left out:", ""]
            lines += result.skipped.map { "- \(escapeOutsideCode($0.reason))" }
        }
        return lines.joined(separator: "\n")
    }

    private var provenanceSection: String {
        let command = provenance.commandLine.joined(separator: " ").replacing("`", with: "'")
        return """
            ## Provenance

            Fovea \(provenance.version), bootstrap with \(provenance.resamples) resamples, seed \(provenance.seed). Hashes of
            all inputs are in `summary.json`.

            ```
            \(command)
            ```
            """
    }

    private func label(_ source: Source) -> String {
        switch source.kind {
        case .gradientTimesInput: "gradient × input"
        case .attention:
            timeline.sources.filter { $0.kind == .attention }.count > 1
                ? "attention (`\(escape(source.layer ?? ""))`)" : "attention"
        default: source.kind.rawValue.replacing("_", with: " ")
        }
    }

    private func estimate(_ estimate: Estimate?) -> String {
        guard let mean = estimate?.mean else { return "–" }
        guard let interval = estimate?.interval, interval.lowerBound < interval.upperBound else { return number(mean) }
        return "\(number(mean)) (\(number(interval.lowerBound)) to \(number(interval.upperBound)))"
    }

    private func number(_ value: Double) -> String {
        value.isFinite ? String(format: abs(value) >= 10 ? "%.1f" : "%.3f", value) : "–"
    }

    /// Foreign text inside a code span: no backtick may end it, and no bar the table's cell.
    private func escape(_ text: String) -> String {
        String(
            text.map { character in
                switch character {
                case "`": "'"
                case "|": "¦"
                case _ where character.isNewline: " "
                default: character
                }
            })
    }

    /// Text with code spans of its own: markup outside them is neutralised.
    private func escapeOutsideCode(_ text: String) -> String {
        text.replacing("<", with: "&lt;").replacing("|", with: "¦")
    }
}
