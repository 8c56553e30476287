import Focus
import Metrics

/// The tidy table `metrics.csv`: one row per epoch × source × hypothesis × metric.
public struct MetricsTable: Sendable {
    /// The columns, in order.
    public static let columns = [
        "run", "epoch", "source", "layer", "head", "hypothesis", "metric", "mean", "sd", "ci_low", "ci_high", "median", "n",
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
        for (index, epoch) in timeline.epochs.enumerated() {
            let start = "\(run),\(epoch),"
            for series in timeline.series {
                let estimate = series.estimates[index]
                text += start
                text += series.source.kind.rawValue
                text += ","
                text += csvField(series.source.layer ?? "")
                text += ","
                text += series.source.head.map(String.init) ?? ""
                text += ","
                text += csvField(series.hypothesis ?? "")
                text += ","
                text += series.metric
                for value in [
                    estimate.mean, estimate.standardDeviation, estimate.interval?.lowerBound,
                    estimate.interval?.upperBound, estimate.median,
                ] {
                    text += ","
                    if let value, value.isFinite { text += value.description }
                }
                text += ",\(estimate.count),\(estimate.undefined),"
                text += estimate.undefinedReason?.rawValue ?? ""
                text += "\n"
            }
        }
        return text
    }
}

/// A field as RFC 4180 wants it: quoted where it holds a comma, a quote or a line break.
func csvField(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
}
