/// The beginning that all scripts share.
enum Preamble {
    static func lines(name: String, style: FigureStyle, canvas: Canvas) -> [String] {
        usage(name: name, style: style) + [""] + terminal(name: name, style: style, canvas: canvas) + [""]
            + defaults(style: style)
    }

    /// The beginning of an animation: a GIF, or one PNG per frame.
    static func animationLines(name: String, style: FigureStyle, canvas: Canvas) -> [String] {
        let (scale, dots) = (style.magnification, 150.0)
        let font = "font '\(style.font),\(decimal(FigureStyle.textSize * scale, places: 2))'"
        let pixels = "\(Int((canvas.width * scale * dots).rounded())),\(Int((canvas.height * scale * dots).rounded()))"
        let lines = "linewidth \(decimal(dots / 72 * scale, places: 3))"
        let page = "background rgb '\(style.background)'"
        return [
            "#", "# Everything is in this file. Draw it with", "#   gnuplot \(name).gp  # \(name).gif",
            "#   mkdir -p \(name)-frames; gnuplot -e \"fovea_format='frames'\" \(name).gp  # one PNG per epoch", "",
            "# The format, and the page's size: \(decimal(dots, places: 0)) dots per inch.",
            "if (!exists('fovea_format')) fovea_format = 'gif'",
            "reset",
            "set encoding utf8",
            "if (fovea_format eq 'gif') {",
            "  set terminal gif animate delay 40 loop 0 size \(pixels) \(font) fontscale \(decimal(dots / 96, places: 4)) "
                + "\(lines) \(page) noenhanced",
            "  set output '\(name).gif'",
            "} else {",
            "  set terminal pngcairo size \(pixels) \(font) fontscale \(decimal(dots / 96, places: 4)) \(lines) "
                + "dashlength 1.4 pointscale \(decimal(0.3 * dots / 72 * scale, places: 3)) \(page) noenhanced",
            "}",
            "# Markers are larger in PNG.",
            "marker(size) = fovea_format eq 'gif' ? 0.75 * size : size",
            "",
        ] + defaults(style: style)
    }

    private static func usage(name: String, style: FigureStyle) -> [String] {
        let run = "gnuplot \(name).gp"
        let other = "gnuplot -e \"fovea_format='png'\" \(name).gp"
        let gap = String(repeating: " ", count: other.count - run.count)
        var lines = [
            "#", "# Everything is in this file. Draw it with", "#   \(run)\(gap)  # \(name).pdf",
            "#   \(other)  # or 'svg'",
        ]
        if style.allowsLaTeX {
            lines += ["# For LaTeX draw it as 'tex', and include it with", "#   \\input{\(name)-latex}"]
        }
        return lines
    }

    /// The terminals, set so that text, layout and line widths agree: text sizes in points, line width 1 is 1 pt.
    private static func terminal(name: String, style: FigureStyle, canvas: Canvas) -> [String] {
        let (scale, dots) = (style.magnification, 300.0)
        let (width, height) = (canvas.width * scale, canvas.height * scale)
        let inches = "\(decimal(width, places: 3))in,\(decimal(height, places: 3))in"
        let pixels = { (dpi: Double) in "\(Int((width * dpi).rounded())),\(Int((height * dpi).rounded()))" }
        let font = "font '\(style.font),\(decimal(FigureStyle.textSize * scale, places: 2))'"
        let lines = { (unit: Double) in "linewidth \(decimal(unit * scale, places: 3))" }
        let points = { (unit: Double) in "pointscale \(decimal(unit * scale, places: 3))" }
        let page = "background rgb '\(style.background)'"
        var commands = [
            "# The format, and the page's size. Text sizes are in points, a line width of 1 is one point.",
            "if (!exists('fovea_format')) fovea_format = 'pdf'",
            "reset",
            "set encoding utf8",
            "if (fovea_format eq 'pdf') {",
            "  set terminal pdfcairo size \(inches) \(font) fontscale 0.75 \(lines(2)) \(points(0.3)) \(page) noenhanced",
            "}",
            "if (fovea_format eq 'png') {",
            "  set terminal pngcairo size \(pixels(dots)) \(font) fontscale \(decimal(dots / 96, places: 4)) "
                + "\(lines(dots / 72)) dashlength 1.4 \(points(0.3 * dots / 72)) \(page) noenhanced",
            "}",
            "if (fovea_format eq 'svg') {",
            "  set terminal svg size \(pixels(96)) \(font) fontscale \(decimal(96.0 / 72, places: 4)) "
                + "\(lines(96.0 / 72)) dashlength 0.55 \(page) noenhanced",
            "}",
            "# Markers are larger in SVG, which knows no scale for them.",
            "marker(size) = fovea_format eq 'svg' ? 0.4 * size : size",
        ]
        if style.allowsLaTeX {
            let size = decimal(FigureStyle.textSize * scale, places: 2)
            let leading = decimal(FigureStyle.textSize * scale * 1.2, places: 2)
            commands += [
                "# The size is in the header, too: of texts that have no size of their own the terminal says nothing to LaTeX.",
                "if (fovea_format eq 'tex') {",
                "  set terminal cairolatex pdf colortext size \(inches) fontscale 0.75 \(lines(2)) \(points(0.3)) "
                    + "font ',\(size)' "
                    + "header '\\fontsize{\(size)}{\(leading)}\\selectfont'",
                "}",
                "set output (fovea_format eq 'tex' ? '\(name)-latex.tex' : '\(name).'.fovea_format)",
            ]
        } else {
            commands.append("set output '\(name).'.fovea_format")
        }
        return commands
    }

    private static func defaults(style: FigureStyle) -> [String] {
        let size = decimal(FigureStyle.tickSize * style.magnification, places: 2)
        return [
            "# The look: thin axes, small ticks outside, no legend.",
            "set minussign",
            "set decimalsign '.'",
            "set datafile separator whitespace",
            "set datafile commentschars '#'",
            "unset key",
            "set border linewidth 0.5 linecolor rgb '\(style.foreground)'",
            "set tics out nomirror scale 0.5 font '\(style.font),\(size)' textcolor rgb '\(style.foreground)'",
        ]
    }
}
