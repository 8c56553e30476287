import Metrics
import Tensors

extension FocusTimeline {
    /// The model with other attention: its loss and how far its output moves, over the epochs.
    public struct Intervention: Sendable {
        /// Its name in files and on the command line: `uniform`, `shuffled`, `mask:before`, `last_step`, ...
        public var name: String
        /// What it does, in a few words: "uniform over `before`".
        public var label: String
        /// The attention layer; nil where all layers are replaced together.
        public var layer: String?
        /// The hypothesis whose mask is forced, if it is one's.
        public var hypothesis: String?
        /// The loss over the instances at each epoch; without targets all undefined.
        public var loss: [Estimate]
        /// The loss minus that of the model's own attention, instance by instance.
        public var lossIncrease: [Estimate]
        /// The mean absolute change of the outputs.
        public var outputChange: [Estimate]
    }

    /// How much of a target a linear model reads from the states that the attention weights (Alain & Bengio 2017).
    public struct StateProbe: Sendable {
        /// The target: `running_sum`, `sum_before_delimiter`, `delimiter_seen`, `target`, or the name of a data set.
        public var target: String
        /// What it is, in a few words.
        public var label: String
        /// The layer whose states are read.
        public var layer: String
        /// Cross-validated R^2 by position, E×T; NaN where undefined (a constant target, too few instances).
        public var r2: Tensor
        /// The same by position relative to the delimiter, E×(2T-1), column T-1 being the delimiter itself; nil where no delimiter is known.
        public var aligned: Tensor?
    }

    /// One test of faithfulness over the epochs.
    public struct FaithfulnessSeries: Sendable {
        /// The test's snake_case name, such as `permutation_output_change` or `comprehensiveness`.
        public var name: String
        /// The source that is tested; nil for tests of the attention layer or of the model as such.
        public var source: Source?
        /// Which value means what, in one line.
        public var label: String
        /// One estimate per epoch; undefined (n = 0) at epochs where the test was not run.
        public var estimates: [Estimate]
    }

    /// Of each source with a completeness axiom (integrated gradients) the relative gap |sum of the map - (f(x) - f(baseline))| /
    /// |f(x) - f(baseline)| at each epoch.
    public var completenessGaps: [Source: [Estimate]] {
        Dictionary(
            tests.filter { $0.name == "completeness_gap" }.compactMap { test in
                test.source.map { ($0, test.estimates) }
            }, uniquingKeysWith: { $1 })
    }

    /// The tests of faithfulness; the completeness of attributions is not one.
    public var faithfulness: [FaithfulnessSeries] { tests.filter { $0.name != "completeness_gap" } }
}
