import Focus
import Tensors

/// `position-evolution`: the mean attention by position over the epochs, as it stands and aligned to the delimiter.
public struct PositionEvolution: Figure {
    struct Panel: Sendable {
        var title: String
        var axisName: String
        /// The position of the first column.
        var firstPosition: Int
        /// E×columns.
        var means: Tensor
    }

    /// `position-evolution`.
    public let name = "position-evolution"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .double }
    let run: String
    let epochs: [Int]
    let panels: [Panel]
    let positions: Int
    let what: String
    let note: String

    /// The figure; nil if the timeline holds no mean attention.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        guard let attention = timeline.drawnAttention(options), let profile = timeline.profiles[attention],
            !timeline.epochs.isEmpty, profile.absolute.shape == [timeline.epochs.count, timeline.positionCount],
            timeline.positionCount > 1
        else { return nil }
        run = timeline.run
        epochs = timeline.epochs
        positions = timeline.positionCount
        what = timeline.words(attention)
        var panels = [Panel(title: "by position", axisName: "position", firstPosition: 0, means: profile.absolute)]
        var note = "mean of n = \(timeline.instanceCount)"
        if let aligned = profile.aligned, aligned.shape == [epochs.count, 2 * positions - 1],
            let columns = AlignedColumns(
                counts: timeline.alignedCounts, positions: positions, instances: timeline.instanceCount)
        {
            let values = epochs.indices.flatMap { aligned[row: $0].values[columns.columns] }
            panels.append(
                Panel(
                    title: "aligned to the delimiter", axisName: "position − delimiter",
                    firstPosition: columns.offset(columns.columns.lowerBound),
                    means: Tensor(shape: [epochs.count, columns.columns.count], values: Array(values))))
            if columns.leavesOut { note += "; aligned columns with n ≥ \(columns.leastCount)" }
        }
        self.panels = panels
        self.note = note
    }

    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let width = style.width.inches
        let isStacked = width < 5 && panels.count > 1
        let panelHeight = min(isStacked ? 1.5 : 2.1, max(1.15, 0.075 * Double(epochs.count)))
        let pitch = panelHeight + 0.57
        let height = (isStacked ? pitch * 2 : pitch) + 0.12
        let canvas = Canvas(width: width, height: height)
        let (left, right) = (0.5, 0.66)
        let count = isStacked ? 1 : panels.count
        let panelWidth = (width - left - right - 0.45 * Double(count - 1)) / Double(count)
        let boxes = panels.indices.map { index in
            let x = left + (isStacked ? 0 : Double(index) * (panelWidth + 0.45))
            let top = height - 0.34 - (isStacked ? Double(index) * pitch : 0)
            return Canvas.Box(left: x, right: x + panelWidth, bottom: top - panelHeight, top: top)
        }
        let lowest = boxes.map(\.bottom).min() ?? 0
        let bar = Canvas.Box(
            left: width - right + 0.1, right: width - right + 0.18, bottom: lowest, top: boxes[0].top)
        var writer = ScriptWriter(
            name: name, about: ["\(name): the mean \(what) by position over the epochs of \(run)."], style: style,
            canvas: canvas)
        for (index, panel) in panels.enumerated() {
            writer.section(
                "\(panel.title): one row per epoch, one column per \(panel.axisName) from \(panel.firstPosition).")
            var block = Datablock("means_\(index + 1)")
            for row in epochs.indices { block.append(panel.means[row: row].values) }
            // gnuplot draws no image of a single row.
            if epochs.count == 1 { block.append(panel.means[row: 0].values) }
            writer.add(block)
        }
        let scale = ColourScale(panels.flatMap(\.means.values), positions: positions)
        writer.section("One colour scale for both maps, in proportion to the square root of the weight.")
        writer.add(ColourScale.function)
        writer.add(scale.commands(writer, bar: bar))
        writer.add("set border 15")
        writer.add("set multiplot")
        for index in panels.indices { writePanel(index, box: boxes[index], bar: bar, to: &writer) }
        return writer.script()
    }

    private func writePanel(_ index: Int, box: Canvas.Box, bar: Canvas.Box, to writer: inout ScriptWriter) {
        let panel = panels[index]
        writer.section(panel.title + ".")
        writer.clearDecorations()
        writer.add(writer.canvas.margins(box))
        writer.backdrop(writer.style.faint)
        let (middle, centre) = ((box.left + box.right) / 2, (box.bottom + box.top) / 2)
        writer.label(panel.title, x: middle, y: box.top + 0.09, alignment: "center")
        writer.label(panel.axisName, x: middle, y: box.bottom - 0.24, alignment: "center")
        if index == 0 || box.left < 0.6 {
            writer.label("epoch", x: 0.1, y: centre, alignment: "center", rotated: true)
        }
        let columns = panel.means.shape[1]
        writer.add("set xrange [-0.5:\(columns - 1).5]; set yrange [-0.5:\(max(1, epochs.count) - 1).5]")
        writer.ticks("x", positionTicks(panel, length: box.width, writer: writer), more: "scale 0.3 offset 0,0.4")
        writer.comment("Rows are epochs with a checkpoint, whatever lies between them.")
        writer.ticks("y", epochTicks(height: box.height), more: "scale 0.3 offset 0.5,0")
        if index == 0 {
            writer.barName("mean \(what) weight", bar: bar)
            writer.label(
                note, x: box.left, y: writer.canvas.height - 0.08, size: FigureStyle.noteSize,
                colour: writer.style.muted)
        } else {
            writer.add("unset colorbox")
        }
        writer.plotImage("$means_\(index + 1) matrix using 1:2:(shade($3))")
    }

    private func positionTicks(_ panel: Panel, length: Double, writer: ScriptWriter) -> String {
        let columns = panel.means.shape[1]
        let step = Int(EpochAxis.niceStep(Double(columns), count: max(2, Int(length / 0.3))))
        return (0..<columns).compactMap { column in
            let position = panel.firstPosition + column
            return position.isMultiple(of: step)
                ? writer.text("\(position < 0 ? "−" : "")\(abs(position))") + " \(column)" : nil
        }.joined(separator: ", ")
    }

    /// As many epochs as there is room for, the last first, then the roundest.
    private func epochTicks(height: Double) -> String {
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
