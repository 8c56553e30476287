import Focus

/// `probe`: how much of a target a linear model reads from the states that the attention weights, by epoch and position.
public struct StateProbes: Figure {
    /// `probe`.
    public let name = "probe"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { panels.count > 1 ? .double : .single }
    let run: String
    let epochs: [Int]
    let panels: [HeatPanel]
    let note: String

    /// The most panels of a figure.
    static let maximumPanels = 6

    /// The figure; nil if the timeline holds no probe.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        let count = timeline.epochs.count
        let columns = AlignedColumns(
            counts: timeline.alignedCounts, positions: timeline.positionCount, instances: timeline.instanceCount)
        let layers = Set(timeline.probes.map(\.layer)).count
        // Reading the states takes time, so that it may have been done at some epochs only.
        let read = timeline.epochs.indices.filter { row in
            timeline.probes.contains {
                $0.r2.rank == 2 && $0.r2.shape[0] == count && $0.r2[row: row].values.contains { $0.isFinite }
            }
        }
        let all = timeline.probes.compactMap { probe -> HeatPanel? in
            let label = FocusTimeline.plain(probe.label)
            let title = layers > 1 ? "\(label) (\(probe.layer))" : label
            if let panel = HeatPanel(aligned: probe.aligned, title: title, timeline: timeline, columns: columns),
                panel.values.values.contains(where: \.isFinite)
            {
                return panel
            }
            guard probe.r2.rank == 2, probe.r2.shape[0] == count, probe.r2.shape[1] > 0 else { return nil }
            return HeatPanel(title: title, axisName: "position", firstPosition: 0, values: probe.r2)
        }.filter { $0.values.values.contains { $0.isFinite } }.map { $0.rows(read).withoutEmptyMargins }
        guard !all.isEmpty else { return nil }
        panels = Array(all.prefix(Self.maximumPanels))
        run = timeline.run
        epochs = read.map { timeline.epochs[$0] }
        note =
            "n = \(timeline.instanceCount); cross-validated R²; grey: undefined"
            + (all.count > panels.count ? "; \(panels.count) of \(all.count) probes" : "")
    }

    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let grid = HeatGrid(
            panels: panels, epochs: epochs, width: style.width.inches, columns: style.width.inches < 5 ? 1 : 2)
        var writer = ScriptWriter(
            name: name, about: ["\(name): what the states hold, by position over the epochs of \(run)."], style: style,
            canvas: grid.canvas)
        let scale = ColourScale(shares: panels.flatMap(\.values.values))
        grid.write(
            scale: scale, barName: "R²", note: note, showsDelimiter: true, to: &writer)
        return writer.script()
    }
}
