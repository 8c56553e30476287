import Foundation
import Fovea
import Metrics

/// A timeline in a few lines of a terminal: sparklines of where the mass is, then a small table of chosen epochs.
struct TimelineSketch {
    /// One line: a quantity over the epochs.
    struct Row {
        var source: String
        var what: String
        var values: [Double?]
        /// Whether it is a share from 0 to 1; else it is drawn between its own extremes, on a logarithmic scale.
        var isShare = true
        var colour: TerminalColour?
    }

    let epochs: [Int]
    let rows: [Row]
    private let chosen: [Int]

    /// The most characters of a sparkline.
    static let sparkWidth = 40
    /// The most rows of the table.
    static let tableRows = 7

    /// The sketch; nil if the timeline has fewer than two epochs or nothing to draw.
    init?(_ timeline: FocusTimeline) {
        guard timeline.epochs.count > 1 else { return nil }
        epochs = timeline.epochs
        rows = Self.rows(timeline)
        guard rows.contains(where: \.isShare) else { return nil }
        let profile = timeline.source(.attention).flatMap { timeline.profiles[$0] }
        chosen = EpochChoice.indices(
            epochs: epochs, profile: profile?.aligned ?? profile?.absolute, count: Self.tableRows)
    }

    /// Where the mass of attention and of gradient × input is, then the loss.
    static func rows(_ timeline: FocusTimeline) -> [Row] {
        var rows: [Row] = []
        let sources: [(source: Source?, name: String, colour: TerminalColour)] = [
            (timeline.source(.attention), "attention", .cyan),
            (timeline.source(.gradientTimesInput), "gradient × input", .green),
        ]
        for (source, name, colour) in sources {
            guard let source else { continue }
            for (metric, hypothesis, what) in quantities(timeline, source) {
                guard let series = timeline[source, metric, against: hypothesis] else { continue }
                rows.append(
                    Row(source: name, what: what, values: series.estimates.map(\.mean), colour: colour))
            }
        }
        if let loss = timeline.loss {
            rows.append(Row(source: timeline.lossName, what: "(log scale)", values: loss, isShare: false))
        }
        return rows
    }

    /// The delimiter's partition, or the expected hypothesis and the one that fits best.
    private static func quantities(
        _ timeline: FocusTimeline, _ source: Source
    ) -> [(metric: String, hypothesis: String?, what: String)] {
        if timeline[source, "mass_before"] != nil {
            return [("mass_before", nil, "before"), ("mass_at", nil, "at"), ("mass_after", nil, "after")]
        }
        var names: [String] = []
        for name in [timeline.expected, timeline.ranking[source]?.last?.first?.hypothesis] {
            if let name, name != "uniform", !names.contains(name) { names.append(name) }
        }
        return names.map { ("mass_in_mask", $0, printable($0, limit: 24)) }
    }

    /// The lines, coloured or not.
    func text(isColoured: Bool) -> String {
        (sparklines(isColoured) + [""] + table).joined(separator: "\n")
    }

    /// One line for each row.
    func sparklines(_ isColoured: Bool) -> [String] {
        let sourceWidth = rows.map(\.source.count).max() ?? 0
        let whatWidth = rows.map(\.what.count).max() ?? 0
        return rows.map { row in
            let spark = Self.spark(Self.thinned(row.values), isShare: row.isShare)
            let last = row.values.last.flatMap { $0 }.map(Self.number) ?? "–"
            return padded(row.source, sourceWidth) + "  " + padded(row.what, whatWidth) + "  "
                + (isColoured ? row.colour?.painted(spark) ?? spark : spark) + "  " + last
        }
    }

    private var table: [String] {
        let shown = rows.sorted { !$0.isShare && $1.isShare }
        let header =
            ["epoch"]
            + shown.map { $0.isShare ? "\(Self.short($0.source)) \($0.what)" : $0.source }
        return TextTable(
            header: header,
            rows: chosen.map { index in
                ["\(epochs[index])"] + shown.map { $0.values[index].map(Self.number) ?? "" }
            }
        ).lines
    }

    private static func short(_ source: String) -> String { source == "gradient × input" ? "g×i" : "att" }

    /// One character for each value: shares between 0 and 1, others between their extremes by their logarithm.
    static func spark(_ values: [Double?], isShare: Bool) -> String {
        let levels = Array("▁▂▃▄▅▆▇█")
        let scaled = values.map { value -> Double? in
            guard let value, value.isFinite else { return nil }
            return isShare ? value : value > 0 ? log(value) : nil
        }
        let known = scaled.compactMap { $0 }
        let (low, high) = isShare ? (0, 1) : (known.min() ?? 0, known.max() ?? 1)
        return String(
            scaled.map { value in
                guard let value else { return " " }
                let share = high > low ? (value - low) / (high - low) : 0.5
                return levels[min(levels.count - 1, max(0, Int(share * Double(levels.count))))]
            })
    }

    /// At most `sparkWidth` values, the first and the last among them.
    static func thinned(_ values: [Double?]) -> [Double?] {
        guard values.count > sparkWidth else { return values }
        return (0..<sparkWidth).map { values[$0 * (values.count - 1) / (sparkWidth - 1)] }
    }

    static func number(_ value: Double) -> String {
        String(format: abs(value) >= 100 ? "%.0f" : abs(value) >= 10 ? "%.1f" : "%.3f", value)
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

/// Colours of a terminal.
enum TerminalColour: Int {
    case green = 32
    case cyan = 36

    func painted(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }

    /// Whether standard output is a terminal that shows colours and its user wants them (no-color.org).
    static var isAllowed: Bool { isAllowed(on: 1) }

    /// The same of standard error.
    static var isAllowedOnErrors: Bool { isAllowed(on: 2) }

    private static func isAllowed(on descriptor: Int32) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(descriptor) == 1 && environment["TERM"] != "dumb" && (environment["NO_COLOR"] ?? "").isEmpty
    }
}
