extension AttentionMaps {
    func writeData(to writer: inout ScriptWriter) {
        for panel in panels {
            writer.section("The maps at epoch \(panel.epoch): one row per sample, one column per position.")
            var block = Datablock("map_\(panel.epoch)")
            for sample in 0..<samples { block.append(panel.map[row: sample].values) }
            // gnuplot draws no image of a single row.
            if samples == 1 { block.append(panel.map[row: 0].values) }
            writer.add(block)
        }
        for (index, mask) in strips.enumerated() {
            writer.section("The mask \(mask.words): first and last position of each run of marked positions.")
            var block = Datablock("mask_\(index + 1)")
            for run in MaskShapes.runs(mask.rows[row: 0].values) {
                block.append([Double(run.lowerBound), Double(run.upperBound - 1)])
            }
            if block.isEmpty { block.append([Double.nan, .nan]) }
            writer.add(block)
        }
        for (index, mask) in outlines.enumerated() {
            writer.section("The outline of the mask \(mask.words): edges of its cells, x and y of both ends.")
            var block = Datablock("outline_\(index + 1)")
            for edge in MaskShapes.edges(mask.rows) { block.append(edge) }
            if block.isEmpty { block.append([Double.nan, .nan, .nan, .nan]) }
            writer.add(block)
        }
    }

    func writePanel(_ index: Int, layout: AttentionMapsLayout, to writer: inout ScriptWriter) {
        let (style, panel, box) = (writer.style, panels[index], layout.maps[index])
        let isFirst = layout.isFirst(index)
        writer.section("Epoch \(panel.epoch).")
        writer.clearDecorations()
        writer.add(writer.canvas.margins(box))
        writer.backdrop(style.faint)
        let centre = (box.left + box.right) / 2
        writer.label(
            title(of: panel, into: box.width), x: centre, y: box.top + 0.09, alignment: "center")
        writer.add("set xrange [-0.5:\(positions - 1).5]; set yrange [\(samples - 1).5:-0.5]")
        if strips.isEmpty {
            writer.ticks("x", Self.tickList(positions, length: box.width), more: "scale 0.3 offset 0,0.4")
        } else {
            writer.add("unset xtics")
        }
        if isFirst {
            writer.ticks("y", Self.tickList(samples, length: box.height), more: "scale 0.3 offset 0.5,0")
            writer.label(
                "sample", x: box.left - 0.27, y: (box.bottom + box.top) / 2, alignment: "center", rotated: true)
        } else {
            writer.add("unset ytics")
        }
        if index == 0 {
            writer.barName("\(what) weight", bar: layout.bar)
            writeLegend(layout: layout, to: &writer)
        } else {
            writer.add("unset colorbox")
        }
        if strips.isEmpty || layout.floor(index) <= 0 { writePositionName(index, layout: layout, to: &writer) }
        let outlinePlots = outlines.indices.flatMap { mask -> [String] in
            let data = "$outline_\(mask + 1) using 1:2:($3-$1):($4-$2) with vectors nohead"
            return [
                "\(data) linewidth 1.3 linecolor rgb '#000000'",
                "\(data) linewidth 0.7 linecolor rgb '\(Self.outlineColours[mask % 2])'",
            ]
        }
        writer.plotImage(
            "$map_\(panel.epoch) matrix using 1:2:(shade($3))", title: "epoch \(panel.epoch)",
            then: outlinePlots)
        for strip in strips.indices { writeStrip(strip, below: index, layout: layout, to: &writer) }
    }

    private func writeStrip(_ strip: Int, below panel: Int, layout: AttentionMapsLayout, to writer: inout ScriptWriter)
    {
        let box = layout.stripBox(strip, below: panel)
        let isLast = strip == strips.count - 1
        writer.clearDecorations()
        writer.add(writer.canvas.margins(box))
        writer.add("set yrange [0:1]; unset ytics")
        if layout.isFirst(panel) {
            let words = TextMetrics.fitted(
                strips[strip].words, into: layout.nameWidth + 0.02, size: FigureStyle.tickSize)
            writer.label(
                words, x: box.left - 0.05, y: (box.bottom + box.top) / 2, alignment: "right", size: FigureStyle.tickSize
            )
        }
        if isLast {
            writer.ticks("x", Self.tickList(positions, length: box.width), more: "scale 0.3 offset 0,0.4")
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
            "position", x: (box.left + box.right) / 2, y: layout.floor(panel) - 0.24, alignment: "center")
    }

