import Metrics
import Tasks
import Tensors

/// How the focus of a model evolves over the checkpoints of a run: every number that figures and reports show.
///
/// E is the number of checkpoints, N the number of instances of the probe set, T the number of positions.
public struct FocusTimeline: Sendable {
    /// One metric of one source, against one hypothesis where it needs one, over the epochs.
    public struct Series: Sendable {
        /// What the maps come from.
        public var source: Source
        /// The hypothesis the maps are measured against; nil for metrics of the map alone.
        public var hypothesis: String?
        /// The metric's snake_case id, such as `mass_in_mask`.
        public var metric: String
        /// One estimate per epoch.
        public var estimates: [Estimate]
    }

    /// A hypothesis of the analysis.
    public struct HypothesisSummary: Sendable {
        /// Where a hypothesis comes from.
        public typealias Origin = Hypothesis.Origin

        /// The hypothesis' name.
        public var name: String
        /// Where it comes from.
        public var origin: Origin
        /// The mean of its share of positions over the instances where it marks any, which is the mass of a uniform map in it.
        public var chance: Double
        /// An earlier hypothesis that marks the very same positions, if there is one.
        public var sameAs: String?
    }

    /// A source's mean map at each epoch.
    public struct Profile: Sendable {
        /// The mean weight by position, E×T, each instance's map divided by its sum; NaN where no instance has mass.
        public var absolute: Tensor
        /// The mean weight by position relative to the delimiter, E×(2T-1), column T-1 being the delimiter itself;
        /// nil where no delimiter is known.
        public var aligned: Tensor?
    }

    /// The first instances of the probe set with their maps, for the founding picture.
    public struct Samples: Sendable {
        /// The inputs, S×T×F.
        public var inputs: Tensor
        /// The masks by hypothesis, S×T.
        public var masks: [String: Tensor]
        /// The maps of each source, E×S×T, each divided by its sum of absolute values.
        public var maps: [Source: Tensor]
    }

    /// The run's name, from its folder.
    public var run: String
    /// The epoch of each checkpoint, ascending.
    public var epochs: [Int]
    /// The file name of each checkpoint.
    public var checkpoints: [String]
    /// The mean loss on the probe set at each epoch; nil where the probe set has no targets.
    public var loss: [Double]?
    /// The loss' name, such as `mse`.
    public var lossName: String
    /// N.
    public var instanceCount: Int
    /// T.
    public var positionCount: Int
    /// The number of instances behind each column of an aligned profile, 2T-1 values; nil where no delimiter is known.
    public var alignedCounts: [Int]?
    /// The hypotheses, the user's first.
    public var hypotheses: [HypothesisSummary]
    /// The hypothesis that the user holds to be the truth, if any.
    public var expected: String?
    /// The sources in order.
    public var sources: [Source]
    /// All series.
    public var series: [Series]
    /// Per source and epoch the hypotheses, best first.
    public var ranking: [Source: [[HypothesisFit]]]
    /// The mean maps of each source.
    public var profiles: [Source: Profile]
    /// The first instances.
    public var samples: Samples
    /// The maps of each source at the last epoch, N×T, each divided by its sum of absolute values.
    public var finalMaps: [Source: Tensor]

    /// What becomes of the output when the attention is replaced; empty where nothing was.
    public var interventions: [Intervention] = []
    /// What the states hold that the attention weights; empty where nothing was asked for.
    public var probes: [StateProbe] = []
    /// Tests of whether attention and attributions are faithful to the model.
    public var tests: [FaithfulnessSeries] = []

    /// The losses that the training itself noted; nil where nothing is known of them.
    public var history: TrainingHistory?

    /// The mean maps of each head of multi-head layers, where heads are no sources of their own.
    public var headProfiles: [Source: Profile] = [:]

    /// The series of a metric of a source against a hypothesis (nil for metrics of the map alone), if it was computed.
    public subscript(source: Source, metric: String, against hypothesis: String? = nil) -> Series? {
        series.first { $0.source == source && $0.metric == metric && $0.hypothesis == hypothesis }
    }

    /// The first source of a kind.
    public func source(_ kind: Source.Kind) -> Source? { sources.first { $0.kind == kind } }
}
