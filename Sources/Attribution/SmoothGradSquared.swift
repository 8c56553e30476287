import Tensors

/// SmoothGrad squared (Hooker et al. 2019): the mean squared gradient over noisy copies of the input.
public struct SmoothGradSquared: AttributionMethod {
    public static let id = "smoothgrad_squared"

    /// The noise.
    public var noise: NoisyGradients
    public var reduction: FeatureReduction

    /// SmoothGrad squared with given noise; features are summed by default.
    public init(noise: NoisyGradients = NoisyGradients(), reduction: FeatureReduction = .sum) {
        self.noise = noise
        self.reduction = reduction
    }

    /// The mean squared gradient, N×T×F, never negative.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        let sums = try noise.means(subject, squares: true)
        return Attribution(values: Tensor(shape: subject.values.shape, values: sums.second.map(Float.init)))
    }
}
