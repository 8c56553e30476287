/// What the attention of a trained model is replaced by at test time, to see whether the output cares (Vashishth et al. 2019; Wiegreffe &
/// Pinter 2019; Jain & Wallace 2019).
public enum AttentionIntervention: Hashable, Sendable {
    /// The same weight at each valid position.
    case uniform
    /// Each instance's own weights in random order, drawn several times.
    case shuffled(draws: Int)
    /// Uniform over the positions that a hypothesis marks, 0 elsewhere.
    case mask(hypothesis: String)
    /// All weight on one position: the delimiter's, moved by an offset.
    case besideDelimiter(offset: Int)
    /// All weight on the last valid position.
    case lastStep
    /// The model's own weights, but nothing of the query reaches the output past them.
    case queryZeroed

    /// The name in files and on the command line.
    public var name: String {
        switch self {
        case .uniform: "uniform"
        case .shuffled: "shuffled"
        case .mask(let hypothesis): "mask:\(hypothesis)"
        case .besideDelimiter(let offset): "delimiter\(offset < 0 ? "-" : "+")\(abs(offset))"
        case .lastStep: "last_step"
        case .queryZeroed: "query_zeroed"
        }
    }

    /// What it does, in a few words.
    public var label: String {
        switch self {
        case .uniform: "uniform attention"
        case .shuffled(let draws): "own attention shuffled (\(draws) draws)"
        case .mask(let hypothesis): "uniform over `\(hypothesis)`"
        case .besideDelimiter(let offset):
            "all on the position\(abs(offset) == 1 ? "" : " \(abs(offset))") \(offset < 0 ? "before" : "after") the delimiter"
        case .lastStep: "all on the last step"
        case .queryZeroed: "own attention, query path zeroed"
        }
    }

    /// How often it is drawn; the results of the draws are averaged.
    public var draws: Int { if case .shuffled(let draws) = self { draws } else { 1 } }
}
