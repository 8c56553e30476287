import Checkpoints
import Foundation
import Tensors

/// How Keras draws a weight before training (`keras.initializers`).
public enum KerasInitializer: Sendable, Equatable {
    case constant(Double)
    case identity(gain: Double)
    case uniform(low: Double, high: Double)
    case normal(mean: Double, deviation: Double)
    /// Normal, drawn again beyond two standard deviations.
    case truncatedNormal(mean: Double, deviation: Double)
    case varianceScaling(scale: Double, mode: FanMode, distribution: Distribution)
    /// A random matrix with orthonormal rows or columns, times a gain (Saxe et al. 2014).
    case orthogonal(gain: Double)

    /// What the variance is scaled by.
    public enum FanMode: String, Sendable { case fanIn = "fan_in", fanOut = "fan_out", fanAverage = "fan_avg" }

    /// The distribution of a variance scaling; `normal` in Keras' words is truncated.
    public enum Distribution: String, Sendable { case truncatedNormal, untruncatedNormal, uniform }

    /// Glorot & Bengio 2010: uniform on +- sqrt(6 / (fan_in + fan_out)).
    static let glorotUniform = KerasInitializer.varianceScaling(scale: 1, mode: .fanAverage, distribution: .uniform)

    /// The initialiser in a configuration: a name such as `glorot_uniform`, or `{"class_name", "config"}`; nil for one not known.
    init?(_ document: JSONValue) {
        let name = document.string ?? document["class_name"]?.string ?? ""
        let config = document["config"]
        func number(_ key: String, _ value: Double) -> Double { config?[key]?.double ?? value }
        func scaling(_ scale: Double, _ mode: FanMode, _ distribution: Distribution) -> KerasInitializer {
            .varianceScaling(scale: scale, mode: mode, distribution: distribution)
        }
        switch name.lowercased().filter({ $0 != "_" }) {
        case "zeros", "zero": self = .constant(0)
        case "ones", "one": self = .constant(1)
        case "constant": self = .constant(number("value", 0))
        case "identity", "identityinitializer": self = .identity(gain: number("gain", 1))
        case "randomuniform", "uniform":
            self = .uniform(low: number("minval", -0.05), high: number("maxval", 0.05))
        case "randomnormal", "normal": self = .normal(mean: number("mean", 0), deviation: number("stddev", 0.05))
        case "truncatednormal":
            self = .truncatedNormal(mean: number("mean", 0), deviation: number("stddev", 0.05))
        case "orthogonal", "orthogonalinitializer": self = .orthogonal(gain: number("gain", 1))
        case "glorotuniform": self = .glorotUniform
        case "glorotnormal": self = scaling(1, .fanAverage, .truncatedNormal)
        case "heuniform": self = scaling(2, .fanIn, .uniform)
        case "henormal": self = scaling(2, .fanIn, .truncatedNormal)
        case "lecununiform": self = scaling(1, .fanIn, .uniform)
        case "lecunnormal": self = scaling(1, .fanIn, .truncatedNormal)
        case "variancescaling":
            guard let mode = FanMode(rawValue: config?["mode"]?.string ?? "fan_in") else { return nil }
            switch config?["distribution"]?.string ?? "truncated_normal" {
            case "truncated_normal", "normal": self = scaling(number("scale", 1), mode, .truncatedNormal)
            case "untruncated_normal": self = scaling(number("scale", 1), mode, .untruncatedNormal)
            case "uniform": self = scaling(number("scale", 1), mode, .uniform)
            default: return nil
            }
        default: return nil
        }
    }

    /// A tensor of a shape, drawn with numbers uniform in [0, 1).
    ///
    /// - Parameter uniform: The generator's next number.
    func callAsFunction(_ shape: [Int], uniform: () -> Double) -> Tensor {
        func normal() -> Double { (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform()) }
        func truncated() -> Double {
            while true {
                let value = normal()
                if abs(value) <= 2 { return value }
            }
        }
        func filled(_ value: () -> Double) -> Tensor {
            Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float(value()) })
        }
        switch self {
        case .constant(let value): return Tensor(shape: shape, repeating: Float(value))
        case .identity(let gain):
            let columns = shape.last ?? 1
            var tensor = Tensor(shape: shape, repeating: 0)
            for row in 0..<min(shape.first ?? 0, columns) { tensor.values[row * columns + row] = Float(gain) }
            return tensor
        case .uniform(let low, let high): return filled { low + (high - low) * uniform() }
        case .normal(let mean, let deviation): return filled { mean + deviation * normal() }
        case .truncatedNormal(let mean, let deviation): return filled { mean + deviation * truncated() }
        case .varianceScaling(let scale, let mode, let distribution):
            let variance = scale / max(1, Self.fan(shape, mode))
            switch distribution {
            case .uniform:
                let limit = (3 * variance).squareRoot()
                return filled { limit * (2 * uniform() - 1) }
            case .untruncatedNormal: return filled { variance.squareRoot() * normal() }
            // Truncation at two standard deviations leaves 0.8796 of the deviation; Keras makes up for it.
            case .truncatedNormal: return filled { variance.squareRoot() / 0.87962566103423978 * truncated() }
            }
        case .orthogonal(let gain): return Self.orthogonal(shape, gain: gain, normal: normal)
        }
    }

    /// Keras' `compute_fans`: of convolutions (and any other rank above 2) the leading axes count as the receptive field.
    private static func fan(_ shape: [Int], _ mode: FanMode) -> Double {
        let field = shape.count > 2 ? shape.dropLast(2).reduce(1, *) : 1
        let fanIn = Double(shape.count < 2 ? shape.first ?? 1 : shape[shape.count - 2] * field)
        let fanOut = Double(shape.count < 2 ? shape.first ?? 1 : shape[shape.count - 1] * field)
        return switch mode {
        case .fanIn: fanIn
        case .fanOut: fanOut
        case .fanAverage: (fanIn + fanOut) / 2
        }
    }

    /// Gram and Schmidt's orthonormalisation of a random normal matrix, each vector twice: the Q of Q R with a positive diagonal, as Keras
    /// has it.
    private static func orthogonal(_ shape: [Int], gain: Double, normal: () -> Double) -> Tensor {
        let columns = shape.last ?? 1
        let rows = columns == 0 ? 0 : shape.reduce(1, *) / columns
        let (count, length) = (min(rows, columns), max(rows, columns))
        var vectors = (0..<count).map { _ in (0..<length).map { _ in normal() } }
        for index in vectors.indices {
            for _ in 0..<2 {
                for other in 0..<index {
                    var product = 0.0
                    for place in 0..<length { product += vectors[index][place] * vectors[other][place] }
                    for place in 0..<length { vectors[index][place] -= product * vectors[other][place] }
                }
            }
            let norm = vectors[index].reduce(0) { $0 + $1 * $1 }.squareRoot()
            for place in 0..<length { vectors[index][place] /= norm }
        }
        return Tensor(shape: shape) { result in
            for row in 0..<rows {
                for column in 0..<columns {
                    let value = rows >= columns ? vectors[column][row] : vectors[row][column]
                    result[row * columns + column] = Float(gain * value)
                }
            }
        }
    }
}
