extension Hypotheses {
    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let (canvas, boxes, labelWidth) = layout(style.width.inches)
        let isStacked = boxes.last?.left == boxes.first?.left
        let axis = EpochAxis(epochs, scale: style.epochScale)
        var writer = ScriptWriter(
            name: name, about: ["\(name): how the mass divides among the hypotheses, over the epochs of \(run)."],
            style: style, canvas: canvas)
        let frames = panels.indices.map { index in
            linePanel(index, box: boxes[index], axis: axis, style: style)
        }
        for (index, frame) in frames.enumerated() {
            writer.section("\(panels[index].title).")
            if isPartition { writeAreas(index, axis: axis, to: &writer) } else { frame.writeData(to: &writer) }
        }
        writer.add("set multiplot")
        for (index, frame) in frames.enumerated() {
            writer.section("The panel of \(panels[index].title).")
            writer.clearDecorations()
            let isLowest = !isStacked || index == panels.count - 1
            frame.writeFrame(index == 0 || isStacked ? "share of mass" : "", namesEpochs: isLowest, to: &writer)
            writer.label(
                TextMetrics.fitted(panels[index].title, into: frame.box.width + labelWidth, size: FigureStyle.textSize),
                x: (frame.box.left + frame.box.right) / 2, y: frame.box.top + 0.09, alignment: "center")
            if index == 0 {
                writer.label(
                    note, x: frame.box.left, y: canvas.height - 0.08, size: FigureStyle.noteSize, colour: style.muted)
            }
            frame.writeMarks(to: &writer)
            if isPartition {
                plotAreas(index, frame: frame, axis: axis, width: labelWidth - 0.12, to: &writer)
            } else {
                frame.writeEndLabels(width: labelWidth - 0.12, to: &writer)
                frame.writePlot(to: &writer)
            }
        }
        return writer.script()
    }

    /// The panels side by side, or above each other where the page is narrow, each with its labels at its right.
    private func layout(_ width: Double) -> (canvas: Canvas, boxes: [Canvas.Box], labelWidth: Double) {
        let isStacked = width < 5 && panels.count > 1
        let panelHeight = isStacked ? 1.25 : 1.7
        let pitch = panelHeight + 0.27
        let canvas = Canvas(width: width, height: 0.69 + (isStacked ? 2 * pitch - 0.27 : panelHeight))
        let labelWidth = min(widestName, width < 5 ? 0.92 : 1.1) + 0.12
        let (left, gap) = (0.44, 0.38)
        let columns = isStacked ? 1 : panels.count
        let each = (width - left - gap * Double(columns - 1) - labelWidth * Double(columns)) / Double(columns)
        let boxes = panels.indices.map { index in
            let x = left + (isStacked ? 0 : Double(index) * (each + labelWidth + gap))
            let top = canvas.height - 0.31 - (isStacked ? Double(index) * pitch : 0)
            return Canvas.Box(left: x, right: x + each, bottom: top - panelHeight, top: top)
        }
        return (canvas, boxes, labelWidth)
    }

    private func linePanel(_ index: Int, box: Canvas.Box, axis: EpochAxis, style: FigureStyle) -> LinePanel {
        LinePanel(
            prefix: "panel_\(index + 1)_", epochs: epochs,
            lines: panels[index].parts.enumerated().map { place, part in
                LinePanel.Line(
                    labelLines: [part.name], estimates: part.estimates, look: .series(place, theme: style.theme))
            },
            axis: axis, scale: .shares, box: box)
    }

    private var widestName: Double {
        panels.flatMap(\.parts).map { TextMetrics.width(GnuplotText.clean($0.name), size: FigureStyle.textSize) }.max()
            ?? 0
    }

    /// Fills of the areas from below: dark, middle, light, so that they differ in grey too.
    private func fills(_ style: FigureStyle) -> [String] {
        style.theme == .dark ? ["#0072b2", "#e69f00", "#4d5359"] : ["#0072b2", "#e69f00", "#dddddd"]
    }

    private func writeAreas(_ index: Int, axis: EpochAxis, to writer: inout ScriptWriter) {
        writer.comment(
            "Epoch, then the upper edges of the areas: " + panels[index].parts.map(\.name).joined(separator: ", "))
        var main = Datablock("areas_\(index + 1)")
        var start = Datablock("areas_\(index + 1)_start")
        let half = startWidth(axis)
        for (place, epoch) in epochs.enumerated() {
            var edge = 0.0
            let edges = panels[index].parts.map { part in
                edge += part.estimates[place].mean ?? .nan
                return (edge * 1e7).rounded() / 1e7
            }
            if let zero = axis.zero, epoch <= 0 {
                start.append([zero / half] + edges)
                start.append([zero * half] + edges)
            } else {
                // An area needs a width.
                let places = epochs.count == 1 ? [Double(epoch) - 0.2, Double(epoch) + 0.2] : [Double(epoch)]
                for place in places { main.append([place] + edges) }
            }
        }
        if main.isEmpty { main.append([.nan, .nan, .nan, .nan]) }
        writer.add(main)
        if axis.zero != nil {
            writer.comment("Epoch 0, drawn apart as a bar, from its left edge to its right.")
            writer.add(start)
        }
    }

    /// By which factor the edges of epoch 0's bar lie around it on a logarithmic axis.
    private func startWidth(_ axis: EpochAxis) -> Double {
        guard let zero = axis.zero else { return 1 }
        return (zero / axis.range.lowerBound).squareRoot()
    }

    private func plotAreas(
        _ index: Int, frame: LinePanel, axis: EpochAxis, width: Double, to writer: inout ScriptWriter
    ) {
        let style = writer.style
        let fills = fills(style)
        let blocks = ["$areas_\(index + 1)"] + (axis.zero == nil ? [] : ["$areas_\(index + 1)_start"])
        var plots: [String] = []
        for block in blocks {
            for place in panels[index].parts.indices {
                let lower = place == 0 ? "(0)" : "\(place + 1)"
                plots.append(
                    "\(block) using 1:\(lower):\(place + 2) with filledcurves fillcolor rgb '\(fills[place])' "
                        + "fillstyle solid noborder title \(writer.text(panels[index].parts[place].name))")
            }
            for edge in [2, 3] {
                plots.append(
                    "\(block) using 1:\(edge) with lines linewidth 0.7 linecolor rgb '\(style.background)' notitle")
            }
        }
        writeUniform(index, to: &writer)
        writer.endLabels(areaLabels(index, frame: frame, width: width, style: style), box: frame.box)
        writer.add("plot " + plots.joined(separator: ", \\\n     "))
    }

    /// Dotted lines where the areas of a uniform map would end.
    private func writeUniform(_ index: Int, to writer: inout ScriptWriter) {
        var edge = 0.0
        for part in panels[index].parts.dropLast() {
            guard let chance = part.chance else { break }
            edge += chance
            let height = decimal(edge, places: 5)
            writer.add(
                "set arrow from graph 0, first \(height) to graph 1, first \(height) nohead front linewidth 0.7 "
                    + "dashtype (1.5,3) linecolor rgb '\(writer.style.foreground)'")
        }
    }

    /// The areas' names at the heights of their middles at the end.
    private func areaLabels(
        _ index: Int, frame: LinePanel, width: Double, style: FigureStyle
    ) -> [LabelStack.Label] {
        let fills = fills(style)
        var below = 0.0
        return panels[index].parts.enumerated().compactMap { place, part -> LabelStack.Label? in
            guard let mean = part.estimates.compactMap(\.mean).last else { return nil }
            let middle = below + mean / 2
            below += mean
            let colour = place == 2 ? style.muted : place == 1 && style.theme != .dark ? "#a86f00" : fills[place]
            return LabelStack.Label(
                lines: [TextMetrics.fitted(part.name, into: width, size: FigureStyle.textSize)],
                size: FigureStyle.textSize, colour: style.theme == .dark && place == 0 ? "#56b4e9" : colour,
                wish: frame.box.bottom + min(1, max(0, middle)) * frame.box.height)
        }
    }
}
