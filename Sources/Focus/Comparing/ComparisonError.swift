/// What can be wrong with runs that are to be compared: what, where, and what to do next.
public enum ComparisonError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Fewer than two runs were given.
    case tooFewRuns
    /// A folder was given twice.
    case givenTwice(path: String)
    /// The folder holds no analysis.
    case noAnalysis(path: String)
    /// Two runs were analysed on different sequences.
    case otherProbeSet(first: String, second: String, what: String)
    /// The runs have no epoch in common.
    case noCommonEpoch(epochs: [String])
    /// A run has no such numbers.
    case noMetric(path: String, metric: String, known: [String])
    /// Nobody said which hypothesis to compare against.
    case noHypothesis(path: String, known: [String])

    /// The text a researcher reads.
    public var description: String {
        switch self {
        case .tooFewRuns:
            "comparing needs two analysed runs at least. Pass two or more folders that `fovea analyze -o` wrote."
        case .givenTwice(let path):
            "\(path): this run is given twice, and would count as two. Pass each folder once."
        case .noAnalysis(let path):
            "\(path): there is no analysis.h5 in this folder. Pass the folder that `fovea analyze -o` wrote."
        case .otherProbeSet(let first, let second, let what):
            "\(second): \(what) differ from those of \(first), so their numbers are not about the same sequences. Analyse both runs "
                + "on one probe set (the same --data and --mask), and compare again."
        case .noCommonEpoch(let epochs):
            "the runs have no epoch in common: \(epochs.joined(separator: "; ")). Analyse checkpoints of the same epochs."
        case .noMetric(let path, let metric, let known):
            "\(path): there are no numbers of `\(metric)`. "
                + (known.isEmpty
                    ? "Analyse the run again." : "There are: \(known.prefix(60).joined(separator: ", ")).")
        case .noHypothesis(let path, let known):
            "\(path): the analysis names no expected hypothesis. Pass --hypothesis; there are \(known.joined(separator: ", "))."
        }
    }
}
