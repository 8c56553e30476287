/// Several maps by epoch and position on a grid, with one colour scale at the right.
struct HeatGrid {
    let canvas: Canvas
    let boxes: [Canvas.Box]
    let bar: Canvas.Box
    let panels: [HeatPanel]
    let epochs: [Int]
    /// The space between columns in inches.
    private let gap: Double
    /// The row and column of each panel.
    private let cells: [(row: Int, column: Int)]
    private let namesAll: Bool
    private let namesAxisOnce: Bool
    /// A name at the left of some rows, of the panels from one to another.
    private let groups: [(name: String, panels: ClosedRange<Int>)]

    /// Lays panels out in rows of at most `columns`.
    ///
    /// - Parameter groups: With which panel a new row starts in any case, ascending from 0, and the name of the rows from there on; none
    ///   for rows without names.
    init(
        panels: [HeatPanel], epochs: [Int], width: Double, columns: Int, groups: [(name: String, first: Int)] = [],
        tallest: Double = 1.6
    ) {
        self.panels = panels
        self.epochs = epochs
        let ends = groups.dropFirst().map { $0.first - 1 } + [panels.count - 1]
        self.groups = zip(groups, ends).map { ($0.name, $0.first...max($0.first, $1)) }
        let cells = Self.cells(panels.count, columns: columns, breaks: Set(groups.map(\.first)))
        self.cells = cells
        let columns = (cells.map(\.column).max() ?? 0) + 1
        let rows = (cells.last?.row ?? 0) + 1
        let (left, right, gap) = (groups.isEmpty ? 0.5 : 0.68, 0.66, columns > 4 ? 0.08 : 0.15)
        self.gap = gap
        let isBare = panels.contains { ($0.heading ?? $0.title) == "" }
        let gapBelow = isBare ? 0.12 : 0.27
        let shared = Set(panels.map { "\($0.axisName) \($0.firstPosition) \($0.columns)" }).count == 1
        // Rows are as tall as their epochs need, and as their names.
        let longest = groups.map { TextMetrics.width(GnuplotText.clean($0.name), size: FigureStyle.textSize) }.max()
        let least = max(0.8, min(1.2, (longest ?? 0) + 0.02))
        let height = max(least, min(rows > 2 ? 0.75 * tallest : tallest, 0.075 * Double(epochs.count)))
        // Panels with the same axis name it once, under the lowest.
        let pitch = height + gapBelow + (shared ? 0 : 0.29)
        let whole = 0.34 + Double(rows) * pitch + (shared ? 0.41 - gapBelow : -0.14)
        canvas = Canvas(width: width, height: whole)
        let each = (width - left - right - gap * Double(columns - 1)) / Double(columns)
        boxes = panels.indices.map { index in
            let x = left + Double(cells[index].column) * (each + gap)
            let top = whole - 0.34 - Double(cells[index].row) * pitch
            return Canvas.Box(left: x, right: x + each, bottom: top - height, top: top)
        }
        bar = Canvas.Box(
            left: width - right + 0.1, right: width - right + 0.18,
            bottom: max(boxes.map(\.bottom).min() ?? 0, (boxes.first?.top ?? 0) - 2.4), top: boxes.first?.top ?? 0)
        namesAll = !shared
        // An axis' name that is wider than its panel stands once, under all.
        namesAxisOnce =
            shared && columns > 1
            && (boxes.first?.width ?? 0) < TextMetrics.width(
                panels.first?.axisName ?? "", size: FigureStyle.textSize) + 0.05
    }

    private static func cells(_ count: Int, columns: Int, breaks: Set<Int>) -> [(row: Int, column: Int)] {
        var cells: [(row: Int, column: Int)] = []
        for index in 0..<count {
            let last = cells.last ?? (0, -1)
            let startsRow = index > 0 && (last.column + 1 == columns || breaks.contains(index))
            cells.append(startsRow ? (last.row + 1, 0) : (last.row, last.column + 1))
        }
        return cells
    }

    /// Whether no panel stands below another.
    private func isLowest(_ index: Int) -> Bool {
        !cells.contains { $0.column == cells[index].column && $0.row > cells[index].row }
    }

    /// The data, the scale and all panels; the script's commands from the first datablock to the last plot.
    func write(
        scale: ColourScale, barName: String, note: String, showsDelimiter: Bool, to writer: inout ScriptWriter
    ) {
        for (index, panel) in panels.enumerated() { panel.writeData("values_\(index + 1)", to: &writer) }
        writer.section(
            "One colour scale for all maps\(scale.isLinear ? "" : ", in proportion to the square root of the weight").")
        writer.add(scale.function)
        writer.add(scale.commands(writer, bar: bar))
        writer.add("set border 15")
        writer.add("set multiplot")
        for (index, panel) in panels.enumerated() {
            writer.section(panel.title + ".")
            writer.clearDecorations()
            var names: HeatPanel.Names = cells[index].column == 0 ? .epochs : []
            if namesAll || isLowest(index) { names.formUnion(namesAxisOnce ? .positions : [.positions, .axis]) }
            panel.writeFrame(
                boxes[index], epochs: epochs, names: names,
                room: cells.allSatisfy { $0.column == 0 } ? 0.3 : gap - 0.05, to: &writer)
            if let group = groups.first(where: { $0.panels.lowerBound == index }) { write(group, to: &writer) }
            if namesAxisOnce, index == 0 { writeAxisName(to: &writer) }
            if index == 0 {
                writer.barName(barName, bar: bar, scale: scale.isLinear ? "" : ", √ scale")
                let room = canvas.width - boxes[0].left - 0.05
                writer.label(
                    TextMetrics.fitted(note, into: room, size: FigureStyle.noteSize), x: boxes[0].left,
                    y: canvas.height - 0.08, size: FigureStyle.noteSize, colour: writer.style.muted)
            } else {
                writer.add("unset colorbox")
            }
            if showsDelimiter { panel.writeDelimiter(to: &writer) }
            writer.plotImage("$values_\(index + 1) matrix using 1:2:(shade($3))", title: panel.title)
        }
    }

    /// The name of some rows, upward at their left.
    private func write(_ group: (name: String, panels: ClosedRange<Int>), to writer: inout ScriptWriter) {
        let (top, bottom) = (boxes[group.panels.lowerBound].top, boxes[group.panels.upperBound].bottom)
        writer.label(
            TextMetrics.fitted(group.name, into: top - bottom, size: FigureStyle.textSize), x: 0.1,
            y: (top + bottom) / 2, alignment: "center", rotated: true)
    }

    private func writeAxisName(to writer: inout ScriptWriter) {
        let (left, right) = (boxes.map(\.left).min() ?? 0, boxes.map(\.right).max() ?? canvas.width)
        writer.label(
            panels[0].axisName, x: (left + right) / 2, y: (boxes.map(\.bottom).min() ?? 0) - 0.24,
            alignment: "center")
    }
}
