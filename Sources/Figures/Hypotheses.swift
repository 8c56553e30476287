import Focus
import Metrics

/// `hypotheses`: how the mass divides over the epochs, attention beside what the output depends on.
///
/// With a delimiter known, the shares before, at and after it as areas that add up to 1; else the shares in each of the user's
/// hypotheses, which may overlap, as lines.
public struct Hypotheses: Figure {
    /// One source's shares.
    struct Panel: Sendable {
        var title: String
        var parts: [Part]
    }

    struct Part: Sendable {
        var name: String
        var estimates: [Estimate]
        /// What a uniform map has there.
        var chance: Double?
    }

    /// `hypotheses`.
    public let name = "hypotheses"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .double }
    let run: String
    let epochs: [Int]
    let panels: [Panel]
    /// Whether the parts add up to 1.
    let isPartition: Bool
    let note: String

    /// The most hypotheses that are drawn as lines.
    static let maximumLines = 5

    /// The figure; nil if the timeline holds neither the delimiter's partition nor masses in hypotheses of an attention.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        guard let attention = timeline.drawnAttention(options), !timeline.epochs.isEmpty else { return nil }
        let sources = [attention, timeline.source(.gradientTimesInput)].compactMap { $0 }
        let partition = sources.compactMap { Self.partition(timeline, $0) }
        isPartition = partition.count == sources.count
        panels = isPartition ? partition : sources.compactMap { Self.hypotheses(timeline, $0) }
        guard panels.count == sources.count else { return nil }
        run = timeline.run
        epochs = timeline.epochs
        let hasBands =
            !isPartition && panels.contains { $0.parts.contains { $0.estimates.contains { $0.interval != nil } } }
        note =
            "n = \(timeline.instanceCount); "
            + (isPartition
                ? "means; dotted: a uniform map" : "mean share of mass" + (hasBands ? ", bands: 95 % CI" : ""))
    }

    private static func partition(_ timeline: FocusTimeline, _ source: Source) -> Panel? {
        let parts = [("mass_before", "before"), ("mass_at", "at delimiter"), ("mass_after", "after")]
            .compactMap { metric, words -> Part? in
                guard let series = timeline[source, metric], series.estimates.count == timeline.epochs.count,
                    series.estimates.contains(where: { $0.mean != nil })
                else { return nil }
                let chance = timeline[Source(.uniform), metric]?.estimates.last?.mean
                return Part(name: words, estimates: series.estimates, chance: chance)
            }
        return parts.count == 3 ? Panel(title: timeline.words(source), parts: parts) : nil
    }

    private static func hypotheses(_ timeline: FocusTimeline, _ source: Source) -> Panel? {
        let telling = timeline.hypotheses.filter { $0.sameAs == nil && $0.chance < 0.999 }
        let own = telling.filter { $0.origin != .added }
        let parts = (own.isEmpty ? telling : own).prefix(maximumLines).compactMap { summary -> Part? in
            guard let series = timeline[source, "mass_in_mask", against: summary.name],
                series.estimates.contains(where: { $0.mean != nil })
            else { return nil }
            return Part(
                name: FocusTimeline.words(summary.name), estimates: series.estimates, chance: summary.chance)
        }
        return parts.isEmpty ? nil : Panel(title: timeline.words(source), parts: Array(parts))
    }
}
