/// Where the panels, strips and the colour bar of `attention-maps` go, in inches.
struct AttentionMapsLayout {
    let canvas: Canvas
    let bar: Canvas.Box
    /// The panels' boxes.
    let maps: [Canvas.Box]
    /// The box of the inputs, before the first panel, if they are shown.
    let inputs: Canvas.Box?
    let columns: Int
    /// The height of a mask strip, with the gap above it.
    let strip = 0.11, stripGap = 0.04
    let stripCount: Int
    /// The widest that the name of a mask may be.
    let nameWidth: Double

    init(_ figure: AttentionMaps, width: Double) {
        let count = figure.panels.count + (figure.inputs == nil ? 0 : 1)
        columns = width < 5 ? (count == 4 ? 2 : min(3, count)) : count == 7 || count < 6 ? count : 6
        let rows = (count + columns - 1) / columns
        stripCount = figure.strips.count
        let names = figure.strips.map { TextMetrics.width(GnuplotText.clean($0.words), size: FigureStyle.tickSize) }
        nameWidth = min(names.max() ?? 0, width < 5 ? 0.75 : 0.9)
        let (left, right, gap) = (max(0.42, nameWidth + 0.1), 0.62, 0.1)
        let panelWidth = (width - left - right - gap * Double(columns - 1)) / Double(columns)
        // Cells are about square, within what looks well beside the others.
        let ideal = panelWidth * Double(figure.samples) / Double(figure.positions)
        let panelHeight = min(max(ideal, (figure.outlines.isEmpty ? 0.8 : 1) * panelWidth), 1.3 * panelWidth, 1.6)
        let below = Double(stripCount) * (strip + stripGap)
        let pitch = panelHeight + below + 0.17 + 0.22
        let legend = figure.legend == nil ? 0.0 : 0.16
        let foot = 0.11 + legend
        let height = foot + pitch * Double(rows) + 0.02
        canvas = Canvas(width: width, height: height)
        let columns = columns
        let boxes = (0..<count).map { index in
            let x = left + Double(index % columns) * (panelWidth + gap)
            let top = height - 0.2 - Double(index / columns) * pitch
            return Canvas.Box(left: x, right: x + panelWidth, bottom: top - panelHeight, top: top)
        }
        inputs = figure.inputs == nil ? nil : boxes.first
        maps = Array(boxes.suffix(figure.panels.count))
        let lowest = (maps.last?.bottom ?? foot) - below
        bar = Canvas.Box(
            left: width - right + 0.09, right: width - right + 0.17, bottom: lowest, top: boxes.first?.top ?? height)
    }

    /// Whether a panel is the first of its row.
    func isFirst(_ panel: Int) -> Bool { (panel + (inputs == nil ? 0 : 1)).isMultiple(of: columns) }

    /// The box of a mask strip below a panel.
    func stripBox(_ index: Int, below panel: Int) -> Canvas.Box {
        let map = maps[panel]
        let top = map.bottom - stripGap - Double(index) * (strip + stripGap)
        return Canvas.Box(left: map.left, right: map.right, bottom: top - strip, top: top)
    }

    /// The lower edge of everything that belongs to a panel.
    func floor(_ panel: Int) -> Double {
        stripCount == 0 ? maps[panel].bottom : stripBox(stripCount - 1, below: panel).bottom
    }
}
