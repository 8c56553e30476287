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
