import CKernels
import Foundation
import Tensors

/// An elementwise activation function, or softmax over the last axis, with its derivative.
///
/// Formulas are those of `keras.activations`; where Keras 2 and 3 differ (`hard_sigmoid`), there are two cases.
public enum Activation: Sendable, Equatable {
    case linear
    case tanh
    case sigmoid
    case relu
    case softmax
    case softplus
    case softsign
    case elu(alpha: Float)
    case selu
    case swish
    case gelu(approximate: Bool)
    case exponential
    /// `clip(slope x + 0.5, 0, 1)`: slope 0.2 in Keras 2, 1/6 in Keras 3.
    case hardSigmoid(slope: Float)
    case relu6
    case leakyRelu(slope: Float)
    /// `keras.layers.ReLU` with options: x above the threshold up to the maximum, slope (x - threshold) below.
    case reluFamily(maximum: Float?, slope: Float, threshold: Float)

    /// The names that Keras' configurations use.
    public static let kerasNames = [
        "linear", "tanh", "sigmoid", "relu", "softmax", "softplus", "softsign", "elu", "selu", "swish", "silu", "gelu",
        "exponential", "hard_sigmoid", "relu6", "leaky_relu",
    ]

    /// The activation of a Keras name as the given version defines it, or nil for an unknown name.
    public init?(kerasName: String, version: KerasVersion) {
        switch kerasName {
        case "linear": self = .linear
        case "tanh": self = .tanh
        case "sigmoid": self = .sigmoid
        case "relu": self = .relu
        case "softmax": self = .softmax
        case "softplus": self = .softplus
        case "softsign": self = .softsign
        case "elu": self = .elu(alpha: 1)
        case "selu": self = .selu
        case "swish", "silu": self = .swish
        case "gelu": self = .gelu(approximate: false)
        case "exponential": self = .exponential
        case "hard_sigmoid": self = .hardSigmoid(slope: version.major >= 3 ? 1 / 6 : 0.2)
        case "relu6": self = .relu6
        case "leaky_relu": self = .leakyRelu(slope: 0.2)
        default: return nil
        }
    }

    /// y = f(x) over rows of `width`; `x` and `y` may be the same memory.
    func apply(_ count: Int, width: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        switch self {
        case .linear: fovea_activate(FOVEA_LINEAR, count, x, y)
        case .tanh: fovea_activate(FOVEA_TANH, count, x, y)
        case .sigmoid: fovea_activate(FOVEA_SIGMOID, count, x, y)
        case .relu: fovea_activate(FOVEA_RELU, count, x, y)
        case .exponential: fovea_activate(FOVEA_EXPONENTIAL, count, x, y)
        case .softmax:
            fovea_activate(FOVEA_LINEAR, count, x, y)
            if width > 0 { fovea_softmax_rows(count / width, width, y, nil) }
        default:
            for index in 0..<count { y[index] = scalar(x[index]) }
        }
    }

    /// Whether f'(x) follows from f(x) alone.
    var hasDerivativeOfOutput: Bool {
        switch self {
        case .linear, .tanh, .sigmoid, .relu, .softmax, .exponential: true
        default: false
        }
    }

    /// g = g f'(x), given both input and output; over rows of `width` for softmax.
    func multiplyDerivative(
        _ count: Int, width: Int, x: UnsafePointer<Float>, y: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>
    ) {
        switch self {
        case .linear: break
        case .softmax: if width > 0 { fovea_softmax_rows_backward(count / width, width, y, g) }
        case .tanh: fovea_activate_backward(FOVEA_TANH, count, y, g)
        case .sigmoid: fovea_activate_backward(FOVEA_SIGMOID, count, y, g)
        case .relu: fovea_activate_backward(FOVEA_RELU, count, y, g)
        case .exponential: fovea_activate_backward(FOVEA_EXPONENTIAL, count, y, g)
        default: for index in 0..<count { g[index] *= derivative(x[index], y[index]) }
        }
    }

    private static let seluScale: Float = 1.05070098735548049342
    private static let seluAlpha: Float = 1.67326324235437728482

