/// The gradient with respect to attention weights, dy/da, without the weights as a factor.
public struct AttentionGradient: AttributionMethod {
    public static let id = "gradient_wrt_attention"

    /// The attention layer; nil for the last one of the network.
    public var layer: String?
    public var reduction: FeatureReduction

    /// The method on one attention layer; heads and queries are summed by default.
    public init(layer: String? = nil, reduction: FeatureReduction = .sum) {
        self.layer = layer
        self.reduction = reduction
    }

    /// The gradient, arranged as in ``AttentionTimesGradient``.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        let (_, gradient) = try AttentionTimesGradient.gradient(of: layer, subject, method: "attention gradient")
        return Attribution(values: AttentionTimesGradient(layer: layer).byPosition(gradient, of: subject))
    }
}
