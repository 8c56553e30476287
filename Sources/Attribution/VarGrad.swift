import Tensors

/// VarGrad (Adebayo et al. 2018): the variance of the gradient over noisy copies of the input, E[g^2] - E[g]^2 (divided by n, not n - 1).
///
/// It marks where the gradient depends on the exact input, not where it is large: of a linear network it is 0.
public struct VarGrad: AttributionMethod {
    public static let id = "vargrad"

    /// The noise.
    public var noise: NoisyGradients
    public var reduction: FeatureReduction

    /// VarGrad with given noise; features are summed by default.
    public init(noise: NoisyGradients = NoisyGradients(), reduction: FeatureReduction = .sum) {
        self.noise = noise
        self.reduction = reduction
    }

    /// The variance of the gradient, N×T×F, never negative.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        let sums = try noise.means(subject, squares: true)
        let variances = zip(sums.first, sums.second).map { Float(max(0, $1 - $0 * $0)) }
        return Attribution(values: Tensor(shape: subject.values.shape, values: variances))
    }
}
