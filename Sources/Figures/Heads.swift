import Focus

/// `heads`: the mean attention of each layer and head by position over the epochs, layers downward and heads across.
public struct Heads: Figure {
    /// `heads`.
    public let name = "heads"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .double }
    let run: String
    let epochs: [Int]
    let panels: [HeatPanel]
    let positions: Int
    /// How many panels make a row: the heads of a layer.
    let across: Int
    /// The panels with which a new layer starts.
    let breaks: Set<Int>
    let note: String

    /// The most panels of a figure.
    static let maximumPanels = 32

    /// The figure; nil if the timeline holds the mean maps of one attention only.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        let all = timeline.sources.filter { $0.kind == .attention && timeline.profiles[$0] != nil }
        // A layer's mean over its heads says nothing beside the heads themselves.
        let split = Set(all.filter { $0.head != nil }.map(\.layer))
        let sources = all.filter { $0.head != nil || !split.contains($0.layer) }
        guard sources.count > 1, timeline.positionCount > 1, !timeline.epochs.isEmpty else { return nil }
        let columns = AlignedColumns(
            counts: timeline.alignedCounts, positions: timeline.positionCount, instances: timeline.instanceCount)
        let drawn = sources.prefix(Self.maximumPanels).compactMap { source -> HeatPanel? in
            guard let profile = timeline.profiles[source] else { return nil }
            let words = [source.layer, source.head.map { "head \($0)" }].compactMap { $0 }.joined(separator: ", ")
            if let panel = HeatPanel(aligned: profile.aligned, title: words, timeline: timeline, columns: columns) {
                return panel
            }
            guard profile.absolute.shape == [timeline.epochs.count, timeline.positionCount] else { return nil }
            return HeatPanel(title: words, axisName: "position", firstPosition: 0, values: profile.absolute)
        }
        guard drawn.count > 1 else { return nil }
        panels = drawn
        across = Dictionary(grouping: sources, by: \.layer).values.map(\.count).max() ?? 1
        let drawnSources = sources.prefix(drawn.count)
        breaks =
            across > 1 ? Set(drawnSources.indices.filter { $0 > 0 && sources[$0].layer != sources[$0 - 1].layer }) : []
        run = timeline.run
        epochs = timeline.epochs
        positions = timeline.positionCount
        note =
            "mean of n = \(timeline.instanceCount)"
            + (sources.count > drawn.count ? "; \(drawn.count) of \(sources.count) heads" : "")
    }

    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let width = style.width.inches
        let most = width < 5 ? 2 : 4
        let columns = across > 1 ? (across <= most ? across : (1...most).last { across % $0 == 0 } ?? most) : most
        let grid = HeatGrid(
            panels: panels, epochs: epochs, width: width, columns: columns > 1 ? columns : most, breaks: breaks,
            tallest: 1.1)
        var writer = ScriptWriter(
            name: name, about: ["\(name): the mean attention of each layer and head over the epochs of \(run)."],
            style: style, canvas: grid.canvas)
        let scale = ColourScale(panels.flatMap(\.values.values), positions: positions)
        grid.write(scale: scale, barName: "mean attention weight", note: note, showsDelimiter: false, to: &writer)
        return writer.script()
    }
}
