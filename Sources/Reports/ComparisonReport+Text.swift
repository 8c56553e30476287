import Focus
import Foundation
import Metrics

extension ComparisonReport {
    /// The group's table as text: one row per metric and group.
    public var groupTable: (header: [String], rows: [[String]]) {
        let last = comparison.epochs.count - 1
        let rows = comparison.results.flatMap { result in
            result.series.map { series in
                let estimate = series.means[last]
                let seeds = zip(series.runs, series.seeds).map { run, seeds in
                    "\(run) \(rounded(seeds[last].mean))"
                }
                return [
                    name(result.metric), series.group, rounded(estimate.mean), rounded(estimate.interval?.lowerBound),
                    rounded(estimate.interval?.upperBound), String(estimate.count), seeds.joined(separator: ", "),
                ]
            }
        }
        return (["metric", "group", "mean", "95 % CI from", "to", "seeds", "each seed"], rows)
    }

    /// The tests' table as text: one row per metric and pair of groups.
    public var testTable: (header: [String], rows: [[String]]) {
        let rows = comparison.results.flatMap { result in
            result.tests.map { test in
                [
                    name(result.metric), "\(test.first) - \(test.second)", rounded(test.difference.mean),
                    rounded(test.difference.interval?.lowerBound), rounded(test.difference.interval?.upperBound),
                    String(test.instances), probability(test.signFlip?.pValue), probability(test.adjusted),
                    probability(test.wilcoxon?.pValue), rounded(test.dz), rounded(test.cliffsDelta),
                    rounded(test.cliffsInterval?.lowerBound), rounded(test.cliffsInterval?.upperBound),
                    probability(test.seeds?.pValue),
                ]
            }
        }
        return (
            [
                "metric", "difference", "mean", "95 % CI from", "to", "n", "p", "p Holm", "p Wilcoxon", "d_z",
                "Cliff's delta", "CI from", "to", "p seeds",
            ], rows
        )
    }

    /// What the tables say, in a few lines.
    public var notes: [String] {
        let last = comparison.epochs.last ?? 0
        var notes = [
            "At epoch \(last), the last that all runs have. A group's mean is that of its runs' (seeds') means, with a t interval over "
                + "seeds (from \(Comparison.fewSeeds) seeds on a percentile bootstrap over them); instances of several seeds are never pooled."
        ]
        if comparison.results.contains(where: { !$0.tests.isEmpty }) {
            notes.append(
                "Differences are taken instance by instance on the same probe set, each instance averaged over the seeds of its group: "
                    + "mean with a bootstrap interval over instances, sign-flip permutation test (p; p Holm is adjusted over all rows), "
                    + "Wilcoxon's signed-rank test, d_z, and Cliff's delta with a bootstrap interval. They speak of these trained models; "
                    + "`p seeds` (permutation of the seeds' means among the groups) speaks of the training.")
        }
        if comparison.results.contains(where: { $0.series.contains { $0.means.last?.count == 1 } }) {
            notes.append("A group of one seed has no interval: what another seed would give is unknown.")
        }
        if !comparison.leftOut.isEmpty {
            notes.append("Left out, since not all runs have them: \(comparison.leftOut.joined(separator: ", ")).")
        }
        return notes
    }

    /// The comparison as Markdown.
    public var markdown: String {
        var text = "# Comparison of \(comparison.groups.flatMap(\.runs).count) runs\n\n"
        text += notes.map(plain).joined(separator: "\n\n") + "\n\n" + markdownTable(groupTable)
        let tests = testTable
        if !tests.rows.isEmpty { text += "\n## Differences\n\n" + markdownTable(tests) }
        let runs = comparison.groups.flatMap { group in group.runs.map { "- \(plain(group.name)): `\(code($0.path))`" }
        }
        return text + "\n## Runs\n\n" + runs.joined(separator: "\n") + "\n"
    }

