import Files
import Focus
import Metrics

/// A comparison of runs as tables: CSV, Markdown, LaTeX, JSON.
public struct ComparisonReport: Sendable {
    let comparison: Comparison

    /// The report of a comparison.
    public init(_ comparison: Comparison) { self.comparison = comparison }

    /// Writes `compare.csv`, `compare.md` and `compare.tex` into a folder; each appears whole or not at all.
    ///
    /// - Throws: `FileError`.
    public func write(to folder: String) throws {
        for (name, text) in [("compare.csv", csv), ("compare.md", markdown), ("compare.tex", latex)] {
            try AtomicFile.write(text, to: "\(folder)/\(name)")
        }
    }

    /// The columns of the CSV.
    static let columns = [
        "level", "group", "run", "epoch", "source", "hypothesis", "metric", "mean", "sd", "ci_low", "ci_high", "n",
        "undefined", "p_sign_flip", "p_holm", "p_wilcoxon", "d_z", "cliffs_delta", "cliffs_delta_low",
        "cliffs_delta_high", "p_seeds", "cliffs_delta_seeds",
    ]

    /// The tidy table: rows of level `seed` (one run at one epoch, n instances), `group` (the mean of the runs' means, n seeds) and
    /// `difference` (two groups or runs at the last common epoch, n instances, named `first - second`). Empty cells are undefined.
    public var csv: String {
        var lines = [Self.columns.joined(separator: ",")]
        for result in comparison.results {
            for series in result.series {
                for (run, seeds) in zip(series.runs, series.seeds) {
                    lines += zip(comparison.epochs, seeds).map { epoch, estimate in
                        row("seed", series.group, run, epoch, result.metric, estimate)
                    }
                }
                lines += zip(comparison.epochs, series.means).map { epoch, estimate in
                    row("group", series.group, "", epoch, result.metric, estimate)
                }
            }
            for test in result.tests {
                let last = comparison.epochs.last ?? 0
                let group = "\(test.first) - \(test.second)"
                let more = [
                    test.signFlip?.pValue, test.adjusted, test.wilcoxon?.pValue, test.dz, test.cliffsDelta,
                    test.cliffsInterval?.lowerBound, test.cliffsInterval?.upperBound, test.seeds?.pValue,
                    test.seedsDelta,
                ]
                lines.append(row("difference", group, "", last, result.metric, test.difference, more))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(
        _ level: String, _ group: String, _ run: String, _ epoch: Int, _ metric: ComparedMetric, _ estimate: Estimate,
        _ more: [Double?] = Array(repeating: nil, count: 9)
    ) -> String {
        let numbers = [
            estimate.mean, estimate.standardDeviation, estimate.interval?.lowerBound, estimate.interval?.upperBound,
        ]
        let keys = [level, csvField(group), csvField(run), String(epoch), metric.source?.rawValue ?? ""]
        let cells =
            keys + [csvField(metric.hypothesis ?? ""), metric.metric] + numbers.map(exact)
            + [String(estimate.count), String(estimate.undefined)] + more.map(exact)
        return cells.joined(separator: ",")
    }

    private func exact(_ value: Double?) -> String { value.flatMap { $0.isFinite ? $0.description : nil } ?? "" }
}
