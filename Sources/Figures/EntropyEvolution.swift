import Focus
import Metrics

/// `entropy`: how spread the attention is over the epochs, above the loss on the same axis of epochs.
public struct EntropyEvolution: Figure {
    struct Line: Sendable {
        var source: Source
        var words: String
        var estimates: [Estimate]
    }

    /// `entropy`.
    public let name = "entropy"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .single }
    let run: String
    let epochs: [Int]
    let lines: [Line]
    let losses: [(words: String, values: [Double?])]
    let lossName: String
    let note: String

    /// The figure; nil if the timeline holds no entropy of an attention.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        guard let attention = timeline.drawnAttention(options), !timeline.epochs.isEmpty else { return nil }
        lines = [attention, timeline.source(.gradientTimesInput), timeline.source(.saliency)].compactMap { source in
            guard let source, let series = timeline[source, "entropy_normalised"],
                series.estimates.count == timeline.epochs.count, series.estimates.contains(where: { $0.mean != nil })
            else { return nil }
            return Line(source: source, words: timeline.words(source), estimates: series.estimates)
        }
        guard lines.first?.source == attention else { return nil }
        var losses: [(words: String, values: [Double?])] = []
        if let loss = timeline.loss, loss.count == timeline.epochs.count { losses.append(("probe set", loss)) }
        if let known = options.validationLoss {
            let values = timeline.epochs.map { known[$0] }
            if values.contains(where: { $0 != nil }) { losses.append(("validation", values)) }
        }
        self.losses = losses
        lossName = timeline.lossName
        run = timeline.run
        epochs = timeline.epochs
        let hasBands = lines.contains { $0.estimates.contains { $0.interval != nil } }
        note = timeline.instanceNote([]) + (hasBands ? "; bands: 95 % CI of the mean" : "")
    }

    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let width = style.width.inches
        let upper = width < 5 ? 1.3 : 1.6
        let lower = losses.isEmpty ? 0 : width < 5 ? 0.75 : 0.9
        let canvas = Canvas(width: width, height: 0.24 + upper + (losses.isEmpty ? 0 : 0.16 + lower) + 0.37)
        let axis = EpochAxis(epochs, scale: style.epochScale)
        let top = canvas.height - 0.24
        var focus = LinePanel(
            prefix: "entropy_", epochs: epochs,
            lines: lines.map { line in
                LinePanel.Line(
                    labelLines: [line.words], estimates: line.estimates, look: .of(line.source.kind, style: style),
                    isThin: line.source.kind == .saliency)
            },
            levels: [LinePanel.Level(label: "uniform", level: 1)], axis: axis, scale: .shares,
            box: Canvas.Box(left: 0, right: 0, bottom: top - upper, top: top))
        let looks = [LineStyle.reference(style), LineStyle.series(4, theme: style.theme)]
        let curves = losses.enumerated().map { index, loss in
            LinePanel.Line(
                labelLines: [loss.words], estimates: loss.values.map { Estimate(mean: $0, count: 1) },
                look: looks[index % 2])
        }
        let values = losses.flatMap(\.values).compactMap { $0 }
        var loss = LinePanel(
            prefix: "loss_", epochs: epochs, lines: curves, axis: axis,
            scale: ValueScale.logarithmic(values) ?? .linear(values),
            box: Canvas.Box(left: 0, right: 0, bottom: 0.37, top: 0.37 + lower))
        let labelWidth = min(max(focus.widestLabel, loss.widestLabel), width < 5 ? 0.92 : 1.75)
        let left = 0.31 + max(focus.scale.labelWidth, losses.isEmpty ? 0 : loss.scale.labelWidth)
        (focus.box.left, loss.box.left) = (left, left)
        (focus.box.right, loss.box.right) = (width - labelWidth - 0.12, width - labelWidth - 0.12)
        var writer = ScriptWriter(
            name: name, about: ["\(name): how spread the maps are, above the loss, over the epochs of \(run)."],
            style: style, canvas: canvas)
        focus.writeData(to: &writer)
        if !losses.isEmpty { loss.writeData(to: &writer) }
        writer.add("set multiplot")
        writer.section("Normalised entropy: 1 is uniform, 0 is all on one position.")
        focus.writeFrame("normalised entropy", namesEpochs: losses.isEmpty, to: &writer)
        writer.label(note, x: left, y: canvas.height - 0.09, size: FigureStyle.noteSize, colour: style.muted)
        focus.writeMarks(to: &writer)
        focus.writeEndLabels(width: labelWidth, to: &writer)
        focus.writePlot(to: &writer)
        if !losses.isEmpty {
            writer.section("The loss.")
            writer.clearDecorations()
            loss.writeFrame(lossName, to: &writer)
            loss.writeMarks(to: &writer)
            loss.writeEndLabels(width: labelWidth, to: &writer)
            loss.writePlot(to: &writer)
        }
        return writer.script()
    }
}