    private func markdownTable(_ table: (header: [String], rows: [[String]])) -> String {
        let lines =
            [table.header, table.header.map { _ in "---" }] + table.rows.map { $0.map { $0.isEmpty ? "–" : $0 } }
        return lines.map { "| " + $0.map(plain).joined(separator: " | ") + " |" }.joined(separator: "\n") + "\n"
    }

    private func plain(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 }).replacing("|", with: "¦").replacing("<", with: "&lt;")
            .replacing("_", with: "\\_").replacing("*", with: "\\*")
    }

    private func code(_ text: String) -> String { text.replacing("`", with: "'").replacing("\n", with: " ") }

    /// The comparison as a LaTeX table in the style of booktabs: one row per metric, one column per group, and the difference if there
    /// are two.
    public var latex: String {
        let groups = comparison.results.first?.series.map(\.group) ?? []
        let hasDifference = comparison.results.contains { $0.tests.count == 1 }
        let last = comparison.epochs.count - 1
        var header = ["metric"] + groups.map(escaped)
        if hasDifference { header += ["difference", "$p$ (Holm)", "Cliff's $\\delta$"] }
        let rows = comparison.results.map { result in
            var cells = [escaped(name(result.metric))] + result.series.map { latex($0.means[last]) }
            if hasDifference, let test = result.tests.first {
                cells += [latex(test.difference), latexProbability(test.adjusted), number(test.cliffsDelta)]
            } else if hasDifference {
                cells += ["", "", ""]
            }
            return cells.joined(separator: " & ") + " \\\\"
        }
        let seeds =
            groups.isEmpty ? "" : comparison.groups.map { "\($0.name): \($0.runs.count)" }.joined(separator: ", ")
        return """
            % Made by fovea compare. Needs \\usepackage{booktabs}.
            % Epoch \(comparison.epochs.last ?? 0); mean over seeds with 95 % interval; seeds: \(comment(seeds)).
            \\begin{tabular}{l\(String(repeating: "r", count: header.count - 1))}
            \\toprule
            \(header.joined(separator: " & ")) \\\\
            \\midrule
            \(rows.joined(separator: "\n"))
            \\bottomrule
            \\end{tabular}

            """
    }

    private func latex(_ estimate: Estimate) -> String {
        guard let interval = estimate.interval else { return number(estimate.mean) }
        return "\(number(estimate.mean)) [\(number(interval.lowerBound)), \(number(interval.upperBound))]"
    }

    private func number(_ value: Double?) -> String {
        let text = rounded(value)
        if text.isEmpty { return "--" }
        guard let exponent = text.firstIndex(of: "e") else { return "$\(text)$" }
        let power = Int(text[text.index(after: exponent)...]) ?? 0
        return "$\(text[..<exponent]) \\times 10^{\(power)}$"
    }

    private func latexProbability(_ value: Double?) -> String {
        guard let value else { return "--" }
        return value < 0.001 ? "$<0.001$" : "$\(String(format: "%.3f", value))$"
    }

    private func comment(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }

    private func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "\\": "\\textbackslash{}"
            case "_", "&", "%", "$", "#", "{", "}": "\\\(character)"
            case "~": "\\textasciitilde{}"
            case "^": "\\textasciicircum{}"
            case _ where character.isNewline: " "
            default: String(character)
            }
        }.joined()
    }

    // MARK: Numbers and names for reading

    /// The metric with its source where that is not the attention: `auroc in before`, `saliency: mass_in_mask in before`, `loss (mse)`.
    private func name(_ metric: ComparedMetric) -> String {
        guard let source = metric.source else { return "loss (\(comparison.lossName))" }
        return (source == .attention ? "" : source.rawValue + ": ") + metric.metric
            + (metric.hypothesis.map { " in \($0)" } ?? "")
    }

    private func rounded(_ value: Double?) -> String { value.map { String(format: "%.4g", $0) } ?? "" }

    private func probability(_ value: Double?) -> String { value.map { String(format: "%.2g", $0) } ?? "" }
}
