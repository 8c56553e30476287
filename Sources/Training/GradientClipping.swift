import Tensors

/// What is done to gradients before a step, as `clipvalue`, `clipnorm` and `global_clipnorm` of Keras' optimisers.
public enum GradientClipping: Sendable, Equatable {
    /// Each entry is cut to [-limit, limit].
    case value(Double)
    /// Each weight's gradient is scaled down to a norm of at most the limit.
    case norm(Double)
    /// All gradients are scaled down together, so that the norm of all is at most the limit.
    case globalNorm(Double)

    func callAsFunction(_ gradients: [Tensor?]) -> [Tensor?] {
        switch self {
        case .value(let limit):
            let limit = Float(limit)
            return gradients.map { $0?.map { min(max($0, -limit), limit) } }
        case .norm(let limit):
            return gradients.map { gradient in gradient.map { scaled($0, squares($0).squareRoot(), limit) } }
        case .globalNorm(let limit):
            let norm = gradients.reduce(0.0) { $0 + ($1.map(squares) ?? 0) }.squareRoot()
            return gradients.map { gradient in gradient.map { scaled($0, norm, limit) } }
        }
    }

    private func squares(_ tensor: Tensor) -> Double {
        tensor.values.reduce(0.0) { $0 + Double($1) * Double($1) }
    }

    private func scaled(_ tensor: Tensor, _ norm: Double, _ limit: Double) -> Tensor {
        guard norm > limit else { return tensor }
        let factor = Float(limit / norm)
        return tensor.map { $0 * factor }
    }
}
