import Foundation
import Tensors

/// Layers that do nothing at inference: `keras.layers.Dropout`, `SpatialDropout1D`, `GaussianNoise`, `GaussianDropout`, `AlphaDropout`,
/// `ActivityRegularization`. In training the first four draw:
///
///     Dropout(r):          y = x / (1 - r) with probability 1 - r, else 0     (inverted dropout, Srivastava et al. 2014)
///     SpatialDropout1D(r): the same, one draw per sample and feature for all steps
///     GaussianNoise(s):    y = x + s n         GaussianDropout(r): y = x (1 + sqrt(r / (1 - r)) n)      n normal
public struct Dropout: Layer {
    public static let kerasClasses = [
        "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization",
    ]

    private let className: String
    private let name: String
    /// The rate, or the noise's deviation.
    private let rate: Float
    /// Whether a fixed noise shape asks for other draws than one per element.
    private let hasNoiseShape: Bool

    public init(_ material: inout LayerMaterial) throws {
        (className, name) = (material.className, material.name)
        let options = material.configuration
        rate = Float(
            try options.double("rate", default: options.double("stddev", default: options.double("p", default: 0))))
        hasNoiseShape = options.has("noise_shape")
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] { inputs }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        guard let training = input.training, rate > 0 else {
            return LayerOutput(input.tensors, masks: input.masks, pullback: { $0 })
        }
        let x = input.tensors[0]
        if className == "GaussianNoise" {
            let deviation = rate
            let noise = factors(x.shape) { deviation * training.normal($0) }
            return LayerOutput([zip3(x, noise, noise) { x, n, _ in x + n }], masks: input.masks, pullback: { $0 })
        }
        let factors = try factors(like: x, training)
        return LayerOutput([x * factors], masks: input.masks) { [$0[0].map { $0 * factors }] }
    }

    /// What each element is multiplied by.
    private func factors(like x: Tensor, _ training: TrainingNoise) throws -> Tensor {
        let (rate, kept) = (rate, 1 / (1 - rate))
        switch className {
        case "Dropout" where !hasNoiseShape:
            return factors(x.shape) { training.uniform($0) < rate ? 0 : kept }
        case "SpatialDropout1D" where x.rank == 3:
            let width = x.shape[2]
            let perFeature = factors([x.shape[0], width]) { training.uniform($0) < rate ? 0 : kept }
            return Tensor.stacked(
                (0..<x.shape[1]).map { _ in perFeature }, batch: x.shape[0], width: width)
        case "GaussianDropout":
            let deviation = (rate / (1 - rate)).squareRoot()
            return factors(x.shape) { 1 + deviation * training.normal($0) }
        default:
            throw NetworkError.notTrainable(
                layer: name, className: className,
                reason: hasNoiseShape ? "it has a `noise_shape`" : "its behaviour in training has no rule here")
        }
    }

    /// A tensor of values by number of their element in the whole batch.
    private func factors(_ shape: [Int], _ value: (TrainingNoise.Element) -> Float) -> Tensor {
        let width = shape.dropFirst().reduce(1, *)
        return Tensor(shape: shape) { result in
            for index in 0..<result.count {
                result[index] = value(TrainingNoise.Element(index: index, width: width))
            }
        }
    }
}
