import Focus
import Tensors

/// `position-evolution`: the mean attention by position over the epochs, as it stands and aligned to the delimiter.
public struct PositionEvolution: Figure {
    /// `position-evolution`.
    public let name = "position-evolution"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .double }
    let run: String
    let epochs: [Int]
    let panels: [HeatPanel]
    let positions: Int
    let what: String
    let note: String

    /// The figure; nil if the timeline holds no mean attention.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        guard let attention = timeline.drawnAttention(options), let profile = timeline.profiles[attention],
            !timeline.epochs.isEmpty, profile.absolute.shape == [timeline.epochs.count, timeline.positionCount],
            timeline.positionCount > 1
        else { return nil }
        run = timeline.run
        epochs = timeline.epochs
        positions = timeline.positionCount
        what = timeline.words(attention)
        var panels = [
            HeatPanel(title: "by position", axisName: "position", firstPosition: 0, values: profile.absolute)
        ]
        var note = "mean of n = \(timeline.instanceCount)"
        let columns = AlignedColumns(
            counts: timeline.alignedCounts, positions: positions, instances: timeline.instanceCount)
        if let panel = HeatPanel(
            aligned: profile.aligned, title: "aligned to the delimiter", timeline: timeline, columns: columns)
        {
            panels.append(panel)
            if let columns, columns.leavesOut { note += "; aligned columns with n ≥ \(columns.leastCount)" }
        }
        self.panels = panels
        self.note = note
    }

    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let width = style.width.inches
        let grid = HeatGrid(
            panels: panels, epochs: epochs, width: width, columns: width < 5 ? 1 : 2, tallest: width < 5 ? 1.5 : 2.1)
        var writer = ScriptWriter(
            name: name, about: ["\(name): the mean \(what) by position over the epochs of \(run)."], style: style,
            canvas: grid.canvas)
        let scale = ColourScale(panels.flatMap(\.values.values), positions: positions)
        grid.write(scale: scale, barName: "mean \(what) weight", note: note, showsDelimiter: false, to: &writer)
        return writer.script()
    }
}
