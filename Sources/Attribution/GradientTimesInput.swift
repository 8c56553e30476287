import Tensors

/// Gradient × input, x dy/dx summed over features (Shrikumar et al. 2016), one signed number per position.
///
/// A position whose input is 0 always gets 0, whatever the model does with it; of a delimiter of value 0 it can say nothing.
public struct GradientTimesInput: AttributionMethod {
    public static let id = "gradient_x_input"

    public var reduction: FeatureReduction

    /// The method; features are summed by default.
    public init(reduction: FeatureReduction = .sum) { self.reduction = reduction }

    /// The map of each instance, N×T.
    public func callAsFunction(_ gradient: InputGradient) -> Tensor { reduction(gradient.gradient * gradient.input) }

    /// The product, N×T×F.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        let gradient = try subject.gradient
        var notes: [AttributionNote] = []
        if let delimiters = subject.delimiterIndex {
            let width = subject.width
            let isZero = delimiters.enumerated().contains { instance, position in
                let place = instance * subject.positions + position
                return gradient.input.values[(place * width)..<((place + 1) * width)].allSatisfy { $0 == 0 }
            }
            if isZero {
                notes.append(
                    .text("The delimiter's value is 0, so its gradient × input is 0 whatever the model does with it."))
            }
        }
        return Attribution(values: gradient.gradient * gradient.input, notes: notes)
    }
}
