import Metrics

extension FocusEvolution {
    /// One block per line: epoch, mean, and the ends of its interval. Epoch 0 of a logarithmic axis has its own.
    func writeData(to writer: inout ScriptWriter, axis: EpochAxis) {
        for (index, line) in lines.enumerated() {
            writer.section(
                line.labelLines.joined(separator: ", ") + ": epoch, mean, lower and upper end of the interval.")
            var main = Datablock("line_\(index + 1)")
            var start = Datablock("start_\(index + 1)")
            for (epoch, estimate) in zip(epochs, line.estimates) {
                let mean = estimate.mean ?? .nan
                let row = [mean, estimate.interval?.lowerBound ?? mean, estimate.interval?.upperBound ?? mean]
                if let zero = axis.zero, epoch <= 0 {
                    start.append([zero] + row)
                } else {
                    main.append([Double(epoch)] + row)
                }
            }
            writer.add(main)
            if axis.zero != nil {
                writer.comment("Epoch 0 has no place on a logarithmic axis; it is drawn apart, at the left.")
                writer.add(start)
            }
        }
    }

    /// Chance levels, the onset, the break of the axis after epoch 0.
    func writeMarks(to writer: inout ScriptWriter, axis: EpochAxis, box: Canvas.Box) {
        let style = writer.style
        for chance in chances {
            writer.comment(chance.label)
            let level = decimal(chance.level, places: 5)
            writer.add(
                "set arrow from graph 0, first \(level) to graph 1, first \(level) nohead back linewidth 0.6 "
                    + "dashtype (1.5,4) linecolor rgb '\(style.muted)'")
        }
        if let onset {
            let position = decimal(axis.position(onset), places: 4)
            writer.section("The onset.")
            writer.add(
                "set arrow from \(position), graph 0 to \(position), graph 1 nohead back linewidth 0.6 "
                    + "dashtype (4,3) linecolor rgb '\(style.muted)'")
            let along = axis.fraction(axis.position(onset))
            let isLate = along > 0.75
            writer.label(
                "onset: epoch \(onset)", x: box.left + along * box.width + (isLate ? -0.03 : 0.03), y: box.top - 0.06,
                alignment: isLate ? "right" : "left", size: FigureStyle.noteSize, colour: style.muted)
        }
        if let zero = axis.zero {
            let gap = (axis.fraction(zero) + 1.6 * axis.fraction(axis.position(firstPositive))) / 2.6
            let (left, right) = (decimal(gap - 0.008, places: 4), decimal(gap + 0.008, places: 4))
            writer.section("The axis is broken between epoch 0 and the first on the logarithmic scale.")
            writer.add(
                "set arrow from graph \(left),0 to graph \(right),0 nohead front linewidth 2 linecolor rgb '\(style.background)'"
            )
            for edge in [gap - 0.008, gap + 0.008] {
                let (from, to) = (decimal(edge - 0.005, places: 4), decimal(edge + 0.005, places: 4))
                writer.add(
                    "set arrow from graph \(from),-0.018 to graph \(to),0.018 nohead front linewidth 0.5 "
                        + "linecolor rgb '\(style.foreground)'")
            }
        }
    }

    /// The names of the lines at their right ends.
    func writeEndLabels(to writer: inout ScriptWriter, axis: EpochAxis, box: Canvas.Box, width: Double) {
        let style = writer.style
        let height = { (value: Double) in box.bottom + min(1, max(0, value)) * box.height }
        var labels = lines.compactMap { line -> LabelStack.Label? in
            guard let end = line.estimates.compactMap(\.mean).last else { return nil }
            return LabelStack.Label(
                lines: wrapped(line.labelLines, into: width, size: FigureStyle.textSize), size: FigureStyle.textSize,
                colour: LineStyle.series(line.look, theme: style.theme).colour, wish: height(end))
        }
        labels += chances.map { chance in
            LabelStack.Label(
                lines: wrapped(
                    chance.label.split(separator: ", ", maxSplits: 1).map(String.init), into: width, size: 7),
                size: 7, colour: style.muted, wish: height(chance.level))
        }
        writer.section("The names of the lines, at their right ends; moved apart where they would overlap.")
        let placed = LabelStack.place(labels, bottom: box.bottom - 0.12, top: box.top + 0.1)
        for (label, centre) in placed {
            if abs(centre - label.wish) > 0.06 {
                let from = writer.canvas.at(box.right + 0.012, label.wish)
                let to = writer.canvas.at(box.right + 0.055, centre)
                writer.add(
                    "set arrow from \(from) to \(to) nohead linewidth 0.4 linecolor rgb '\(label.colour)'")
            }
            let line = TextMetrics.lineHeight(label.size)
            for (index, text) in label.lines.enumerated() {
                let y = centre + (Double(label.lines.count - 1) / 2 - Double(index)) * line
                writer.label(text, x: box.right + 0.07, y: y, size: label.size, colour: label.colour)
            }
        }
    }

    func writePlot(to writer: inout ScriptWriter, axis: EpochAxis) {
        writer.section("The bands, then the lines.")
        let looks = lines.map { LineStyle.series($0.look, theme: writer.style.theme) }
        var parts: [String] = []
        for (index, line) in lines.enumerated() where hasInterval(line) && !line.isThin {
            parts.append(
                "$line_\(index + 1) using 1:3:4 with filledcurves fillcolor rgb '\(looks[index].colour)' "
                    + "fillstyle transparent solid 0.18 noborder")
        }
        for (index, line) in lines.enumerated() {
            let (look, width) = (looks[index], line.isThin ? "0.9" : "1.2")
            let pen = "linewidth \(width) dashtype \(look.dash) linecolor rgb '\(look.colour)'"
            if epochs.count <= 12 {
                parts.append(
                    "$line_\(index + 1) using 1:2 with linespoints pointtype \(look.marker) pointsize marker(1.2) \(pen)"
                )
            } else {
                parts.append("$line_\(index + 1) using 1:2 with lines \(pen)")
            }
            if axis.zero != nil {
                let solid =
                    "linewidth 0.8 pointtype \(look.marker) pointsize marker(1.2) linecolor rgb '\(look.colour)'"
                parts.append("$start_\(index + 1) using 1:2:3:4 with yerrorbars \(solid)")
            }
        }
        writer.add("set bars 0")
        writer.add("plot " + parts.joined(separator: ", \\\n     "))
    }

    private var firstPositive: Int { epochs.first { $0 > 0 } ?? 1 }

    private func hasInterval(_ line: Line) -> Bool { line.estimates.contains { $0.interval != nil } }

    /// Source and hypothesis on one line if they fit, else on two, shortened if need be.
    private func wrapped(_ parts: [String], into width: Double, size: Double) -> [String] {
        let whole = parts.joined(separator: ", ")
        if TextMetrics.width(GnuplotText.clean(whole), size: size) <= width || parts.count < 2 {
            return [TextMetrics.fitted(whole, into: width, size: size)]
        }
        return [parts[0] + ",", parts[1]].map { TextMetrics.fitted($0, into: width, size: size) }
    }
}
