import Networks
import Tensors

/// What a method explains: a network on a batch of instances, recorded once, so that methods share the forward and backward pass.
///
/// A subject stays on the worker that made it; methods that run the network again divide the work over all workers, unless
/// they are called on one.
public struct AttributionSubject {
    /// The network.
    public let graph: LayerGraph
    /// Its inputs, batch axis first. The first one is explained; others stay as they are.
    public let inputs: [Tensor]
    /// The number of valid positions of each instance; nil if all are. Positions beyond are never moved.
    public let lengths: [Int]?
    /// Where each instance's delimiter is, for warnings; nil if there is none.
    public let delimiterIndex: [Int]?
    /// The network on the inputs, recorded.
    public let evaluation: Evaluation
    /// Which scalar is explained.
    public let output: OutputChoice
    /// Means and ranges of the whole probe set, for baselines and noise.
    public let statistics: InputStatistics
    /// The number of the first instance within the whole probe set: drawn noise follows the instance, not its place in a slice.
    public let firstInstance: Int

    /// The tensor whose values methods move: the first input, its embedding, or what `Masking` makes of it.
    let target: LayerGraph.TensorID
    /// That tensor's values: N×T×F, or N×F for a network without a time axis.
    public let values: Tensor
    /// The scalar's weights.
    let selection: OutputSelection
    private let shared = Shared()

    /// How many altered copies of instances to take through the network at once where nobody says how many.
    var rowsAtOnce: Int { graph.rowsAtOnce(inputs) }

    /// A subject.
    ///
    /// - Parameters:
    ///   - inputs: In the shapes that the network wants, see `LayerGraph.adapted`.
    ///   - evaluation: The network on these inputs, recorded; nil: evaluated here.
    ///   - statistics: Of the whole probe set; nil: of these instances.
    ///   - firstInstance: The number of the first of these instances within the probe set.
    public init(
        graph: LayerGraph, inputs: [Tensor], lengths: [Int]? = nil, delimiterIndex: [Int]? = nil,
        evaluation: Evaluation? = nil, output: OutputChoice = .automatic, statistics: InputStatistics? = nil,
        firstInstance: Int = 0
    ) throws {
        let evaluation = try evaluation ?? graph.evaluate(inputs, recording: true)
        self.graph = graph
        self.inputs = inputs
        self.lengths = lengths
        self.delimiterIndex = delimiterIndex
        self.evaluation = evaluation
        self.output = output
        self.firstInstance = firstInstance
        target = graph.movableInput(0)
        values = evaluation.outputs(ofNode: target.node)[target.output]
        selection = try OutputSelection(output, outputs: evaluation.outputs, graph: graph)
        self.statistics = statistics ?? InputStatistics(of: values, lengths: lengths)
    }

    /// The number of instances.
    public var count: Int { values.shape[0] }
    /// The number of positions.
    public var positions: Int { values.shape[1] }
    /// The number of features of a position.
    var width: Int { values.shape.dropFirst(2).reduce(1, *) }

    /// The explained scalar of each instance.
    public var outputValues: [Double] { selection.values(of: evaluation.outputs, instances: Array(0..<count)) }

    /// The gradient with respect to the input, computed when it is first asked for and then shared.
    public var gradient: InputGradient {
        get throws {
            if let known = shared.gradient { return known }
            let gradient = try InputGradient(of: evaluation, in: graph, selection: selection)
            shared.gradient = gradient
            return gradient
        }
    }

    /// Whether each position of each instance may be moved, N×T: it is neither beyond the instance's length nor masked.
    var isMovable: [Bool] {
        let mask = evaluation.masks(ofNode: target.node)[target.output]
        return (0..<(count * positions)).map { place in
            let isMasked = mask.map { $0.shape == [count, positions] && $0.values[place] == 0 } ?? false
            return !isMasked && place % positions < (lengths?[place / positions] ?? positions)
        }
    }

    private final class Shared {
        var gradient: InputGradient?
    }
}
