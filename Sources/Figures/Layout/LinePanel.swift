import Metrics

/// Lines over epochs in a box: bands, lines, epoch 0 apart on a logarithmic axis, levels, and names at the right ends.
struct LinePanel {
    struct Line: Sendable {
        /// The parts of the name, which stand on one line if they fit, else on two.
        var labelLines: [String]
        var estimates: [Estimate]
        var look: LineStyle
        /// A thin line has no band.
        var isThin = false
    }

    /// A value for comparison that does not change over the epochs.
    struct Level: Sendable {
        var label: String
        var level: Double
    }

    /// What the names of its datablocks begin with.
    var prefix = ""
    var epochs: [Int]
    var lines: [Line]
    var levels: [Level] = []
    var axis: EpochAxis
    var scale: ValueScale
    var box: Canvas.Box

    /// One block per line: epoch, mean, and the ends of its interval. Epoch 0 of a logarithmic axis has its own.
    func writeData(to writer: inout ScriptWriter) {
        for (index, line) in lines.enumerated() {
            writer.section(
                line.labelLines.joined(separator: ", ") + ": epoch, mean, lower and upper end of the interval.")
            var main = Datablock("\(prefix)line_\(index + 1)")
            var start = Datablock("\(prefix)start_\(index + 1)")
            for (epoch, estimate) in zip(epochs, line.estimates) {
                let mean = estimate.mean ?? .nan
                let row = [mean, estimate.interval?.lowerBound ?? mean, estimate.interval?.upperBound ?? mean]
                if let zero = axis.zero, epoch <= 0 {
                    start.append([zero] + row)
                } else {
                    main.append([Double(epoch)] + row)
                }
            }
            if main.isEmpty { main.append([Double](repeating: .nan, count: 4)) }
            writer.add(main)
            if axis.zero != nil {
                writer.comment("Epoch 0 has no place on a logarithmic axis; it is drawn apart, at the left.")
                writer.add(start)
            }
        }
    }

    /// The box, the axes, the grid, and the name of the vertical axis; the epochs' name only where asked for.
    func writeFrame(_ name: String, namesEpochs: Bool = true, to writer: inout ScriptWriter) {
        let style = writer.style
        writer.add(writer.canvas.margins(box))
        writer.add("set border 3")
        writer.add(axis.commands(length: box.width, hasLabels: namesEpochs))
        scale.write(to: &writer)
        writer.add("set grid ytics back linetype 1 linewidth 0.5 linecolor rgb '\(style.faint)'")
        if namesEpochs {
            writer.label("epoch", x: (box.left + box.right) / 2, y: box.bottom - 0.28, alignment: "center")
        }
        let middle = (box.bottom + box.top) / 2
        writer.label(
            TextMetrics.fitted(name, into: box.height + 0.35, size: FigureStyle.textSize), x: 0.09, y: middle,
            alignment: "center", rotated: true)
    }

    /// The levels, and the break of the axis after epoch 0.
    func writeMarks(to writer: inout ScriptWriter) {
        let style = writer.style
        for level in levels {
            writer.comment(level.label)
            let value = ValueScale.number(level.level)
            writer.add(
                "set arrow from graph 0, first \(value) to graph 1, first \(value) nohead back linewidth 0.6 "
                    + "dashtype (1.5,4) linecolor rgb '\(style.muted)'")
        }
        writer.axisBreak(axis, epochs: epochs, box: box)
    }

    /// The widest name, on one line.
    var widestLabel: Double {
        let texts = lines.map { $0.labelLines.joined(separator: ", ") } + levels.map(\.label)
        return texts.map { TextMetrics.width(GnuplotText.clean($0), size: FigureStyle.textSize) }.max() ?? 0
    }

    /// The names of the lines at their right ends.
    func writeEndLabels(width: Double, to writer: inout ScriptWriter) {
        let style = writer.style
        let height = { (value: Double) in box.bottom + scale.fraction(value) * box.height }
        var labels = lines.compactMap { line -> LabelStack.Label? in
            guard let end = line.estimates.compactMap(\.mean).last else { return nil }
            return LabelStack.Label(
                lines: TextMetrics.wrapped(line.labelLines, into: width, size: FigureStyle.textSize),
                size: FigureStyle.textSize, colour: line.look.colour, wish: height(end))
        }
        labels += levels.map { level in
            LabelStack.Label(
                lines: TextMetrics.wrapped(
                    level.label.split(separator: ", ", maxSplits: 1).map(String.init), into: width, size: 7),
                size: 7, colour: style.muted, wish: height(level.level))
        }
        writer.section("The names of the lines, at their right ends; moved apart where they would overlap.")
        writer.endLabels(labels, box: box)
    }

    func writePlot(to writer: inout ScriptWriter) {
        writer.section("The bands, then the lines.")
        var parts: [String] = []
        let inside = { (column: Int) in
            scale.isLogarithmic
                ? "($\(column) > \(ValueScale.number(scale.range.lowerBound)) ? $\(column) : "
                    + "\(ValueScale.number(scale.range.lowerBound)))" : "\(column)"
        }
        for (index, line) in lines.enumerated() where hasInterval(line) && !line.isThin {
            parts.append(
                "$\(prefix)line_\(index + 1) using 1:\(inside(3)):4 with filledcurves fillcolor rgb '\(line.look.colour)' "
                    + "fillstyle transparent solid 0.18 noborder \(title(line, ": 95 % CI", writer))")
        }
        for (index, line) in lines.enumerated() {
            let (look, width) = (line.look, line.isThin ? "0.9" : "1.2")
            let pen =
                "linewidth \(width) dashtype \(look.dash) linecolor rgb '\(look.colour)' \(title(line, "", writer))"
            if epochs.count <= 12 {
                parts.append(
                    "$\(prefix)line_\(index + 1) using 1:2 with linespoints pointtype \(look.marker) pointsize marker(1.2) \(pen)"
                )
            } else {
                parts.append("$\(prefix)line_\(index + 1) using 1:2 with lines \(pen)")
            }
            if axis.zero != nil {
                let solid =
                    "linewidth 0.8 pointtype \(look.marker) pointsize marker(1.2) linecolor rgb '\(look.colour)' "
                    + title(line, "", writer)
                parts.append("$\(prefix)start_\(index + 1) using 1:2:\(inside(3)):4 with yerrorbars \(solid)")
            }
        }
        writer.add("set bars 0")
        writer.add("plot " + parts.joined(separator: ", \\\n     "))
    }

    /// The plot's title, which an SVG shows as a tooltip.
    private func title(_ line: Line, _ more: String, _ writer: ScriptWriter) -> String {
        "title \(writer.text(line.labelLines.joined(separator: ", ") + more))"
    }

    private func hasInterval(_ line: Line) -> Bool { line.estimates.contains { $0.interval != nil } }

    /// The values and ends of intervals of lines, for a scale that holds them.
    static func values(_ lines: [Line]) -> [Double] {
        lines.flatMap(\.estimates).flatMap { estimate in
            [estimate.mean, estimate.interval?.lowerBound, estimate.interval?.upperBound].compactMap { $0 }
        }
    }
}
