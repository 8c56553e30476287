import Metrics
import Networks
import Tensors

/// Conicity (Mohankumar et al. 2020): how alike the states are that attention weights, as the mean cosine of each with their mean. Near 1
/// all states say the same, so that the output cannot depend on which get the attention.
public struct Conicity: FaithfulnessTest {
    public static let id = "conicity"
    public static let label = "Are the attended states alike, so that attention cannot matter?"

    /// The test; it has no options.
    public init() {}

    /// Runs the test on what an attention layer weights.
    ///
    /// - Returns: For each instance the conicity, -1...1; undefined where a state or the mean is zero (`noMass`) or not finite.
    /// - Throws: ``FaithfulnessError/noSuchAttention(layer:known:)``, ``FaithfulnessError/unknownStates(layer:)`` for a layer whose weighted
    ///   states are not known, as of one that the user named.
    public func callAsFunction(_ subject: Subject, layer: String) throws -> InstanceScores {
        guard subject.graph.attentionLayers.contains(layer) else {
            throw FaithfulnessError.noSuchAttention(layer: layer, known: subject.graph.attentionLayers)
        }
        guard let states = subject.graph.weightedStates(of: layer) else {
            throw FaithfulnessError.unknownStates(layer: layer)
        }
        let values = try subject.overSlices { instances -> [Metric] in
            let evaluation = try subject.graph.evaluate(subject.batch(instances))
            let tensor = evaluation.outputs(ofNode: states.node)[states.output]
            guard tensor.rank == 3 else { throw FaithfulnessError.unknownStates(layer: layer) }
            return instances.map { instance in
                let steps = tensor.shape[1] == subject.positions ? subject.lengths[instance] : tensor.shape[1]
                return Self.conicity(tensor, instance - instances.lowerBound, steps: steps)
            }
        }
        return InstanceScores(id: Self.id, label: "mean cosine of the attended states with their mean", values: values)
    }

    private static func conicity(_ states: Tensor, _ instance: Int, steps: Int) -> Metric {
        let width = states.shape[2]
        let start = instance * states.shape[1] * width
        func state(_ step: Int, _ unit: Int) -> Double { Double(states.values[start + step * width + unit]) }
        let mean = (0..<width).map { unit in (0..<steps).reduce(0) { $0 + state($1, unit) } / Double(steps) }
        let meanNorm = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
        var sum = 0.0
        for step in 0..<steps {
            var (product, squares) = (0.0, 0.0)
            for unit in 0..<width {
                product += state(step, unit) * mean[unit]
                squares += state(step, unit) * state(step, unit)
            }
            guard squares > 0, meanNorm > 0 else { return .undefined(.noMass) }
            sum += product / (squares.squareRoot() * meanNorm)
        }
        return .finite(min(1, max(-1, sum / Double(steps))))
    }
}
