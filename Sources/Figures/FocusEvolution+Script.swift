extension FocusEvolution {
    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let width = style.width.inches
        let canvas = Canvas(width: width, height: width < 5 ? 2.15 : 2.6)
        let axis = EpochAxis(epochs, scale: style.epochScale)
        var panel = LinePanel(
            epochs: epochs,
            lines: lines.map {
                LinePanel.Line(
                    labelLines: $0.labelLines, estimates: $0.estimates,
                    look: LineStyle.series($0.look, theme: style.theme), isThin: $0.isThin)
            },
            levels: chances, axis: axis, scale: .shares,
            box: Canvas.Box(left: 0.44, right: width, bottom: 0.37, top: canvas.height - 0.24))
        let labelWidth = min(panel.widestLabel, width < 5 ? 0.92 : 1.75)
        panel.box.right = width - labelWidth - 0.12
        var writer = ScriptWriter(
            name: name,
            about: ["\(name): the share of mass inside the hypotheses, over the epochs of \(run)."], style: style,
            canvas: canvas)
        panel.writeData(to: &writer)
        writer.section("The axes. Epochs \(axis.isLogarithmic ? "are on a logarithmic scale" : "are evenly spaced").")
        panel.writeFrame("share of mass", to: &writer)
        writer.section("What the bands are.")
        writer.label(
            note, x: panel.box.left, y: canvas.height - 0.09, size: FigureStyle.noteSize, colour: style.muted)
        panel.writeMarks(to: &writer)
        writeOnset(panel, to: &writer)
        panel.writeEndLabels(width: labelWidth, to: &writer)
        panel.writePlot(to: &writer)
        return writer.script(isMultiplot: false)
    }

    private func writeOnset(_ panel: LinePanel, to writer: inout ScriptWriter) {
        guard let onset else { return }
        let (style, axis, box) = (writer.style, panel.axis, panel.box)
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
}
