/// Collects the lines of a script. Every text that is drawn passes through `text(_:)`.
struct ScriptWriter {
    let style: FigureStyle
    let canvas: Canvas
    private let name: String
    private let isAnimated: Bool
    private var lines: [String] = []
    private var labels = 0
    private var objects = 0

    /// A script that starts with what all have in common: how to run it, the format, the terminal, the defaults.
    ///
    /// - Parameter isAnimated: Whether it draws a frame per epoch, as a GIF or one PNG each.
    init(name: String, about: [String], style: FigureStyle, canvas: Canvas, isAnimated: Bool = false) {
        self.name = name
        self.style = style
        self.canvas = canvas
        self.isAnimated = isAnimated
        for line in about { comment(line) }
        add(
            isAnimated
                ? Preamble.animationLines(name: name, style: style, canvas: canvas)
                : Preamble.lines(name: name, style: style, canvas: canvas))
    }

    /// The finished script.
    func script(isMultiplot: Bool = true) -> GnuplotScript {
        let end = (isMultiplot ? ["unset multiplot"] : []) + ["# Closes the file.", "set output"]
        return GnuplotScript(
            name: name, text: (lines + end).joined(separator: "\n") + "\n",
            formats: isAnimated ? [.gif, .frames] : FigureFormat.still(withLaTeX: style.allowsLaTeX))
    }

    mutating func add(_ line: String) { lines.append(line) }

    mutating func add(_ more: [String]) { lines += more }

    /// A comment, after an empty line.
    mutating func section(_ text: String) {
        lines.append("")
        comment(text)
    }

    mutating func comment(_ text: String) { lines.append("# " + GnuplotText.comment(text)) }

    mutating func add(_ block: Datablock) {
        lines.append("$\(block.name) << FOVEA_END")
        lines += block.lines
        lines.append("FOVEA_END")
    }

    /// A text as a gnuplot expression, which differs by format where LaTeX or the fonts ask for it.
    func text(_ text: String, size: Double = FigureStyle.textSize) -> String {
        let plain = GnuplotText.quoted(text)
        if isAnimated { return style.font == FigureStyle.defaultFont ? Repertoire.reduced(plain) : plain }
        var expression = style.font == FigureStyle.defaultFont ? Repertoire.reduced(plain) : plain
        if expression != plain { expression = "(fovea_format eq 'svg' ? \(plain) : \(expression))" }
        var latex = GnuplotText.quotedForLaTeX(text)
        if size < FigureStyle.textSize {
            // LaTeX sets the text and knows nothing of the terminal's font sizes.
            let points = decimal(size * style.magnification, places: 2)
            latex = "'\\fontsize{\(points)}{\(points)}\\selectfont " + latex.dropFirst()
        }
        if style.allowsLaTeX, plain != latex { expression = "(fovea_format eq 'tex' ? \(latex) : \(expression))" }
        return expression
    }

    /// Sets the ticks of an axis, as a list of labels and places; all options each time, since `unset` forgets them.
    mutating func ticks(_ axis: String, _ list: String, more: String = "scale 0.5") {
        add("set \(axis)tics (\(list)) out nomirror \(font(FigureStyle.tickSize)) \(more)")
    }

    /// A font of the style's family, by its size in points.
    func font(_ size: Double) -> String {
        "font '\(style.font),\(decimal(size * style.magnification, places: 2))'"
    }

    /// Puts a text on the page; alignment is left, center or right; `rotated` turns it to read upward.
    mutating func label(
        _ text: String, x: Double, y: Double, alignment: String = "left", size: Double = FigureStyle.textSize,
        colour: String? = nil, rotated: Bool = false
    ) {
        labels += 1
        let turn = rotated ? " rotate by 90" : ""
        add(
            "set label \(labels) \(self.text(text, size: size)) at \(canvas.at(x, y)) \(alignment)\(turn) front \(font(size)) "
                + "textcolor rgb '\(colour ?? style.foreground)'")
    }

    /// Puts the number of an epoch that is known only when the script runs on the page, centred.
    mutating func label(epochText expression: String, x: Double, y: Double) {
        labels += 1
        add(
            "set label \(labels) (\(expression) == 0 ? 'untrained' : sprintf('epoch %d', \(expression))) at "
                + "\(canvas.at(x, y)) center front \(font(FigureStyle.textSize)) textcolor rgb '\(style.foreground)'")
    }

    /// Forgets the labels and objects, before the next plot of a page.
    mutating func clearDecorations() {
        add("unset label; unset arrow; unset object")
        labels = 0
        objects = 0
    }

    /// Fills what lies behind the next plot.
    mutating func backdrop(_ colour: String) {
        objects += 1
        add(
            "set object \(objects) rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '\(colour)' "
                + "fillstyle solid noborder")
    }

    /// Plots a matrix as an image, and more on top of it. The title is an SVG's tooltip.
    ///
    /// An SVG gets one rectangle per cell, since browsers would blur an embedded image; PDF and PNG get one image, since
    /// rectangles leave hairline seams.
    mutating func plotImage(_ what: String, title: String, then more: [String] = []) {
        let rest = more.map { ", \\\n     " + $0 }.joined()
        let title = "title \(text(title))"
        add("if (fovea_format eq 'svg') {")
        add("plot \(what) with image pixels \(title)\(rest)")
        add("} else {")
        add("plot \(what) with image \(title)\(rest)")
        add("}")
    }
}
