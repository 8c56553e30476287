/// Several maps by epoch and position on a grid, with one colour scale at the right.
struct HeatGrid {
    let canvas: Canvas
    let boxes: [Canvas.Box]
    let bar: Canvas.Box
    let panels: [HeatPanel]
    let epochs: [Int]
    /// The row and column of each panel.
    private let cells: [(row: Int, column: Int)]

    /// Lays panels out in rows of at most `columns`; those at which a new row starts anyway are `breaks`.
    init(
        panels: [HeatPanel], epochs: [Int], width: Double, columns: Int, breaks: Set<Int> = [], tallest: Double = 1.6
    ) {
        self.panels = panels
        self.epochs = epochs
        let cells = Self.cells(panels.count, columns: columns, breaks: breaks)
        self.cells = cells
        let columns = (cells.map(\.column).max() ?? 0) + 1
        let rows = (cells.last?.row ?? 0) + 1
        let (left, right, gap, gapBelow) = (0.5, 0.66, 0.15, 0.27)
        let shared = Set(panels.map { "\($0.axisName) \($0.firstPosition) \($0.columns)" }).count == 1
        let height = min(rows > 2 ? 0.75 * tallest : tallest, max(0.8, 0.075 * Double(epochs.count)))
        // Panels with the same axis name it once, under the lowest.
        let pitch = height + gapBelow + (shared ? 0 : 0.29)
        let whole = 0.34 + Double(rows) * pitch + (shared ? 0.14 : -0.14)
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
    }

    private let namesAll: Bool

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
            if namesAll || isLowest(index) { names.insert(.positions) }
            panel.writeFrame(boxes[index], epochs: epochs, names: names, to: &writer)
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
}
