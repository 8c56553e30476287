import Focus
import Metrics
import Tensors

/// `evolution`: the founding picture as an animation: the maps of the first samples, epoch by epoch, with the share of mass in
/// the hypotheses so far.
public struct Evolution: Figure {
    /// `evolution`.
    public let name = "evolution"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .double }
    let run: String
    let epochs: [Int]
    /// E×S×T.
    let maps: Tensor
    let masks: [AttentionMaps.Mask]
    let lines: [FocusEvolution.Line]
    let what: String

    /// The most frames; of longer runs those where the picture changes.
    static let maximumFrames = 120

    /// The animation; nil if the timeline holds no sample with an attention, or one epoch only.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        guard let attention = timeline.drawnAttention(options), let all = timeline.samples.maps[attention],
            all.rank == 3, all.shape[0] == timeline.epochs.count, all.shape[1] > 0, all.shape[2] > 1
        else { return nil }
        let samples = max(1, min(options.sampleCount, all.shape[1]))
        let profile = timeline.profiles[attention]
        let indices =
            options.epochs.map { wanted in timeline.epochs.indices.filter { wanted.contains(timeline.epochs[$0]) } }
            ?? EpochChoice.indices(
                epochs: timeline.epochs, profile: profile?.aligned ?? profile?.absolute, count: Self.maximumFrames)
        guard indices.count > 1 else { return nil }
        run = timeline.run
        epochs = indices.map { timeline.epochs[$0] }
        maps = Tensor(
            shape: [indices.count, samples, all.shape[2]],
            values: indices.flatMap { all[row: $0][rows: 0..<samples].values })
        masks = AttentionMaps(timeline, options: options)?.masks ?? []
        what = timeline.words(attention)
        let focus = FocusEvolution(timeline, options: options)
        lines =
            focus?.lines.prefix(3).map { line in
                var line = line
                line.estimates = indices.map { line.estimates[$0] }
                return line
            } ?? []
    }
}
