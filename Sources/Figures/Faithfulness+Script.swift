import Metrics

extension Faithfulness {
    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let width = style.width.inches
        let columns = width < 5 || groups.count == 1 ? 1 : 2
        let (rowHeight, head, foot) = (0.155, 0.36, 0.2)
        let heights = groups.map { head + rowHeight * Double($0.rows.count) + foot }
        // Down the first column, then the second, cut where both are about even.
        let cut = columns == 1 ? groups.count : Self.evenCut(heights)
        let tall = max(heights[..<cut].reduce(0, +), heights[cut...].reduce(0, +))
        let canvas = Canvas(width: width, height: tall + 0.2)
        let names = groups.flatMap(\.rows).map {
            TextMetrics.width(GnuplotText.clean($0.words), size: FigureStyle.tickSize)
        }
        let nameWidth = min((names.max() ?? 0) + 0.01, 1.05)
        let (gap, margin) = (0.2, 0.12)
        let each = (width - 2 * margin - gap * Double(columns - 1)) / Double(columns)
        var writer = ScriptWriter(
            name: name, about: ["\(name): tests of attention and attributions, for \(run)."], style: style,
            canvas: canvas)
        writeData(to: &writer)
        writer.add("set multiplot")
        var (top, left) = (canvas.height - 0.18, margin)
        for (index, group) in groups.enumerated() {
            if index == cut { (top, left) = (canvas.height - 0.18, margin + each + gap) }
            let box = Canvas.Box(
                left: left + nameWidth + 0.08, right: left + each, bottom: top - heights[index] + foot, top: top - head)
            writePanel(index, group, box: box, left: left, to: &writer)
            top -= heights[index]
        }
        return writer.script()
    }

    private func writeData(to writer: inout ScriptWriter) {
        for (index, group) in groups.enumerated() {
            writer.section("\(group.title), \(group.label): row, mean, lower and upper end of the interval.")
            var block = Datablock("test_\(index + 1)")
            for (row, entry) in group.rows.enumerated() {
                let mean = entry.estimate.mean ?? .nan
                let interval = entry.estimate.interval ?? mean...mean
                block.append([Double(row), mean, interval.lowerBound, interval.upperBound])
            }
            writer.add(block)
        }
    }

    private func writePanel(
        _ index: Int, _ group: Group, box: Canvas.Box, left: Double, to writer: inout ScriptWriter
    ) {
        let style = writer.style
        writer.section("\(group.title).")
        writer.clearDecorations()
        writer.add(writer.canvas.margins(box))
        writer.add("set border 1")
        let values = group.rows.flatMap { row in
            [row.estimate.mean, row.estimate.interval?.lowerBound, row.estimate.interval?.upperBound].compactMap { $0 }
        }
        let scale = ValueScale.linear(values)
        writer.add(
            "set xrange [\(ValueScale.number(scale.range.lowerBound)):\(ValueScale.number(scale.range.upperBound))]; "
                + "set yrange [\(group.rows.count - 1).6:-0.6]")
        writer.ticks(
            "x",
            spaced(scale, in: box.width).map { "\(writer.text($0.label)) \(ValueScale.number($0.at))" }
                .joined(separator: ", "),
            more: "scale 0.4 offset 0,0.4")
        writer.add("unset ytics")
        writeTitles(group, box: box, left: left, to: &writer)
        if index == 0 {
            let room = writer.canvas.width - 2 * left
            writer.label(
                TextMetrics.fitted(note, into: room, size: FigureStyle.noteSize), x: left,
                y: writer.canvas.height - 0.08, size: FigureStyle.noteSize, colour: style.muted)
        }
        if scale.range.lowerBound < 0 {
            writer.add(
                "set arrow from 0, graph 0 to 0, graph 1 nohead back linewidth 0.6 dashtype (1.5,4) "
                    + "linecolor rgb '\(style.muted)'")
        }
        let plots = group.rows.indices.map { writeRow($0, of: group, index, box: box, left: left, to: &writer) }
        writer.add("set bars 0")
        writer.add("plot " + plots.joined(separator: ", \\\n     "))
    }

    private func writeTitles(_ group: Group, box: Canvas.Box, left: Double, to writer: inout ScriptWriter) {
        let room = box.right - left
        writer.label(
            TextMetrics.fitted(group.title, into: room, size: FigureStyle.textSize), x: left, y: box.top + 0.2)
        writer.label(
            TextMetrics.fitted(group.label, into: room, size: FigureStyle.noteSize), x: left, y: box.top + 0.08,
            size: FigureStyle.noteSize, colour: writer.style.muted)
    }

    /// A row's name and base line; returns its plot.
    private func writeRow(
        _ row: Int, of group: Group, _ index: Int, box: Canvas.Box, left: Double, to writer: inout ScriptWriter
    ) -> String {
        let (style, entry) = (writer.style, group.rows[row])
        let look = entry.kind.map { LineStyle.of($0, style: style) } ?? .reference(style)
        let y = box.top - (Double(row) + 0.6) / (Double(group.rows.count) + 0.2) * box.height
        writer.label(
            TextMetrics.fitted(entry.words, into: box.left - left - 0.08, size: FigureStyle.tickSize),
            x: box.left - 0.08, y: y, alignment: "right", size: FigureStyle.tickSize)
        writer.add(
            "set arrow from graph 0, first \(row) to graph 1, first \(row) nohead back linewidth 0.4 "
                + "linecolor rgb '\(style.faint)'")
        return "$test_\(index + 1) every ::\(row)::\(row) using 2:1:3:4 with xerrorbars linewidth 1.1 "
            + "pointtype \(look.marker) pointsize marker(1.3) linecolor rgb '\(look.colour)' "
            + "title \(writer.text("\(group.title), \(entry.words)"))"
    }

    /// As many of a scale's ticks as have room side by side.
    private func spaced(_ scale: ValueScale, in length: Double) -> [(label: String, at: Double)] {
        let widest = scale.labelWidth + 0.08
        let span = scale.range.upperBound - scale.range.lowerBound
        var every = 1
        while every < scale.ticks.count, let first = scale.ticks.first, scale.ticks.count > every,
            (scale.ticks[every].at - first.at) / span * length < widest
        {
            every += 1
        }
        return scale.ticks.enumerated().filter { $0.offset.isMultiple(of: every) }.map(\.element)
    }

    private static func evenCut(_ heights: [Double]) -> Int {
        let cuts = 1...max(1, heights.count)
        return cuts.min { first, second in
            let taller = { (cut: Int) in max(heights[..<cut].reduce(0, +), heights[cut...].reduce(0, +)) }
            return (taller(first), first) < (taller(second), second)
        } ?? heights.count
    }
}
