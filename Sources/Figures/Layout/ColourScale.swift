/// The colours of maps of weights: in proportion to the weight's square root, so that the one big weight of a focused map
/// and the small even ones of an unfocused map can both be read.
struct ColourScale: Sendable {
    /// The weight at the top of the scale.
    let top: Double

    /// A scale for the given values: its top is the next of 1, 2, 5 times a power of ten, at most 1 for weights, and
    /// at least four times a uniform weight, lest a map without focus look like one with.
    init(_ values: some Sequence<Float>, positions: Int) {
        let largest = values.reduce(Float(0)) { $1.isFinite ? max($0, $1) : $0 }
        let steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]
        let needed = max(Double(largest), min(1, 4 / Double(max(1, positions))))
        top = steps.first { $0 >= needed * 0.999 } ?? max(1, needed)
    }

    /// Whether colours go with the value itself, not its square root.
    var isLinear = false

    /// The value at the bottom of the scale; smaller ones look like it.
    private(set) var bottom = 0.0

    /// The scale of shares that are read as such, such as R², evenly up to 1: from 0, or from a round number below them all where
    /// they would else all look alike.
    init(shares values: some Sequence<Float>) {
        let least = Double(values.reduce(Float(1)) { $1.isFinite ? min($0, $1) : $0 })
        top = 1
        isLinear = true
        bottom = [0.99, 0.95, 0.9, 0.8, 0.5].first { $0 <= least } ?? 0
    }

    /// The function that scripts apply to a value.
    var function: String {
        isLinear
            ? "shade(value) = value < \(decimal(bottom, places: 2)) ? \(decimal(bottom, places: 2)) : value"
            : "shade(weight) = sqrt(weight)"
    }

    /// The commands of the scale and its colour bar in a box.
    func commands(_ writer: ScriptWriter, bar: Canvas.Box) -> [String] {
        let style = writer.style
        let canvas = writer.canvas
        let origin = "\(canvas.x(bar.left)),\(canvas.y(bar.bottom))"
        let size = "\(canvas.x(bar.width)),\(canvas.y(bar.height))"
        return [
            style.palette.definition,
            "set cbrange [\(decimal(bottom, places: 2)):shade(\(decimal(top, places: 6)))]",
            "set cbtics ("
                + ticks(height: bar.height).map { "'\(decimal($0, places: 4))' shade(\(decimal($0, places: 6)))" }
                .joined(separator: ", ")
                + ") scale 0.3 offset -0.6,0 \(writer.font(FigureStyle.tickSize))",
            "set colorbox vertical user origin screen \(origin) size screen \(size) noborder",
        ]
    }

    /// Ticks from the outer inward, as many as have room.
    private func ticks(height: Double) -> [Double] {
        var chosen: [Double] = []
        let place = { (share: Double) in isLinear ? share : share.squareRoot() }
        for share in isLinear ? [0, 1, 0.5, 0.25, 0.75] : [0, 1, 0.25, 0.05, 0.5, 0.1, 0.01]
        where chosen.allSatisfy({ abs(place($0) - place(share)) * height >= 0.12 }) {
            chosen.append(share)
        }
        return chosen.sorted().map { bottom + $0 * (top - bottom) }
    }
}

extension ScriptWriter {
    /// The name of a colour bar, at its right, turned to read upward; only its last word where the page is too low.
    mutating func barName(_ name: String, bar: Canvas.Box, scale: String = ", √ scale") {
        let room = canvas.height - 0.08 - TextMetrics.width(scale, size: FigureStyle.textSize)
        let isTight = TextMetrics.width(GnuplotText.clean(name), size: FigureStyle.textSize) > room
        let short = isTight ? name.split(separator: " ").last.map(String.init) ?? name : name
        let text = TextMetrics.fitted(short, into: room, size: FigureStyle.textSize) + scale
        let half = TextMetrics.width(text, size: FigureStyle.textSize) / 2 + 0.03
        let middle = (bar.bottom + bar.top) / 2
        label(
            text, x: bar.right + 0.36, y: min(max(middle, half), canvas.height - half), alignment: "center",
            rotated: true)
    }
}
