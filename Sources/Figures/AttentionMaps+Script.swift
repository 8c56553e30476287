import Tensors

/// Where the panels, strips and the colour bar of `attention-maps` go, in inches.
struct AttentionMapsLayout {
    let canvas: Canvas
    let bar: Canvas.Box
    let maps: [Canvas.Box]
    let columns: Int
    /// The height of a mask strip, with the gap above it.
    let strip = 0.11, stripGap = 0.04
    let stripCount: Int
    /// The widest that the name of a mask may be.
    let nameWidth: Double

    init(_ figure: AttentionMaps, width: Double) {
        let count = figure.panels.count
        columns = width < 5 ? min(3, count) : min(6, count)
        let rows = (count + columns - 1) / columns
        stripCount = figure.strips.count
        let names = figure.strips.map { TextMetrics.width(GnuplotText.clean($0.words), size: FigureStyle.tickSize) }
        nameWidth = min(names.max() ?? 0, width < 5 ? 0.62 : 0.85)
        let (left, right, gap) = (max(0.42, nameWidth + 0.1), 0.62, 0.1)
        let panelWidth = (width - left - right - gap * Double(columns - 1)) / Double(columns)
        // Cells are about square, within what looks well beside the others.
        let ideal = panelWidth * Double(figure.samples) / Double(figure.positions)
        let panelHeight = min(max(ideal, 0.75 * panelWidth), 1.3 * panelWidth, 1.6)
        let below = Double(stripCount) * (strip + stripGap)
        let pitch = panelHeight + below + 0.17 + 0.22
        let legend = figure.outlines.isEmpty ? 0.0 : 0.16
        let foot = 0.2 + legend
        let height = foot + pitch * Double(rows) + 0.02
        canvas = Canvas(width: width, height: height)
        let columns = columns
        maps = (0..<count).map { index in
            let x = left + Double(index % columns) * (panelWidth + gap)
            let top = height - 0.2 - Double(index / columns) * pitch
            return Canvas.Box(left: x, right: x + panelWidth, bottom: top - panelHeight, top: top)
        }
        let lowest = maps.last?.bottom ?? foot
        bar = Canvas.Box(
            left: width - right + 0.09, right: width - right + 0.17, bottom: lowest, top: maps.first?.top ?? height)
    }

    /// The box of a mask strip below a panel.
    func stripBox(_ index: Int, below panel: Int) -> Canvas.Box {
        let map = maps[panel]
        let top = map.bottom - stripGap - Double(index) * (strip + stripGap)
        return Canvas.Box(left: map.left, right: map.right, bottom: top - strip, top: top)
    }

    /// The lower edge of everything that belongs to a panel.
    func floor(_ panel: Int) -> Double {
        stripCount == 0 ? maps[panel].bottom : stripBox(stripCount - 1, below: panel).bottom
    }
}

extension AttentionMaps {
    func writeData(to writer: inout ScriptWriter) {
        for panel in panels {
            writer.section("The maps at epoch \(panel.epoch): one row per sample, one column per position.")
            var block = Datablock("map_\(panel.epoch)")
            for sample in 0..<samples { block.append(panel.map[row: sample].values) }
            writer.add(block)
        }
        for (index, mask) in strips.enumerated() {
            writer.section("The mask \(mask.words): first and last position of each run of marked positions.")
            var block = Datablock("mask_\(index + 1)")
            for run in Self.runs(mask.rows[row: 0].values) { block.append([Double(run.lowerBound), Double(run.upperBound - 1)]) }
            if block.isEmpty { block.append([Double.nan, .nan]) }
            writer.add(block)
        }
        for (index, mask) in outlines.enumerated() {
            writer.section("The outline of the mask \(mask.words): edges of its cells, x and y of both ends.")
            var block = Datablock("outline_\(index + 1)")
            for edge in Self.edges(mask.rows) { block.append(edge) }
            if block.isEmpty { block.append([Double.nan, .nan, .nan, .nan]) }
            writer.add(block)
        }
    }

    func writePanel(_ index: Int, layout: AttentionMapsLayout, to writer: inout ScriptWriter) {
        let (style, panel, box) = (writer.style, panels[index], layout.maps[index])
        let isFirst = index % layout.columns == 0
        writer.section("Epoch \(panel.epoch).")
        writer.clearDecorations()
        writer.add(writer.canvas.margins(box))
        writer.backdrop(style.faint)
        let centre = (box.left + box.right) / 2
        writer.label(
            panel.epoch == 0 ? "untrained" : "epoch \(panel.epoch)", x: centre, y: box.top + 0.09, alignment: "center")
        writer.add("set xrange [-0.5:\(positions - 1).5]; set yrange [\(samples - 1).5:-0.5]")
        writer.add("set xtics (\(tickList(positions, length: box.width)))" + (strips.isEmpty ? " offset 0,0.4" : " format ''"))
        if !strips.isEmpty { writer.add("unset xtics") }
        if isFirst {
            writer.add("set ytics (\(tickList(samples, length: box.height))) scale 0.3 offset 0.5,0")
            writer.label(
                "sample", x: box.left - 0.27, y: (box.bottom + box.top) / 2, alignment: "center", rotated: true)
        } else {
            writer.add("unset ytics")
        }
        if index == 0 {
            writer.label(
                "\(what) weight", x: layout.bar.right + 0.33, y: (layout.bar.bottom + layout.bar.top) / 2,
                alignment: "center", rotated: true)
            writeOutlineLegend(layout: layout, to: &writer)
        } else {
            writer.add("unset colorbox")
        }
        if strips.isEmpty || layout.floor(index) <= 0 { writePositionName(index, layout: layout, to: &writer) }
        let outlinePlots = outlines.indices.flatMap { mask -> [String] in
            let data = "$outline_\(mask + 1) using 1:2:($3-$1):($4-$2) with vectors nohead"
            return [
                "\(data) linewidth 1.8 linecolor rgb '#000000'",
                "\(data) linewidth 0.9 linecolor rgb '\(Self.outlineColours[mask % 2])'",
            ]
        }
        writer.plotImage("$map_\(panel.epoch) matrix using 1:2:(shade($3))", then: outlinePlots)
        for strip in strips.indices { writeStrip(strip, below: index, layout: layout, to: &writer) }
    }

