import Networks
import Tensors

/// The gradient of a network's output with respect to its input, from which saliency and gradient × input both follow, so that
/// one backward pass serves both.
public struct InputGradient: Sendable {
    /// The input, N×T×F.
    public let input: Tensor
    /// d(sum of outputs)/d(input), N×T×F. Each instance's output depends on its own input only, so row n is the gradient of
    /// instance n's summed output.
    public let gradient: Tensor

    /// The gradient for the network's first input; of tokens, for their embedding, which then is the input.
    ///
    /// - Parameter evaluation: A recorded evaluation of the batch.
    public init(of evaluation: Evaluation, in graph: LayerGraph) throws {
        let target = graph.differentiableInput(0)
        let cotangents = evaluation.outputs.map { Tensor(shape: $0.shape, repeating: 1) }
        input = evaluation.outputs(ofNode: target.node)[target.output]
        gradient = try evaluation.gradients(cotangents: cotangents, of: [target])[0]
    }
}

/// How a per-feature attribution becomes one number per position.
public enum FeatureReduction: String, Sendable, CaseIterable {
    /// The Euclidean norm over features.
    case l2
    /// The sum of absolute values over features.
    case l1
    /// The plain sum over features.
    case sum
    /// The largest absolute value over features.
    case max

    /// Reduces the last axis of N×T×F: N×T.
    public func callAsFunction(_ tensor: Tensor) -> Tensor {
        guard tensor.rank == 3 else { return tensor }
        let features = tensor.shape[2]
        return Tensor(shape: Array(tensor.shape.dropLast())) { result in
            for index in 0..<result.count {
                let row = tensor.values[(index * features)..<((index + 1) * features)]
                switch self {
                case .l2:
                    result[index] = features == 1 ? abs(row.first ?? 0) : row.reduce(0) { $0 + $1 * $1 }.squareRoot()
                case .l1: result[index] = row.reduce(0) { $0 + abs($1) }
                case .sum: result[index] = row.reduce(0, +)
                case .max: result[index] = row.reduce(0) { Swift.max($0, abs($1)) }
                }
            }
        }
    }
}
