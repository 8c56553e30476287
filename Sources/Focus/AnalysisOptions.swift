import Attribution
import Networks
import Tasks

/// What an analysis is asked for beyond its run and its probe set.
public struct AnalysisOptions: Sendable {
    /// Rules for further hypotheses.
    public var rules: [MaskRule] = []
    /// The hypothesis that the user holds to be the truth; the first user's hypothesis if nil.
    public var expected: String?
    /// An architecture that takes precedence over the checkpoints' own.
    public var architecture: Architecture?
    /// The layers whose weights are the attention; all that compute some if empty.
    public var attentionLayers: [String] = []
    /// The loss; that of the training's configuration, or the usual one, if nil.
    public var loss: Loss?
    /// The loss where neither the user nor the training's configuration says one; a task's own, for instance.
    public var usualLoss = Loss.meanSquaredError
    /// The number of bootstrap resamples.
    public var resamples = 2000
    /// The seed of the bootstrap.
    public var seed: UInt64 = 7
    /// Whether a checkpoint that cannot be used is reported and left out instead of ending the analysis.
    public var skipBad = false
    /// The attribution methods; each becomes a source.
    public var methods = [MethodRequest(Saliency()), MethodRequest(GradientTimesInput())]
    /// Of which query and heads attention is measured.
    public var reading = AttentionReading()
    /// Which scalar of the output attributions explain.
    public var output = OutputChoice.automatic
    /// Whether the delimiter's own cell is left out of attributions.
    public var excludesDelimiter = false
    /// What the attention is replaced by.
    public var interventions = InterventionChoice.all
    /// The tests of faithfulness.
    public var tests = FaithfulnessChoice.standard
    /// At which epochs they are made.
    public var testing = EpochSelection.last
    /// At which epochs the states are probed.
    public var probing = EpochSelection.spread(5)
    /// The share of a uniform map that maps are mixed with before the divergence KL(mask | map) is taken, above 0 and below 1.
    public var smoothing = HypothesisFitter.defaultSmoothing
    /// Where the training's own losses are looked for.
    public var history = HistoryChoice.beside
    /// How many instances are kept whole for the picture of attention maps.
    public var sampleCount = 10

    /// The default options.
    public init() {}
}