    private func scalar(_ x: Float) -> Float {
        switch self {
        case .softplus: max(x, 0) + log1p(exp(-abs(x)))
        case .softsign: x / (1 + abs(x))
        case .elu(let alpha): x > 0 ? x : alpha * expm1(x)
        case .selu: Self.seluScale * (x > 0 ? x : Self.seluAlpha * expm1(x))
        case .swish: x / (1 + exp(-x))
        case .gelu(false): 0.5 * x * (1 + erf(x * Float(0.5).squareRoot()))
        case .gelu(true): 0.5 * x * (1 + Foundation.tanh(Self.geluArgument(x)))
        case .hardSigmoid(let slope): min(max(slope * x + 0.5, 0), 1)
        case .relu6: min(max(x, 0), 6)
        case .leakyRelu(let slope): x >= 0 ? x : slope * x
        case .reluFamily(let maximum, let slope, let threshold):
            x >= threshold ? min(x, maximum ?? .infinity) : slope * (x - threshold)
        case .linear, .tanh, .sigmoid, .relu, .softmax, .exponential: x
        }
    }

    private func derivative(_ x: Float, _ y: Float) -> Float {
        switch self {
        case .softplus: 1 / (1 + exp(-x))
        case .softsign: (1 - abs(y)) * (1 - abs(y))
        case .elu(let alpha): y > 0 ? 1 : y + alpha
        case .selu: y > 0 ? Self.seluScale : y + Self.seluScale * Self.seluAlpha
        case .swish:
            { (sigmoid: Float) in sigmoid * (1 + x * (1 - sigmoid)) }(1 / (1 + exp(-x)))
        case .gelu(false):
            0.5 * (1 + erf(x * Float(0.5).squareRoot())) + x * exp(-0.5 * x * x) * 0.3989422804014327
        case .gelu(true):
            { (t: Float) in
                0.5 * (1 + t) + 0.5 * x * (1 - t * t) * 0.7978845608028654 * (1 + 3 * 0.044715 * x * x)
            }(Foundation.tanh(Self.geluArgument(x)))
        case .hardSigmoid(let slope): abs(slope * x) < 0.5 ? slope : 0
        case .relu6: x > 0 && x < 6 ? 1 : 0
        case .leakyRelu(let slope): y >= 0 ? 1 : slope
        case .reluFamily(let maximum, let slope, let threshold):
            x > threshold ? (x < maximum ?? .infinity ? 1 : 0) : slope
        case .linear, .tanh, .sigmoid, .relu, .softmax, .exponential: 1
        }
    }

    private static func geluArgument(_ x: Float) -> Float { 0.7978845608028654 * (x + 0.044715 * x * x * x) }
}

extension Activation {
    /// f(x) as a tensor; softmax goes over the last axis.
    package func callAsFunction(_ x: Tensor) -> Tensor {
        if self == .linear { return x }
        return Tensor(shape: x.shape) { result in
            x.values.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = result.baseAddress else { return }
                apply(x.count, width: x.shape.last ?? 1, from, to)
            }
        }
    }

    /// The cotangent of the input from the cotangent of the output.
    func pullback(_ cotangent: Tensor, x: Tensor, y: Tensor) -> Tensor {
        if self == .linear { return cotangent }
        var result = cotangent
        result.values.withUnsafeMutableBufferPointer { g in
            x.values.withUnsafeBufferPointer { x in
                y.values.withUnsafeBufferPointer { y in
                    guard let g = g.baseAddress, let from = x.baseAddress, let to = y.baseAddress else { return }
                    multiplyDerivative(cotangent.count, width: cotangent.shape.last ?? 1, x: from, y: to, g)
                }
            }
        }
        return result
    }

    /// The cotangent of a layer's input from that of its output, y = f(x) with x = (...) W: g f'(x) W^T.
    func pullback(_ cotangent: Tensor, x: Tensor, y: Tensor, through weights: PackedWeights) -> Tensor {
        let width = weights.values.shape[1]
        return cotangent.values.withUnsafeBufferPointer { g in
            x.values.withUnsafeBufferPointer { x in
                y.values.withUnsafeBufferPointer { y in
                    weights.transposedProduct(shape: cotangent.shape) { first, rows, target in
                        guard let g = g.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
                        let place = first * width
                        target.update(from: g + place, count: rows * width)
                        multiplyDerivative(rows * width, width: width, x: x + place, y: y + place, target)
                    }
                }
            }
        }
    }
}
