/// The page of a figure, in inches before magnification, and the way from inches to gnuplot's screen fractions.
struct Canvas: Sendable {
    var width: Double
    var height: Double

    /// A plot's box on the page, in inches from the lower left corner.
    struct Box: Sendable {
        var left: Double
        var right: Double
        var bottom: Double
        var top: Double

        var width: Double { right - left }
        var height: Double { top - bottom }
    }

    /// The horizontal position as a fraction of the page.
    func x(_ inches: Double) -> String { decimal(inches / width, places: 4) }

    /// The vertical position as a fraction of the page.
    func y(_ inches: Double) -> String { decimal(inches / height, places: 4) }

    /// A position on the page in gnuplot's notation.
    func at(_ x: Double, _ y: Double) -> String { "screen \(self.x(x)),\(self.y(y))" }

    /// The commands that put the next plot into a box.
    func margins(_ box: Box) -> String {
        "set lmargin at screen \(x(box.left)); set rmargin at screen \(x(box.right)); "
            + "set bmargin at screen \(y(box.bottom)); set tmargin at screen \(y(box.top))"
    }
}

/// A number with a fixed number of decimal places, without trailing zeros.
///
/// Written out because `String(format:)` would bring Foundation and a locale.
func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite else { return "NaN" }
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((value * Double(scale)).rounded())
    let magnitude = scaled.magnitude
    var fraction = String(magnitude % UInt(scale))
    fraction = String(repeating: "0", count: places - min(places, fraction.count)) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let whole = (scaled < 0 ? "-" : "") + String(magnitude / UInt(scale))
    return fraction.isEmpty ? whole : whole + "." + fraction
}
