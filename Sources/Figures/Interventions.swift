import Focus
import Metrics

/// `interventions`: what becomes of the loss when the attention is replaced, over the epochs; where the probe set has no
/// targets, how far the output moves.
public struct Interventions: Figure {
    struct Line: Sendable {
        var label: String
        var estimates: [Estimate]
    }

    /// `interventions`.
    public let name = "interventions"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { lines.count > 4 ? .double : .single }
    let run: String
    let epochs: [Int]
    let lines: [Line]
    /// The loss with the model's own attention.
    let own: [Double]?
    let what: String
    let note: String

    /// The most interventions that are drawn.
    static let maximumLines = 11

    /// The figure; nil if the timeline holds no intervention with a value.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        guard !timeline.epochs.isEmpty else { return nil }
        let attention = timeline.drawnAttention(options)
        let fitting = timeline.interventions.filter { $0.layer == nil || $0.layer == attention?.layer }
        let all = fitting.isEmpty ? timeline.interventions : fitting
        let hasLoss = all.contains { $0.loss.contains { $0.mean != nil } }
        let drawn = all.map {
            Line(label: FocusTimeline.plain($0.label), estimates: hasLoss ? $0.loss : $0.outputChange)
        }
        .filter { line in
            line.estimates.count == timeline.epochs.count && line.estimates.contains { ($0.mean ?? 0) > 0 }
        }
        guard !drawn.isEmpty else { return nil }
        lines = Array(drawn.prefix(Self.maximumLines))
        own = hasLoss && timeline.loss?.count == timeline.epochs.count ? timeline.loss : nil
        what = hasLoss ? "\(timeline.lossName) with other attention" : "mean change of the output"
        run = timeline.run
        epochs = timeline.epochs
        let hasBands = lines.contains { $0.estimates.contains { $0.interval != nil } }
        note =
            "n = \(timeline.instanceCount)" + (hasBands ? "; bands: 95 % CI" : "")
            + (drawn.count > lines.count ? "; \(lines.count) of \(drawn.count)" : "")
    }

    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let width = style.width.inches
        let canvas = Canvas(
            width: width, height: max(width < 5 ? 2.35 : 2.6, (width < 5 ? 0.3 : 0.2) * Double(lines.count + 2)))
        var drawn = lines.enumerated().map { index, line in
            LinePanel.Line(
                labelLines: [line.label], estimates: line.estimates, look: .series(index, theme: style.theme))
        }
        if let own {
            let estimates = own.map { Estimate(mean: $0, count: 1) }
            drawn.append(
                LinePanel.Line(labelLines: ["its own attention"], estimates: estimates, look: .reference(style)))
        }
        let values = LinePanel.values(drawn)
        let scale = ValueScale.logarithmic(drawn.flatMap { $0.estimates.compactMap(\.mean) }) ?? .linear(values)
        let left = 0.31 + scale.labelWidth
        var panel = LinePanel(
            epochs: epochs, lines: drawn, axis: EpochAxis(epochs, scale: style.epochScale), scale: scale,
            box: Canvas.Box(left: left, right: width, bottom: 0.37, top: canvas.height - 0.24))
        let labelWidth = min(panel.widestLabel, width < 5 ? 1.05 : 2.3)
        panel.box.right = width - labelWidth - 0.12
        var writer = ScriptWriter(
            name: name, about: ["\(name): \(what), over the epochs of \(run)."], style: style, canvas: canvas)
        panel.writeData(to: &writer)
        writer.section("The axes.")
        panel.writeFrame(what, to: &writer)
        writer.label(note, x: left, y: canvas.height - 0.09, size: FigureStyle.noteSize, colour: style.muted)
        panel.writeMarks(to: &writer)
        panel.writeEndLabels(width: labelWidth, to: &writer)
        panel.writePlot(to: &writer)
        return writer.script(isMultiplot: false)
    }
}
