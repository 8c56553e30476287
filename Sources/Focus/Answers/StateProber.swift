import Networks
import Probing
import Tasks
import Tensors

/// Asks the states that the attention weights what they hold.
struct StateProber: Sendable {
    let targets: [ProbeTarget]
    /// Where the states come from.
    let states: LayerGraph.TensorID
    /// The layer that computes them.
    let layer: String
    private let lengths: [Int]
    private let delimiterIndex: [Int]?
    private let positions: Int
    private let instances: Int

    /// The most instances that take part: a fit's error falls with their root, its cost and the states' memory grow with them.
    private static let instanceLimit = 4096
    /// How far from the delimiter aligned positions are probed.
    private static let reach = 5

    /// What one checkpoint's states hold.
    struct Result: Sendable {
        /// By target, then by position.
        var r2: [[Float]]
        /// By target, then by position relative to the delimiter, 2T-1 values.
        var aligned: [[Float]]?
    }

    /// A prober for a network: of the states that its first attention layer weights, or else of its last sequence; nil where there are
    /// no such states along the inputs' steps, or nothing to ask for.
    init?(graph: LayerGraph, probes: ProbeSet, hypotheses: HypothesisSet) {
        let weighted = graph.attentionLayers.lazy.compactMap { graph.weightedStates(of: $0) }.first
        let sequence = graph.nodes.indices.last { index in
            graph.nodes[index].layer != nil && graph.nodes[index].outputShapes.first?.count == 2
        }
        guard let states = weighted ?? sequence.map({ .init(node: $0) }),
            graph.nodes[states.node].outputShapes[states.output].count == 2
        else { return nil }
        targets = probes.probeTargets
        guard !targets.isEmpty else { return nil }
        self.states = states
        layer = graph.nodes[states.node].name
        lengths = hypotheses.lengths
        delimiterIndex = probes.delimiterIndex
        positions = probes.positions
        instances = min(probes.count, Self.instanceLimit)
    }

    /// The states of a slice that take part; nil where the states are not along the inputs' steps.
    func states(of evaluation: Evaluation, instances slice: Range<Int>) -> Tensor? {
        let tensor = evaluation.outputs(ofNode: states.node)[states.output]
        guard tensor.rank == 3, tensor.shape[1] == positions else { return nil }
        let count = min(slice.upperBound, instances) - slice.lowerBound
        return count >= slice.count ? tensor : tensor[rows: 0..<max(0, count)]
    }

    /// What the states hold.
    func run(_ states: Tensor) throws -> Result {
        let count = states.shape[0]
        let values = targets.map { count == $0.values.shape[0] ? $0.values : $0.values[rows: 0..<count] }
        let (lengths, positions) = (lengths, positions)
        let probe = StateProbe()
        let absolute = try probe.r2(states: states, targets: values, count: positions) { instance, place in
            place < lengths[instance] ? place : nil
        }
        let aligned = try delimiterIndex.map { indices in
            let reach = min(Self.reach, positions - 1)
            let near = try probe.r2(states: states, targets: values, count: 2 * reach + 1) { instance, place in
                let position = indices[instance] + place - reach
                return 0..<lengths[instance] ~= position ? position : nil
            }
            return near.map { row in
                var whole = [Float](repeating: .nan, count: 2 * positions - 1)
                for (place, value) in row.enumerated() { whole[positions - 1 - reach + place] = Float(value) }
                return whole
            }
        }
        return Result(r2: absolute.map { $0.map(Float.init) }, aligned: aligned)
    }
}
