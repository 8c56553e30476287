import Metrics

extension ComparisonFigure {
    /// One block per panel and group: epoch, mean, the interval's ends, then each seed. Epoch 0 of a logarithmic axis stands at its
    /// place left of the axis' break.
    func writeData(to writer: inout ScriptWriter) {
        let axis = EpochAxis(epochs)
        for (place, panel) in panels.enumerated() {
            for (index, group) in panel.groups.enumerated() {
                writer.section(
                    "\(panel.title), \(group.name): epoch, mean, lower and upper end of the interval, each seed.")
                var main = Datablock("panel_\(place + 1)_\(index + 1)")
                var start = Datablock("start_\(place + 1)_\(index + 1)")
                for (row, epoch) in epochs.enumerated() {
                    let estimate = group.means[row]
                    let mean = estimate.mean ?? .nan
                    let numbers =
                        [mean, estimate.interval?.lowerBound ?? mean, estimate.interval?.upperBound ?? mean]
                        + group.seeds.map { $0[row] }
                    if let zero = axis.zero, epoch <= 0 {
                        start.append([zero] + numbers)
                    } else {
                        main.append([Double(epoch)] + numbers)
                    }
                }
                writer.add(main)
                if axis.zero != nil { writer.add(start) }
            }
        }
    }

    func writePanel(_ place: Int, _ box: Canvas.Box, _ axis: EpochAxis, to writer: inout ScriptWriter, isLowest: Bool) {
        let (panel, style) = (panels[place], writer.style)
        writer.section("\(panel.title).")
        writer.clearDecorations()
        writer.add(writer.canvas.margins(box))
        writer.add("set border 3")
        writer.add(axis.commands(length: box.width))
        let step = Self.niceStep((panel.range.upperBound - panel.range.lowerBound) / 4)
        let (low, high) = (significant(panel.range.lowerBound), significant(panel.range.upperBound))
        writer.add("set yrange [\(low):\(high)]; set ytics \(significant(step)) format '%g'")
        writer.add("set grid ytics back linetype 1 linewidth 0.5 linecolor rgb '\(style.faint)'")
        writer.label(
            TextMetrics.fitted(panel.title, into: box.width, size: FigureStyle.textSize), x: box.left, y: box.top + 0.09
        )
        if isLowest {
            writer.label("epoch", x: (box.left + box.right) / 2, y: box.bottom - 0.27, alignment: "center")
        }
        if place == 0 { writeLegend(to: &writer) }
        writePlot(place, panel, axis, to: &writer)
    }

    private func writeLegend(to writer: inout ScriptWriter) {
        writer.comment("The groups.")
        for (row, entries) in legendRows(writer.canvas.width).enumerated() {
            let y = writer.canvas.height - 0.11 - 0.14 * Double(row)
            var x = 0.1
            for (index, text) in entries {
                let look = LineStyle.series(index, theme: writer.style.theme)
                writer.add(
                    "set arrow from \(writer.canvas.at(x, y)) to \(writer.canvas.at(x + 0.22, y)) nohead linewidth 1.2 "
                        + "dashtype \(look.dash) linecolor rgb '\(look.colour)'")
                writer.label(text, x: x + 0.27, y: y, colour: look.colour)
                x += TextMetrics.width(text, size: FigureStyle.textSize) + 0.45
            }
        }
        let note = "thin: seeds; bold: their mean; band: 95 % interval over seeds"
        let width = TextMetrics.width(note, size: FigureStyle.noteSize)
        let used = legendRows(writer.canvas.width).first?.reduce(0.1) {
            $0 + TextMetrics.width($1.text, size: FigureStyle.textSize) + 0.45
        }
        guard let used, used + width + 0.1 < writer.canvas.width else { return }
        writer.label(
            note, x: writer.canvas.width - 0.06, y: writer.canvas.height - 0.11, alignment: "right",
            size: FigureStyle.noteSize, colour: writer.style.muted)
    }

    private func writePlot(_ place: Int, _ panel: Panel, _ axis: EpochAxis, to writer: inout ScriptWriter) {
        let looks = panel.groups.indices.map { LineStyle.series($0, theme: writer.style.theme) }
        var parts: [String] = []
        for (index, group) in panel.groups.enumerated() where group.means.contains(where: { $0.interval != nil }) {
            parts.append(
                "$panel_\(place + 1)_\(index + 1) using 1:3:4 with filledcurves fillcolor rgb '\(looks[index].colour)' "
                    + "fillstyle transparent solid 0.18 noborder")
        }
        for (index, group) in panel.groups.enumerated() where group.seeds.count > 1 {
            for seed in group.seeds.indices {
                parts.append(
                    "$panel_\(place + 1)_\(index + 1) using 1:\(5 + seed) with lines linewidth 0.4 linecolor rgb '\(looks[index].colour)'"
                )
            }
        }
        for index in panel.groups.indices {
            let look = looks[index]
            let style = epochs.count <= 12 ? "linespoints pointtype \(look.marker) pointsize marker(0.9)" : "lines"
            parts.append(
                "$panel_\(place + 1)_\(index + 1) using 1:2 with \(style) linewidth 1.2 dashtype \(look.dash) linecolor rgb "
                    + "'\(look.colour)'")
            if axis.zero != nil {
                parts.append(
                    "$start_\(place + 1)_\(index + 1) using 1:2:3:4 with yerrorbars linewidth 0.8 pointtype \(look.marker) "
                        + "pointsize marker(0.9) linecolor rgb '\(look.colour)'")
            }
        }
        writer.add("set bars 0")
        writer.add("plot " + parts.joined(separator: ", \\\n     "))
    }

    /// A number of an axis, in the shortest form without the noise of its last digits.
    private func significant(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return "0" }
        var power = 1.0
        while abs(value) * power < 1e5 { power *= 10 }
        let text = "\((value * power).rounded() / power)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
