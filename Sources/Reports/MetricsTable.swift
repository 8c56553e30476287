import Focus
import Metrics

/// The tidy table `metrics.csv`: one row per epoch × source × hypothesis × metric.
public struct MetricsTable: Sendable {
    /// The columns, in order.
    public static let columns = [
        "run", "epoch", "source", "layer", "head", "hypothesis", "metric", "mean", "sd", "ci_low", "ci_high", "median",
        "n",
        "undefined", "undefined_reason",
    ]

    private let timeline: FocusTimeline

    /// The table of a timeline.
    public init(_ timeline: FocusTimeline) { self.timeline = timeline }

    /// The table as CSV (RFC 4180 with LF line ends): `.` decimals in the shortest form that reads back to the same number; an
    /// empty cell is an undefined value.
    public var csv: String {
        var text = Self.columns.joined(separator: ",") + "\n"
        text.reserveCapacity(timeline.series.count * timeline.epochs.count * 150)
        let run = csvField(timeline.run)
        let keys = timeline.series.map(key)
        // Baselines do not change over the epochs: their numbers are spelt once.
        var spelt = [(estimate: Estimate, text: String)?](repeating: nil, count: keys.count)
        for (index, epoch) in timeline.epochs.enumerated() {
            let start = "\(run),\(epoch),"
            for (place, series) in timeline.series.enumerated() {
                let estimate = series.estimates[index]
                let numbers: String
                if let known = spelt[place], known.estimate == estimate {
                    numbers = known.text
                } else {
                    numbers = self.numbers(estimate)
                    spelt[place] = (estimate, numbers)
                }
                text += start
                text += keys[place]
                text += numbers
            }
        }
        return text
    }

    /// The cells that say which series it is, with the comma behind them.
    private func key(_ series: FocusTimeline.Series) -> String {
        let cells = [
            series.source.kind.rawValue, csvField(series.source.layer ?? ""), series.source.head.map(String.init) ?? "",
            csvField(series.hypothesis ?? ""), series.metric,
        ]
        return cells.joined(separator: ",") + ","
    }

    /// The cells of an estimate, with the line's end.
    private func numbers(_ estimate: Estimate) -> String {
        var text = ""
        for value in [
            estimate.mean, estimate.standardDeviation, estimate.interval?.lowerBound, estimate.interval?.upperBound,
            estimate.median,
        ] {
            if let value, value.isFinite { text += value.description }
            text += ","
        }
        return text + "\(estimate.count),\(estimate.undefined),\(estimate.undefinedReason?.rawValue ?? "")\n"
    }
}

/// A field as RFC 4180 wants it: quoted where it holds a comma, a quote or a line break.
func csvField(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
}
