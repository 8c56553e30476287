import Networks
import Tensors

/// The gradient with the attention frozen: dy/dx with all attention weights held at their values, as Jain & Wallace (2019, section 4.1)
/// take it, and on request times the input.
///
/// What is missing against the full gradient is the way through the weights: how moving the input moves the attention.
public struct FrozenGradient: AttributionMethod {
    public static let id = "gradient_attention_frozen"

    /// Whether the gradient is multiplied by the input.
    public var timesInput: Bool
    public var reduction: FeatureReduction

    /// The frozen gradient under the Euclidean norm over features, or times the input, summed. (Jain & Wallace use the latter's absolute
    /// value: `timesInput: true, reduction: .absoluteSum`.)
    public init(timesInput: Bool = false, reduction: FeatureReduction? = nil) {
        self.timesInput = timesInput
        self.reduction = reduction ?? (timesInput ? .sum : .l2)
    }

    /// The signed gradient, or its product with the input, N×T×F.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        let maps = subject.evaluation.attention
        guard !maps.isEmpty else {
            throw AttributionError.noAttention(method: "gradient with attention frozen", layer: nil, known: [])
        }
        let own = Dictionary(
            maps.map { ($0.layer, AttentionSubstitute(weights: $0.weights)) }, uniquingKeysWith: { _, last in last })
        let frozen = try subject.evaluation.substituting(own, recording: true)
        let gradient = try InputGradient(of: frozen, in: subject.graph, selection: subject.selection)
        return Attribution(values: timesInput ? gradient.gradient * gradient.input : gradient.gradient)
    }
}
