extension ScriptWriter {
    /// The sign that the axis is broken between epoch 0 and the first on a logarithmic scale.
    mutating func axisBreak(_ axis: EpochAxis, epochs: [Int], box: Canvas.Box) {
        guard let zero = axis.zero else { return }
        let first = epochs.first { $0 > 0 } ?? 1
        let gap = (axis.fraction(zero) + 1.6 * axis.fraction(axis.position(first))) / 2.6
        let (left, right) = (decimal(gap - 0.008, places: 4), decimal(gap + 0.008, places: 4))
        section("The axis is broken between epoch 0 and the first on the logarithmic scale.")
        add(
            "set arrow from graph \(left),0 to graph \(right),0 nohead front linewidth 2 linecolor rgb '\(style.background)'"
        )
        for edge in [gap - 0.008, gap + 0.008] {
            let (from, to) = (decimal(edge - 0.005, places: 4), decimal(edge + 0.005, places: 4))
            add(
                "set arrow from graph \(from),-0.018 to graph \(to),0.018 nohead front linewidth 0.5 "
                    + "linecolor rgb '\(style.foreground)'")
        }
    }

    /// Labels to the right of a box, moved apart where they would overlap, with a line to where they belong.
    mutating func endLabels(_ labels: [LabelStack.Label], box: Canvas.Box) {
        let placed = LabelStack.place(labels, bottom: box.bottom - 0.12, top: box.top + 0.1)
        for (label, centre) in placed {
            if abs(centre - label.wish) > 0.06 {
                let from = canvas.at(box.right + 0.012, label.wish)
                let to = canvas.at(box.right + 0.055, centre)
                add("set arrow from \(from) to \(to) nohead linewidth 0.4 linecolor rgb '\(label.colour)'")
            }
            let line = TextMetrics.lineHeight(label.size)
            for (index, text) in label.lines.enumerated() {
                let y = centre + (Double(label.lines.count - 1) / 2 - Double(index)) * line
                self.label(text, x: box.right + 0.07, y: y, size: label.size, colour: label.colour)
            }
        }
    }
}
