import Tensors

/// Gradient saliency |dy/dx| (Simonyan, Vedaldi & Zisserman 2014), one number per position.
public struct Saliency: AttributionMethod {
    public static let id = "saliency"

    /// How features are reduced; the Euclidean norm by default.
    public var reduction: FeatureReduction

    /// Saliency with the given reduction over features.
    public init(reduction: FeatureReduction = .l2) { self.reduction = reduction }

    /// The map of each instance, N×T, never negative except under the plain sum.
    public func callAsFunction(_ gradient: InputGradient) -> Tensor { reduction(gradient.gradient) }

    /// The signed gradient, N×T×F; its reduction makes it a saliency.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        Attribution(values: try subject.gradient.gradient)
    }
}
