import Focus
import Foundation
import Tensors

/// A map of values by epoch (upward) and position: mean weights, or what a probe reads.
struct HeatPanel: Sendable {
    var title: String
    /// What stands above the panel; the title if nil, nothing if empty.
    var heading: String?
    var axisName: String
    /// The position of the first column.
    var firstPosition: Int
    /// E×columns.
    var values: Tensor

    /// The panel of the columns around the delimiter that have instances enough behind them; nil where no delimiter is known.
    init?(aligned values: Tensor?, title: String, timeline: FocusTimeline, columns: AlignedColumns?) {
        guard let values, let columns, values.shape == [timeline.epochs.count, 2 * timeline.positionCount - 1] else {
            return nil
        }
        let cut = timeline.epochs.indices.flatMap { values[row: $0].values[columns.columns] }
        self.init(
            title: title, axisName: "position − delimiter", firstPosition: columns.offset(columns.columns.lowerBound),
            values: Tensor(shape: [timeline.epochs.count, columns.columns.count], values: Array(cut)))
    }

    init(title: String, heading: String? = nil, axisName: String, firstPosition: Int, values: Tensor) {
        self.title = title
        self.heading = heading
        self.axisName = axisName
        self.firstPosition = firstPosition
        self.values = values
    }

    /// The panel with some of its rows only.
    func rows(_ rows: [Int]) -> HeatPanel {
        HeatPanel(
            title: title, heading: heading, axisName: axisName, firstPosition: firstPosition,
            values: Tensor(shape: [rows.count, columns], values: rows.flatMap { values[row: $0].values }))
    }

    /// The panel without the columns at its left and right that hold no value at any epoch.
    var withoutEmptyMargins: HeatPanel {
        let rows = values.shape[0]
        let filled = (0..<columns).filter { column in
            (0..<rows).contains { values.values[$0 * columns + column].isFinite }
        }
        guard let first = filled.first, let last = filled.last, last > first else { return self }
        return HeatPanel(
            title: title, heading: heading, axisName: axisName, firstPosition: firstPosition + first,
            values: Tensor(
                shape: [rows, last - first + 1], values: (0..<rows).flatMap { values[row: $0].values[first...last] }))
    }

    var columns: Int { values.shape[1] }

    func writeData(_ name: String, to writer: inout ScriptWriter) {
        writer.section("\(title): one row per epoch, one column per \(axisName) from \(firstPosition).")
        var block = Datablock(name)
        for row in 0..<values.shape[0] { block.append(values[row: row].values) }
        // gnuplot draws no image of a single row.
        if values.shape[0] == 1 { block.append(values[row: 0].values) }
        writer.add(block)
    }

    /// Which parts of a panel's frame are named.
    struct Names: OptionSet {
        let rawValue: Int
        static let epochs = Names(rawValue: 1)
        static let positions = Names(rawValue: 2)
        /// The name of the axis of positions.
        static let axis = Names(rawValue: 4)
        static let all: Names = [.epochs, .positions, .axis]
    }

    /// Frame, names and ticks of the panel; the plot is the caller's.
    ///
    /// - Parameter room: By how much the heading may be wider than the panel, in inches.
    func writeFrame(
        _ box: Canvas.Box, epochs: [Int], names: Names = .all, room: Double = 0.3, to writer: inout ScriptWriter
    ) {
        writer.add(writer.canvas.margins(box))
        writer.backdrop(writer.style.faint)
        let (middle, centre) = ((box.left + box.right) / 2, (box.bottom + box.top) / 2)
        writer.label(
            TextMetrics.fitted(heading ?? title, into: box.width + room, size: FigureStyle.textSize), x: middle,
            y: box.top + 0.09,
            alignment: "center")
        if names.contains(.axis) {
            writer.label(axisName, x: middle, y: box.bottom - 0.24, alignment: "center")
        }
        if names.contains(.epochs) {
            writer.label("epoch", x: box.left - 0.4, y: centre, alignment: "center", rotated: true)
        }
        writer.add("set xrange [-0.5:\(columns - 1).5]; set yrange [-0.5:\(max(1, epochs.count) - 1).5]")
        let (across, up) = (positionTicks(box.width, writer), epochTicks(epochs, height: box.height))
        writer.ticks(
            "x", names.contains(.positions) ? across : Self.unlabelled(across), more: "scale 0.3 offset 0,0.4")
        writer.comment("Rows are epochs with a checkpoint, whatever lies between them.")
        writer.ticks("y", names.contains(.epochs) ? up : Self.unlabelled(up), more: "scale 0.3 offset 0.5,0")
    }

    /// Thin lines along both sides of the delimiter's column, if the panel is aligned to it.
    func writeDelimiter(to writer: inout ScriptWriter) {
        guard firstPosition < 0, -firstPosition < columns else { return }
        for edge in [-0.5, 0.5] {
            let x = decimal(Double(-firstPosition) + edge, places: 1)
            // White on black, to be seen on any colour.
            for (width, colour) in [(1.3, "#000000"), (0.6, "#ffffff")] {
                writer.add(
                    "set arrow from \(x), graph 0 to \(x), graph 1 nohead front linewidth \(width) linecolor rgb '\(colour)'"
                )
            }
        }
    }

    private static func unlabelled(_ ticks: String) -> String {
        ticks.split(separator: ", ").map { "'' " + ($0.split(separator: " ").last ?? "0") }.joined(separator: ", ")
    }

    private func positionTicks(_ length: Double, _ writer: ScriptWriter) -> String {
        let step = positionStep(length)
        return (0..<columns).compactMap { column in
            let position = firstPosition + column
            return position.isMultiple(of: step)
                ? writer.text("\(position < 0 ? "−" : "")\(abs(position))") + " \(column)" : nil
        }.joined(separator: ", ")
    }

    /// From one named position to the next: about 0.3 inches, on narrow panels as little as their names need.
    private func positionStep(_ length: Double) -> Int {
        if length >= 1.2 { return Int(EpochAxis.niceStep(Double(columns), count: Int(length / 0.3))) }
        let widest = TextMetrics.width(
            "\(firstPosition < 0 ? "−" : "")\(firstPosition + columns)", size: FigureStyle.tickSize)
        let needed = (widest + 0.05) * Double(columns) / length
        return (0...9).lazy.flatMap { power in [1, 2, 5].map { $0 * Int(pow(10, Double(power))) } }
            .first { Double($0) >= needed } ?? columns
    }

    /// As many epochs as there is room for, the last first, then the roundest.
    private func epochTicks(_ epochs: [Int], height: Double) -> String {
        let roundness = { (epoch: Int) -> Int in
            if epoch == 0 { return 9 }
            return [1000, 500, 200, 100, 50, 20, 10, 5].first { epoch.isMultiple(of: $0) }.map {
                $0 > 20 ? 4 : $0 > 5 ? 3 : 2
            } ?? 0
        }
        let last = epochs.count - 1
        let order = epochs.indices.sorted {
            let (first, second) = (epochs[$0], epochs[$1])
            return ($0 == last ? 10 : roundness(first), -$0) > ($1 == last ? 10 : roundness(second), -$1)
        }
        let needed = TextMetrics.lineHeight(FigureStyle.tickSize) * 1.05
        var chosen: [Int] = []
        for row in order
        where chosen.allSatisfy({ Double(abs($0 - row)) * height / Double(epochs.count) >= needed }) {
            chosen.append(row)
        }
        return chosen.sorted().map { "'\(epochs[$0])' \($0)" }.joined(separator: ", ")
    }
}
