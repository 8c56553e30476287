extension Evolution {
    private var samples: Int { maps.shape[1] }
    private var positions: Int { maps.shape[2] }

    /// The script that draws the animation. It is a GIF by default; as `frames` it draws one PNG per epoch.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let (canvas, mapBox, lineBox, labelWidth) = layout(style.width.inches)
        var writer = ScriptWriter(
            name: name, about: ["\(name): the \(what) of \(samples) samples of \(run), epoch by epoch."], style: style,
            canvas: canvas, isAnimated: true)
        let panel = linePanel(box: lineBox, style: style)
        writeData(panel, to: &writer)
        let scale = ColourScale(maps.values, positions: positions)
        let bar = Canvas.Box(
            left: mapBox.right + 0.08, right: mapBox.right + 0.16, bottom: mapBox.bottom, top: mapBox.top)
        writer.section("One colour scale for all epochs, in proportion to the square root of the weight.")
        writer.add(scale.function)
        writer.add(scale.commands(writer, bar: bar))
        writer.section("The frames. The lines come first: in a GIF, colours after a map would snap to the map's.")
        writer.add("array epochs[\(epochs.count)] = [\(epochs.map(String.init).joined(separator: ", "))]")
        writer.add("do for [frame = 1:\(epochs.count)] {")
        writer.add("  if (fovea_format eq 'frames') { set output sprintf('\(name)-frames/frame-%04d.png', frame) }")
        writer.add("  set multiplot")
        if !lines.isEmpty { writeLines(panel, width: labelWidth, to: &writer) }
        writeMaps(mapBox, bar: bar, to: &writer)
        writer.add("  unset multiplot")
        writer.add("}")
        return writer.script(isMultiplot: false)
    }

    /// The maps beside the lines, or above them where the page is narrow.
    private func layout(
        _ width: Double
    ) -> (canvas: Canvas, maps: Canvas.Box, lines: Canvas.Box, labelWidth: Double) {
        let isStacked = width < 5 || lines.isEmpty
        let mapWidth = isStacked ? width - 1.1 : width * 0.42
        let mapHeight = min(2.4, max(1.0, mapWidth * Double(samples) / Double(positions)))
        let legend = masks.isEmpty ? 0 : 0.17
        let (lineHeight, labelWidth) = (1.35, 0.92)
        let canvas = Canvas(
            width: width, height: 0.66 + legend + mapHeight + (isStacked && !lines.isEmpty ? lineHeight + 0.56 : 0))
        let maps = Canvas.Box(
            left: 0.45, right: 0.45 + mapWidth, bottom: canvas.height - 0.24 - mapHeight, top: canvas.height - 0.24)
        let right = width - labelWidth - 0.1
        let lines =
            isStacked
            ? Canvas.Box(left: 0.45, right: right, bottom: 0.37, top: 0.37 + lineHeight)
            : Canvas.Box(left: maps.right + 1.2, right: right, bottom: maps.bottom, top: maps.top)
        return (canvas, maps, lines, labelWidth)
    }

    private func linePanel(box: Canvas.Box, style: FigureStyle) -> LinePanel {
        LinePanel(
            epochs: epochs,
            lines: lines.map {
                LinePanel.Line(
                    labelLines: $0.labelLines, estimates: $0.estimates, look: .series($0.look, theme: style.theme))
            },
            axis: EpochAxis(epochs, scale: style.epochScale), scale: .shares, box: box)
    }

    private func writeData(_ panel: LinePanel, to writer: inout ScriptWriter) {
        writer.section("The maps: one block per epoch, one row per sample, one column per position.")
        var block = Datablock("maps")
        for (index, epoch) in epochs.enumerated() {
            if index > 0 {
                block.gap()
                block.gap()
            }
            block.comment("epoch \(epoch)")
            for sample in 0..<samples { block.append(maps[row: index][row: sample].values) }
            if samples == 1 { block.append(maps[row: index][row: 0].values) }
        }
        writer.add(block)
        if !lines.isEmpty {
            writer.section("The share of mass: place on the axis of epochs, then one column per line.")
            var shares = Datablock("shares")
            for (index, epoch) in epochs.enumerated() {
                shares.append([panel.axis.position(epoch)] + lines.map { $0.estimates[index].mean ?? .nan })
            }
            writer.add(shares)
        }
        for (index, mask) in masks.enumerated() {
            writer.section("The outline of the mask \(mask.words): edges of its cells, x and y of both ends.")
            var outline = Datablock("outline_\(index + 1)")
            for edge in MaskShapes.edges(mask.rows) { outline.append(edge) }
            if outline.isEmpty { outline.append([Double.nan, .nan, .nan, .nan]) }
            writer.add(outline)
        }
    }

    private func writeLines(_ panel: LinePanel, width: Double, to writer: inout ScriptWriter) {
        writer.clearDecorations()
        panel.writeFrame("", to: &writer)
        writer.label(
            "share of mass", x: panel.box.left - 0.36, y: (panel.box.bottom + panel.box.top) / 2, alignment: "center",
            rotated: true)
        panel.writeMarks(to: &writer)
        panel.writeEndLabels(width: width - 0.04, to: &writer)
        let parts = lines.indices.flatMap { index -> [String] in
            let look = panel.lines[index].look
            let pen = "linecolor rgb '\(look.colour)' notitle"
            // A line does not run over the break between epoch 0 and the rest.
            let first = panel.axis.zero == nil ? 0 : 1
            return [
                "$shares using 1:($0 >= \(first) ? $\(index + 2) : NaN) with lines linewidth 1.2 "
                    + "linecolor rgb '\(writer.style.faint)' notitle",
                "$shares using 1:($0 >= \(first) && $0 < frame ? $\(index + 2) : NaN) with lines linewidth 1.2 dashtype \(look.dash) \(pen)",
                "$shares every ::frame - 1::frame - 1 using 1:\(index + 2) with points pointtype \(look.marker) "
                    + "pointsize marker(1.4) \(pen)",
            ]
        }
        writer.add("plot " + parts.joined(separator: ", \\\n     "))
    }

    private func writeMaps(_ box: Canvas.Box, bar: Canvas.Box, to writer: inout ScriptWriter) {
        let style = writer.style
        writer.clearDecorations()
        writer.add("unset grid; unset logscale; set border 15")
        writer.add(writer.canvas.margins(box))
        writer.backdrop(style.faint)
        writer.label(epochText: "epochs[frame]", x: (box.left + box.right) / 2, y: box.top + 0.1)
        writer.add("set xrange [-0.5:\(positions - 1).5]; set yrange [\(samples - 1).5:-0.5]")
        writer.ticks("x", AttentionMaps.tickList(positions, length: box.width), more: "scale 0.3 offset 0,0.4")
        writer.ticks("y", AttentionMaps.tickList(samples, length: box.height), more: "scale 0.3 offset 0.5,0")
        writer.label("position", x: (box.left + box.right) / 2, y: box.bottom - 0.26, alignment: "center")
        writer.label("sample", x: box.left - 0.3, y: (box.bottom + box.top) / 2, alignment: "center", rotated: true)
        writer.barName("\(what) weight", bar: bar)
        if !masks.isEmpty {
            let names = masks.indices.map { "\(["white", "orange"][$0 % 2]): \(masks[$0].words)" }
            let text = TextMetrics.fitted(
                "outlined " + names.joined(separator: ", "), into: writer.canvas.width - box.left - 0.1,
                size: FigureStyle.noteSize)
            writer.label(text, x: box.left, y: box.bottom - 0.42, size: FigureStyle.noteSize, colour: style.muted)
        }
        let outlines = masks.indices.flatMap { mask -> [String] in
            let data = "$outline_\(mask + 1) using 1:2:($3-$1):($4-$2) with vectors nohead"
            return [
                "\(data) linewidth 1.6 linecolor rgb '#000000' notitle",
                "\(data) linewidth 0.8 linecolor rgb '\(AttentionMaps.outlineColours[mask % 2])' notitle",
            ]
        }
        writer.add(
            "plot "
                + (["$maps index (frame - 1) matrix using 1:2:(shade($3)) with image notitle"] + outlines)
                .joined(separator: ", \\\n     "))
    }
}
