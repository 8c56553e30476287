import Focus

/// What to choose from a timeline for its figures.
public struct FigureOptions: Sendable {
    /// The epochs of `attention-maps`; nil chooses up to six where the picture changes. Epochs without a checkpoint are
    /// left out.
    public var epochs: [Int]?
    /// How many samples `attention-maps` shows.
    public var sampleCount: Int
    /// The epoch at which the model began to focus, if it is to be marked.
    public var onset: Int?
    /// The attention layer and head to draw; nil is the timeline's first.
    public var attention: Source?
    /// Whether `attention-maps` shows the input values beside the maps.
    public var showsInputs: Bool

    /// Options.
    public init(
        epochs: [Int]? = nil, sampleCount: Int = 10, onset: Int? = nil, attention: Source? = nil,
        showsInputs: Bool = false
    ) {
        self.epochs = epochs
        self.sampleCount = sampleCount
        self.onset = onset
        self.attention = attention
        self.showsInputs = showsInputs
    }
}

/// The figures of a timeline, without those that it lacks the numbers for.
public func standardFigures(of timeline: FocusTimeline, options: FigureOptions = FigureOptions()) -> [any Figure] {
    let figures: [(any Figure)?] = [
        FocusEvolution(timeline, options: options),
        Hypotheses(timeline, options: options),
        AttentionMaps(timeline, options: options),
        PositionEvolution(timeline, options: options),
        AttentionVsSaliency(timeline, options: options),
        EntropyEvolution(timeline, options: options),
        Interventions(timeline, options: options),
        StateProbes(timeline, options: options),
        Faithfulness(timeline, options: options),
        Heads(timeline, options: options),
        Evolution(timeline, options: options),
    ]
    return figures.compactMap { $0 }
}
