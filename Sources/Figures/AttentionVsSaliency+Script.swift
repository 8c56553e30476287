extension AttentionVsSaliency {
    /// The lowest decade of the scatter; smaller weights lie in a band below it.
    static let lowestDecade = -6

    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let width = style.width.inches
        let isStacked = width < 5
        let hasScatter = !clouds.isEmpty
        let panelHeight = isStacked ? 1.6 : 2.0
        let pitch = panelHeight + 0.46
        let top = 0.42
        let canvas = Canvas(width: width, height: top - 0.06 + (isStacked && hasScatter ? 2 * pitch : pitch))
        let side = 0.55
        let (first, second) =
            isStacked
            ? (width - side - 0.1, width - side - 0.1)
            : hasScatter ? (width - 2 * side - 0.25 - panelHeight * 1.1, panelHeight * 1.1) : (width - side - 0.1, 0)
        let lines = Canvas.Box(
            left: side, right: side + first, bottom: canvas.height - top - panelHeight, top: canvas.height - top)
        let scatter =
            isStacked
            ? Canvas.Box(left: side, right: side + second, bottom: lines.bottom - pitch, top: lines.top - pitch)
            : Canvas.Box(left: width - 0.1 - second, right: width - 0.1, bottom: lines.bottom, top: lines.top)
        var writer = ScriptWriter(
            name: name,
            about: ["\(name): \(what) beside what the output depends on, at epoch \(epoch) of \(run)."], style: style,
            canvas: canvas)
        writeData(to: &writer)
        writer.add("set border 3")
        writer.add("set multiplot")
        writeLines(lines, to: &writer)
        if hasScatter { writeScatter(scatter, to: &writer) }
        return writer.script()
    }

    private func writeData(to writer: inout ScriptWriter) {
        for (index, curve) in curves.enumerated() {
            writer.section("The mean \(curve.words) by position: \(positionName), mean.")
            var block = Datablock("mean_\(index + 1)")
            for (column, mean) in curve.means.enumerated() { block.append([Float(firstPosition + column), mean]) }
            writer.add(block)
        }
        for (index, cloud) in clouds.enumerated() {
            writer.section("Single weights: \(cloud.words), \(what).")
            var block = Datablock("weights_\(index + 1)")
            for point in cloud.points where point.attribution.isFinite && point.attention.isFinite {
                block.append([point.attribution, point.attention])
            }
            if block.isEmpty { block.append([Double.nan, .nan]) }
            writer.add(block)
        }
    }

    private func writeLines(_ box: Canvas.Box, to writer: inout ScriptWriter) {
        let style = writer.style
        writer.section("The means by position.")
        writer.add(writer.canvas.margins(box))
        let last = firstPosition + (curves.first?.means.count ?? 1) - 1
        writer.comment(
            "The vertical scale goes with the square root, so that 0 has a place and small shares can be read.")
        writer.add("height(share) = sqrt(share)")
        writer.add("set xrange [\(firstPosition):\(last)]; set yrange [0:height(\(decimal(top, places: 6)))]")
        let step = Int(EpochAxis.niceStep(Double(last - firstPosition), count: max(2, Int(box.width / 0.35))))
        let ticks = (firstPosition...last).filter { $0.isMultiple(of: step) }
        writer.ticks(
            "x", ticks.map { writer.text("\($0 < 0 ? "−" : "")\(abs($0))") + " \($0)" }.joined(separator: ", "))
        let shares = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 1].filter { $0 <= top }
        writer.ticks(
            "y", shares.map { "'\(decimal($0, places: 2))' height(\(decimal($0, places: 2)))" }.joined(separator: ", "))
        writer.label(positionName, x: (box.left + box.right) / 2, y: box.bottom - 0.28, alignment: "center")
        writer.label(
            "mean share of mass (√ scale)", x: 0.1, y: (box.bottom + box.top) / 2, alignment: "center", rotated: true)
        writeKey(to: &writer)
        if firstPosition < 0 {
            writer.add(
                "set arrow from 0, graph 0 to 0, graph 1 nohead back linewidth 3 linecolor rgb '\(style.faint)'")
        }
        let uniform = decimal(1 / Double(positions), places: 6)
        writer.add(
            "set arrow from graph 0, first height(\(uniform)) to graph 1, first height(\(uniform)) nohead back linewidth 0.6 "
                + "dashtype (1.5,4) linecolor rgb '\(style.muted)'")
        let height = box.bottom + (1 / Double(positions) / top).squareRoot() * box.height
        writer.label(
            "uniform", x: box.right, y: height + 0.065, alignment: "right", size: FigureStyle.noteSize,
            colour: style.muted)
        let parts = curves.enumerated().map { index, curve in
            let look = LineStyle.series(curve.look, theme: style.theme)
            return
                "$mean_\(index + 1) using 1:(height($2)) with linespoints pointinterval \(max(1, curve.means.count / 40)) linewidth 1.2 dashtype \(look.dash) "
                + "pointtype \(look.marker) pointsize marker(0.9) linecolor rgb '\(look.colour)'"
        }
        writer.add("plot " + parts.joined(separator: ", \\\n     "))
    }

    /// The sources' names over the panels, with a piece of their line and marker.
    private func writeKey(to writer: inout ScriptWriter) {
        let style = writer.style
        let y = writer.canvas.height - 0.09
        let most = writer.canvas.width / Double(max(1, curves.count)) - 0.3
        let names = curves.map { TextMetrics.fitted($0.words, into: most, size: FigureStyle.textSize) }
        let room =
            writer.canvas.width - 0.12
            - names.reduce(0) { $0 + TextMetrics.width($1, size: FigureStyle.textSize) }
        // Names with a piece of line before and a gap behind, from the axis, or from the edge where room is scarce.
        let each = min(0.47, (room - 0.08) / Double(curves.count))
        var x = min(0.55, max(0.08, room - each * Double(curves.count)))
        let start = x
        for (index, curve) in curves.enumerated() {
            let look = LineStyle.series(curve.look, theme: style.theme)
            let (from, to) = (writer.canvas.at(x, y), writer.canvas.at(x + each * 0.55, y))
            writer.add(
                "set arrow \(index + 1) from \(from) to \(to) nohead linewidth 1.2 dashtype \(look.dash) "
                    + "linecolor rgb '\(look.colour)'")
            writer.add(
                "set label \(100 + index) '' at \(writer.canvas.at(x + each * 0.275, y)) point pointtype \(look.marker) pointsize marker(0.9) "
                    + "linecolor rgb '\(look.colour)'")
            writer.label(names[index], x: x + each * 0.65, y: y, colour: look.colour)
            x += each + TextMetrics.width(names[index], size: FigureStyle.textSize)
        }
        writer.label(
            note, x: start, y: y - 0.14, size: FigureStyle.noteSize, colour: style.muted)
    }

    private func writeScatter(_ box: Canvas.Box, to writer: inout ScriptWriter) {
        let style = writer.style
        let floor = Self.power(Self.lowestDecade)
        writer.section("Single weights; those below \(floor) lie in a band at the edge, spread by their number.")
        writer.clearDecorations()
        writer.add(writer.canvas.margins(box))
        writer.add("floor_weight = \(floor)")
        writer.add("spread(number, step) = number * step - floor(number * step)")
        writer.add("band(number, step) = floor_weight * 10**(-0.15 - 0.6 * spread(number, step))")
        writer.add("shown(weight, number, step) = weight >= floor_weight ? weight : band(number, step)")
        let edge = "10**-\(-Self.lowestDecade + 1).0"
        writer.add("set logscale xy; set xrange [\(edge):1.5]; set yrange [\(edge):1.5]")
        let below = "'<\(floor)' floor_weight * 10**-0.45"
        let ticks = decades(from: Self.lowestDecade + 2, every: 2)
        writer.ticks("x", "\(below), \(ticks)")
        writer.ticks("y", "\(below), \(ticks)")
        writer.label("attribution share", x: (box.left + box.right) / 2, y: box.bottom - 0.28, alignment: "center")
        writer.label(
            TextMetrics.fitted("\(what) weight", into: box.height + 0.3, size: FigureStyle.textSize),
            x: box.left - 0.43, y: (box.bottom + box.top) / 2, alignment: "center", rotated: true)
        let thin = "nohead back linewidth 0.5 linecolor rgb '\(style.muted)'"
        writer.add("set arrow from floor_weight, floor_weight to 1,1 \(thin) dashtype (6,3)")
        for line in [
            "from floor_weight, graph 0 to floor_weight, graph 1",
            "from graph 0, first floor_weight to graph 1, first floor_weight",
        ] {
            writer.add("set arrow \(line) nohead back linewidth 0.5 linecolor rgb '\(style.faint)'")
        }
        let parts = clouds.enumerated().map { index, cloud in
            let look = LineStyle.series(cloud.look, theme: style.theme)
            return
                "$weights_\(index + 1) using (shown($1, $0, 0.754878)):(shown($2, $0, 0.569840)) with points pointtype \(look.marker) "
                + "pointsize marker(0.55) linecolor rgb '#90\(look.colour.dropFirst())'"
        }
        writer.add("plot " + parts.joined(separator: ", \\\n     "))
    }

    /// The top of the vertical scale of the means: the least of a few that holds them all.
    private var top: Double {
        let largest = curves.flatMap(\.means).filter(\.isFinite).max() ?? 1
        return [0.1, 0.25, 0.5].first { Double(largest) <= $0 } ?? 1
    }

    private func decades(from lowest: Int, every step: Int) -> String {
        stride(from: 0, through: lowest, by: -step).map { "'\(Self.power($0))' \(Self.power($0))" }.joined(
            separator: ", ")
    }

    private static func power(_ decade: Int) -> String { decade == 0 ? "1" : "1e\(decade)" }
}
