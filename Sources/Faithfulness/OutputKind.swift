import Networks

/// What a network's first output is, and so what counts as a change, as a decision, and as evidence for it.
public enum OutputKind: String, Sendable, CaseIterable {
    /// Real numbers. A change is the mean |y - y'|.
    case regression
    /// Independent probabilities, each of a sigmoid. A change is the mean |p - p'|.
    case probability
    /// Probabilities over classes along the last axis, of a softmax. A change is the total variation distance, the mean over steps.
    case distribution

    /// The kind by the activation that the first output comes from.
    public init(of graph: LayerGraph) {
        switch graph.outputActivation(0) {
        case .sigmoid, .hardSigmoid: self = .probability
        case .softmax: self = .distribution
        default: self = .regression
        }
    }

    /// Whether there is a decision that can be turned over.
    public var hasDecision: Bool { self != .regression }
}
