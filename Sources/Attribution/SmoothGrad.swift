import Tensors

/// SmoothGrad (Smilkov et al. 2017): the mean gradient over noisy copies of the input.
public struct SmoothGrad: AttributionMethod {
    public static let id = "smoothgrad"

    /// The noise.
    public var noise: NoisyGradients
    public var reduction: FeatureReduction

    /// SmoothGrad with given noise; features are reduced by the Euclidean norm by default, as in saliency.
    public init(noise: NoisyGradients = NoisyGradients(), reduction: FeatureReduction = .l2) {
        self.noise = noise
        self.reduction = reduction
    }

    /// The signed mean gradient, N×T×F.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        let sums = try noise.means(subject, squares: false)
        return Attribution(values: Tensor(shape: subject.values.shape, values: sums.first.map(Float.init)))
    }
}
