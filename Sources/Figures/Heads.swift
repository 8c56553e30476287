import Focus
import Foundation

/// `heads`: the mean attention of each layer and head by position over the epochs, layers downward and heads across.
public struct Heads: Figure {
    /// `heads`.
    public let name = "heads"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .double }
    let run: String
    let epochs: [Int]
    let panels: [HeatPanel]
    /// The head of each panel.
    let heads: [Int?]
    let positions: Int
    /// The most heads that a layer has.
    let across: Int
    /// The layers with their first panel.
    let layers: [(name: String, first: Int)]
    let note: String

    /// The most panels of a figure.
    static let maximumPanels = 64

    /// The figure; nil if the timeline holds the mean maps of one attention only.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        let profiles = timeline.profiles.merging(timeline.headProfiles) { own, _ in own }
        let all = Set(timeline.sources + timeline.headProfiles.keys)
            .filter { $0.kind == .attention && profiles[$0] != nil }.sorted(by: Self.isBefore)
        // A layer's mean over its heads says nothing beside the heads themselves.
        let split = Set(all.filter { $0.head != nil }.map(\.layer))
        let sources = all.filter { $0.head != nil || !split.contains($0.layer) }
        guard sources.count > 1, timeline.positionCount > 1, !timeline.epochs.isEmpty else { return nil }
        let columns = AlignedColumns(
            counts: timeline.alignedCounts, positions: timeline.positionCount, instances: timeline.instanceCount)
        let drawn = sources.prefix(Self.maximumPanels).compactMap { source -> HeatPanel? in
            guard let profile = profiles[source] else { return nil }
            let words = [source.layer, source.head.map { "head \($0)" }].compactMap { $0 }.joined(separator: ", ")
            if let panel = HeatPanel(aligned: profile.aligned, title: words, timeline: timeline, columns: columns) {
                return panel
            }
            guard profile.absolute.shape == [timeline.epochs.count, timeline.positionCount] else { return nil }
            return HeatPanel(title: words, axisName: "position", firstPosition: 0, values: profile.absolute)
        }
        guard drawn.count > 1, drawn.count == min(sources.count, Self.maximumPanels) else { return nil }
        panels = drawn
        heads = sources.prefix(drawn.count).map(\.head)
        across = Dictionary(grouping: sources, by: \.layer).values.map(\.count).max() ?? 1
        layers = drawn.indices.filter { $0 == 0 || sources[$0].layer != sources[$0 - 1].layer }
            .map { (name: sources[$0].layer ?? "attention", first: $0) }
        run = timeline.run
        epochs = timeline.epochs
        positions = timeline.positionCount
        note =
            "mean of n = \(timeline.instanceCount)"
            + (sources.count > drawn.count ? "; the first \(drawn.count) of \(sources.count) heads" : "")
    }

    /// Layers as people count them: `layer_2` before `layer_10`.
    private static func isBefore(_ first: Source, _ second: Source) -> Bool {
        switch (first.layer ?? "").compare(second.layer ?? "", options: [.numeric]) {
        case .orderedAscending: true
        case .orderedDescending: false
        case .orderedSame: (first.head ?? -1) < (second.head ?? -1)
        }
    }

    /// The script that draws the figure: a row, or several, for each layer, with as many heads in it as there is room for.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let width = style.width.inches
        let most = width < 5 ? 4 : 8
        let hasHeads = across > 1
        let columns = hasHeads ? Self.columns(across, most: most) : most / 2
        let grid = HeatGrid(
            panels: hasHeads ? headed(wraps: across > columns) : panels, epochs: epochs, width: width, columns: columns,
            groups: hasHeads ? layers : [], tallest: 1.1)
        var writer = ScriptWriter(
            name: name, about: ["\(name): the mean attention of each layer and head over the epochs of \(run)."],
            style: style, canvas: grid.canvas)
        let scale = ColourScale(panels.flatMap(\.values.values), positions: positions)
        grid.write(scale: scale, barName: "mean attention weight", note: note, showsDelimiter: false, to: &writer)
        return writer.script()
    }

    /// How many heads stand beside each other: all, or as large a part as divides them.
    private static func columns(_ heads: Int, most: Int) -> Int {
        heads <= most ? heads : (most / 2...most).last { heads.isMultiple(of: $0) } ?? most
    }

    /// The panels with their heads' numbers above them: of the first row only, if there is one row for each layer.
    private func headed(wraps: Bool) -> [HeatPanel] {
        let firstRow = layers.count > 1 ? layers[1].first : panels.count
        return zip(panels.indices, panels).map { index, panel in
            var panel = panel
            let isNamed = wraps || index < firstRow
            panel.heading = isNamed ? heads[index].map { "head \($0)" } ?? "" : ""
            return panel
        }
    }
}