    /// The epoch in words, or its number alone where the words would run into the next panel's.
    private func title(of panel: Panel, into width: Double) -> String {
        let titles = panels.map { $0.epoch == 0 ? "untrained" : "epoch \($0.epoch)" }
        let fits = titles.allSatisfy { TextMetrics.width($0, size: FigureStyle.textSize) <= width + 0.06 }
        return !fits ? "\(panel.epoch)" : panel.epoch == 0 ? "untrained" : "epoch \(panel.epoch)"
    }

    /// What the outlines and the greys of the inputs mean; nil if there are neither.
    var legend: String? {
        let names = ["white", "orange"]
        let masks = outlines.indices.map { "\(names[$0 % 2]): \(outlines[$0].words)" }
        var parts = masks.isEmpty ? [] : ["outlined " + masks.joined(separator: ", ")]
        if inputs != nil {
            let range = inputRange
            let number = { (value: Float) in ValueScale.label(Double(value)) }
            parts.append("\(inputName): white \(number(range.least)) to black \(number(range.most))")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    private func writeLegend(layout: AttentionMapsLayout, to writer: inout ScriptWriter) {
        guard let legend, let box = layout.inputs ?? layout.maps.first else { return }
        let text = TextMetrics.fitted(legend, into: writer.canvas.width - box.left - 0.1, size: FigureStyle.noteSize)
        writer.label(text, x: box.left, y: 0.08, size: FigureStyle.noteSize, colour: writer.style.muted)
    }

    /// The panel of the inputs, in greys of its own.
    func writeInputs(layout: AttentionMapsLayout, to writer: inout ScriptWriter) {
        guard let inputs, let box = layout.inputs else { return }
        let range = inputRange
        writer.section("The inputs, one row per sample, from white for the least to black for the largest.")
        var block = Datablock("inputs")
        for sample in 0..<samples { block.append(inputs[row: sample].values) }
        if samples == 1 { block.append(inputs[row: 0].values) }
        writer.add(block)
        writer.clearDecorations()
        writer.add(writer.canvas.margins(box))
        writer.label(
            TextMetrics.fitted(inputName, into: box.width + 0.06, size: FigureStyle.textSize),
            x: (box.left + box.right) / 2, y: box.top + 0.09, alignment: "center")
        writer.label("sample", x: box.left - 0.27, y: (box.bottom + box.top) / 2, alignment: "center", rotated: true)
        writer.add("set palette defined (0 '#ffffff', 1 '#000000')")
        writer.add("set cbrange [\(range.least):\(range.most)]; unset colorbox")
        writer.add("set xrange [-0.5:\(positions - 1).5]; set yrange [\(samples - 1).5:-0.5]")
        writer.ticks("x", Self.tickList(positions, length: box.width), more: "scale 0.3 offset 0,0.4")
        writer.ticks("y", Self.tickList(samples, length: box.height), more: "scale 0.3 offset 0.5,0")
        if panels.count < layout.columns {
            writer.label("position", x: (box.left + box.right) / 2, y: box.bottom - 0.24, alignment: "center")
        }
        writer.plotImage("$inputs matrix", title: inputName)
        writer.section("The maps' colours.")
    }

    static let outlineColours = ["#ffffff", "#ff9d2e"]

    static func tickList(_ count: Int, length: Double) -> String {
        let step = max(
            1,
            Int(
                EpochAxis.niceStep(
                    Double(count), count: max(2, Int(length / (0.08 * Double(String(count - 1).count) + 0.08))))))
        return stride(from: 0, to: count, by: step).map { "'\($0)' \($0)" }.joined(separator: ", ")
    }
}
