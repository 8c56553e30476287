import Tensors

/// Gradient × input, x dy/dx summed over features (Shrikumar et al. 2016), one signed number per position.
///
/// A position whose input is 0 always gets 0, whatever the model does with it; of a delimiter of value 0 it can say nothing.
public struct GradientTimesInput: Sendable {
    /// The method; it has no options.
    public init() {}

    /// The map of each instance, N×T.
    public func callAsFunction(_ gradient: InputGradient) -> Tensor {
        var product = gradient.gradient
        product.values.withUnsafeMutableBufferPointer { values in
            for (index, x) in gradient.input.values.enumerated() { values[index] *= x }
        }
        return FeatureReduction.sum(product)
    }
}
