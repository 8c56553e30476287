/// Anything that yields one weight per position: an attention layer (and head), an attribution method, or a baseline.
public struct Source: Hashable, Sendable, Comparable {
    /// The kinds of sources; the raw value is the name in files and on the command line.
    public enum Kind: String, Sendable, CaseIterable {
        case attention
        case saliency
        case gradientTimesInput = "gradient_x_input"
        case integratedGradients = "integrated_gradients"
        case smoothGrad = "smoothgrad"
        case occlusion
        case attentionTimesGradient = "attention_x_gradient"
        case smoothGradSquared = "smoothgrad_squared"
        case varGrad = "vargrad"
        case leaveOneOut = "leave_one_out"
        case frozenGradient = "gradient_attention_frozen"
        case layerwiseRelevance = "lrp"
        case attentionRollout = "attention_rollout"
        case attentionFlow = "attention_flow"
        case uniform
        case random
    }

    /// What computes the weights.
    public var kind: Kind
    /// The attention layer's name; nil for other kinds.
    public var layer: String?
    /// The attention head, from 0; nil where the layer has one only, or heads were averaged.
    public var head: Int?

    /// A source of the given kind.
    public init(_ kind: Kind, layer: String? = nil, head: Int? = nil) {
        self.kind = kind
        self.layer = layer
        self.head = head
    }

    /// Attention first, then the attributions in the order of their kinds, then the baselines.
    public static func < (first: Source, second: Source) -> Bool {
        let order = { (source: Source) in
            (Kind.allCases.firstIndex(of: source.kind) ?? 0, source.layer ?? "", source.head ?? -1)
        }
        return order(first) < order(second)
    }
}
