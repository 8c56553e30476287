import Focus
import Metrics

/// `entropy`: how spread the attention is over the epochs, above the loss on the same axis of epochs: on the training's validation
/// data where its history is known, else on the probe set.
public struct EntropyEvolution: Figure {
    struct Line: Sendable {
        var source: Source
        var words: String
        var estimates: [Estimate]
    }

    struct LossLine: Sendable {
        var label: String
        var values: [Double?]
        var isThin = false
    }

    /// `entropy`.
    public let name = "entropy"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .single }
    let run: String
    let epochs: [Int]
    let lines: [Line]
    /// The losses; none where neither the training's history nor the probe set tells any.
    let losses: [LossLine]
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
        losses = Self.losses(timeline)
        // The training's own loss may be another than the one that was computed on the probe set.
        lossName = timeline.history == nil ? timeline.lossName : "loss"
        run = timeline.run
        epochs = timeline.epochs
        let hasBands = lines.contains { $0.estimates.contains { $0.interval != nil } }
        note = timeline.instanceNote([]) + (hasBands ? "; bands: 95 % CI of the mean" : "")
    }

    private static func losses(_ timeline: FocusTimeline) -> [LossLine] {
        let training = timeline.trainingLoss.map { LossLine(label: "training", values: $0, isThin: true) }
        if let validation = timeline.validationLoss {
            return [LossLine(label: "validation", values: validation)] + [training].compactMap { $0 }
        }
        let probes = timeline.loss.flatMap { $0.count == timeline.epochs.count ? $0 : nil }
            .map { LossLine(label: "probe set", values: $0) }
        return [probes, training].compactMap { $0 }
    }

    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let width = style.width.inches
        let (upper, lower) = width < 5 ? (1.3, 0.75) : (1.6, 0.9)
        let canvas = Canvas(width: width, height: 0.24 + upper + (losses.isEmpty ? 0 : 0.16 + lower) + 0.37)
        let axis = EpochAxis(epochs, scale: style.epochScale)
        var panels = [focusPanel(axis, style)] + (losses.isEmpty ? [] : [lossPanel(axis, style)])
        let labelWidth = min(panels.map(\.widestLabel).max() ?? 0, width < 5 ? 0.92 : 1.75)
        let left = 0.31 + (panels.map(\.scale.labelWidth).max() ?? 0)
        for (index, height) in zip(panels.indices, [upper, lower]) {
            let top = index == 0 ? canvas.height - 0.24 : 0.37 + lower
            panels[index].box = Canvas.Box(
                left: left, right: width - labelWidth - 0.12, bottom: top - height, top: top)
        }
        var writer = ScriptWriter(
            name: name, about: ["\(name): how spread the maps are, above the loss, over the epochs of \(run)."],
            style: style, canvas: canvas)
        for panel in panels { panel.writeData(to: &writer) }
        writer.add("set multiplot")
        for (index, panel) in panels.enumerated() {
            writer.section(index == 0 ? "Normalised entropy: 1 is uniform, 0 is all on one position." : "The loss.")
            writer.clearDecorations()
            panel.writeFrame(
                index == 0 ? "normalised entropy" : lossName, namesEpochs: index == panels.count - 1, to: &writer)
            if index == 0 {
                writer.label(note, x: left, y: canvas.height - 0.09, size: FigureStyle.noteSize, colour: style.muted)
            }
            panel.writeMarks(to: &writer)
            panel.writeEndLabels(width: labelWidth, to: &writer)
            panel.writePlot(to: &writer)
        }
        return writer.script()
    }

    private func focusPanel(_ axis: EpochAxis, _ style: FigureStyle) -> LinePanel {
        LinePanel(
            prefix: "entropy_", epochs: epochs,
            lines: lines.map { line in
                LinePanel.Line(
                    labelLines: [line.words], estimates: line.estimates, look: .of(line.source.kind, style: style),
                    isThin: line.source.kind == .saliency)
            },
            levels: [LinePanel.Level(label: "uniform", level: 1)], axis: axis, scale: .shares,
            box: Canvas.Box(left: 0, right: 1, bottom: 0, top: 1))
    }

    private func lossPanel(_ axis: EpochAxis, _ style: FigureStyle) -> LinePanel {
        let values = losses.flatMap(\.values).compactMap { $0 }
        return LinePanel(
            prefix: "loss_", epochs: epochs,
            lines: losses.map { line in
                var look = LineStyle.reference(style)
                if line.isThin { (look.dash, look.colour) = ("(7,3.5)", style.muted) }
                return LinePanel.Line(
                    labelLines: [line.label], estimates: line.values.map { Estimate(mean: $0, count: 1) }, look: look,
                    isThin: line.isThin)
            },
            axis: axis, scale: ValueScale.logarithmic(values) ?? .linear(values),
            box: Canvas.Box(left: 0, right: 1, bottom: 0, top: 1))
    }
}
