import Networks
import Tensors

/// The gradient of a network's output with respect to its input, from which saliency and gradient × input both follow, so that
/// one backward pass serves both.
public struct InputGradient: Sendable {
    /// The input, N×T×F.
    public let input: Tensor
    /// d(scalar)/d(input), N×T×F. Each instance's output depends on its own input only, so row n is the gradient of
    /// instance n's scalar.
    public let gradient: Tensor

    /// The gradient for the network's first input; of tokens, for their embedding, which then is the input.
    ///
    /// - Parameters:
    ///   - evaluation: A recorded evaluation of the batch.
    ///   - output: Which scalar of each instance is differentiated; the sum of all outputs by default.
    public init(of evaluation: Evaluation, in graph: LayerGraph, output: OutputChoice = .sum) throws {
        let selection = try OutputSelection(output, outputs: evaluation.outputs, graph: graph)
        try self.init(of: evaluation, in: graph, selection: selection)
    }

    init(of evaluation: Evaluation, in graph: LayerGraph, selection: OutputSelection) throws {
        let target = graph.differentiableInput(0)
        input = evaluation.outputs(ofNode: target.node)[target.output]
        gradient = try evaluation.gradients(cotangents: selection.weights, of: [target])[0]
    }
}