    private func writeStrip(_ strip: Int, below panel: Int, layout: AttentionMapsLayout, to writer: inout ScriptWriter) {
        let box = layout.stripBox(strip, below: panel)
        let isLast = strip == strips.count - 1
        writer.clearDecorations()
        writer.add(writer.canvas.margins(box))
        writer.add("set yrange [0:1]; unset ytics")
        if panel % layout.columns == 0 {
            let words = TextMetrics.fitted(strips[strip].words, into: layout.nameWidth + 0.02, size: FigureStyle.tickSize)
            writer.label(
                words, x: box.left - 0.05, y: (box.bottom + box.top) / 2, alignment: "right", size: FigureStyle.tickSize)
        }
        if isLast {
            writer.add("set xtics (\(tickList(positions, length: box.width))) scale 0.3 offset 0,0.4")
            writePositionName(panel, layout: layout, to: &writer)
        }
        writer.add(
            "plot $mask_\(strip + 1) using 1:(0):($1-0.5):($2+0.5):(0):(1) with boxxyerror fillstyle solid noborder "
                + "fillcolor rgb '\(writer.style.muted)'")
    }

    private func writePositionName(_ panel: Int, layout: AttentionMapsLayout, to writer: inout ScriptWriter) {
        guard panel + layout.columns >= panels.count else { return }
        let box = layout.maps[panel]
        writer.label(
            "position", x: (box.left + box.right) / 2, y: layout.floor(panel) - 0.27, alignment: "center")
    }

    private func writeOutlineLegend(layout: AttentionMapsLayout, to writer: inout ScriptWriter) {
        guard !outlines.isEmpty, let box = layout.maps.first else { return }
        let names = ["white", "orange"]
        let parts = outlines.indices.map { "\(names[$0 % 2]): \(outlines[$0].words)" }
        let text = TextMetrics.fitted(
            "outlined " + parts.joined(separator: ", "), into: writer.canvas.width - box.left - 0.1,
            size: FigureStyle.noteSize)
        writer.label(text, x: box.left, y: 0.08, size: FigureStyle.noteSize, colour: writer.style.muted)
    }

    private static let outlineColours = ["#ffffff", "#ff9d2e"]

    private func tickList(_ count: Int, length: Double) -> String {
        let step = max(1, Int(EpochAxis.niceStep(Double(count), count: max(2, Int(length / 0.22)))))
        return stride(from: 0, to: count, by: step).map { "'\($0)' \($0)" }.joined(separator: ", ")
    }

    /// The runs of marked positions of a row.
    static func runs(_ row: [Float]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for (position, value) in row.enumerated() where value > 0.5 {
            if let last = runs.last, last.upperBound == position {
                runs[runs.count - 1] = last.lowerBound..<(position + 1)
            } else {
                runs.append(position..<(position + 1))
            }
        }
        return runs
    }

    /// The edges between marked cells and others, as x and y of both ends, joined along the horizontal.
    static func edges(_ mask: Tensor) -> [[Double]] {
        let (rows, columns) = (mask.shape[0], mask.shape[1])
        let marked = { (row: Int, column: Int) in
            row >= 0 && row < rows && column >= 0 && column < columns && mask.values[row * columns + column] > 0.5
        }
        var edges: [[Double]] = []
        for row in 0...rows {
            let differs = (0..<columns).map { marked(row - 1, $0) != marked(row, $0) ? Float(1) : 0 }
            for run in runs(differs) {
                edges.append([Double(run.lowerBound) - 0.5, Double(row) - 0.5, Double(run.upperBound) - 0.5, Double(row) - 0.5])
            }
        }
        for column in 0...columns {
            let differs = (0..<rows).map { marked($0, column - 1) != marked($0, column) ? Float(1) : 0 }
            for run in runs(differs) {
                edges.append([
                    Double(column) - 0.5, Double(run.lowerBound) - 0.5, Double(column) - 0.5, Double(run.upperBound) - 0.5,
                ])
            }
        }
        return edges
    }
}
