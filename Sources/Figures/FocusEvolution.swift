import Focus
import Metrics

/// `focus-evolution`: where the mass of attention is over the epochs, beside the attributions and chance.
///
/// Drawn are attention against the hypothesis that fits it best at the end; attention, gradient × input and saliency
/// against the expected hypothesis or, where none is named or attention fits just that, the one that gradient × input fits
/// best; and what a uniform map would have in each. Bands are the 95 % confidence intervals of the means.
public struct FocusEvolution: Figure {
    struct Line: Sendable {
        var labelLines: [String]
        var estimates: [Estimate]
        var isThin: Bool
        var look: Int
    }

    /// `focus-evolution`.
    public let name = "focus-evolution"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .single }
    let run: String
    let epochs: [Int]
    let lines: [Line]
    let chances: [LinePanel.Level]
    let onset: Int?
    let note: String

    /// The figure; nil if the timeline holds no mass of an attention.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        guard let attention = timeline.drawnAttention(options), !timeline.epochs.isEmpty else { return nil }
        let gradient = timeline.source(.gradientTimesInput)
        let saliency = timeline.source(.saliency)
        let expected = timeline.contrastHypothesis(for: attention)
        let best = timeline.bestHypothesis(for: attention)
        var chosen: [(series: FocusTimeline.Series, hypothesis: String, isThin: Bool, look: Int)] = []
        let add = { (source: Source?, metric: String, hypothesis: String?, words: String, isThin: Bool, look: Int) in
            guard let source, let series = timeline[source, metric, against: hypothesis],
                series.estimates.count == timeline.epochs.count, series.estimates.contains(where: { $0.mean != nil }),
                !chosen.contains(where: { $0.series.source == source && $0.series.estimates == series.estimates })
            else { return }
            chosen.append((series, words, isThin, look))
        }
        for (hypothesis, look) in [(best, 0), (expected, 1)] {
            guard let name = hypothesis?.name else { continue }
            add(attention, "mass_in_mask", name, FocusTimeline.words(name), false, look)
        }
        if let name = (expected ?? best)?.name {
            add(gradient, "mass_in_mask", name, FocusTimeline.words(name), false, 2)
            add(saliency, "mass_in_mask", name, FocusTimeline.words(name), true, 3)
        }
        if chosen.isEmpty {
            add(attention, "mass_at", nil, "at delimiter", false, 0)
            add(attention, "mass_before", nil, "before", false, 1)
            add(gradient, "mass_before", nil, "before", false, 2)
            add(saliency, "mass_before", nil, "before", true, 3)
        }
        guard chosen.contains(where: { $0.series.source == attention }) else { return nil }
        let shown = timeline.hypotheses.filter { summary in
            chosen.contains { $0.series.hypothesis == summary.name }
        }
        run = timeline.run
        epochs = timeline.epochs
        lines = chosen.map {
            Line(
                labelLines: [timeline.words($0.series.source), $0.hypothesis], estimates: $0.series.estimates,
                isThin: $0.isThin,
                look: $0.look)
        }
        chances = shown.map { LinePanel.Level(label: "uniform, " + FocusTimeline.words($0.name), level: $0.chance) }
        onset = options.onset.flatMap { timeline.epochs.contains($0) ? $0 : nil }
        let hasBands = lines.contains { line in !line.isThin && line.estimates.contains { $0.interval != nil } }
        note = timeline.instanceNote(chosen.map(\.series)) + (hasBands ? "; bands: 95 % CI of the mean" : "")
    }
}
