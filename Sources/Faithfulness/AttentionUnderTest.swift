import Attention
import Networks
import Tensors

/// The attention of one layer on some instances, and what the network makes of other weights.
struct AttentionUnderTest {
    let evaluation: Evaluation
    let layer: String
    /// The weights in the shape that the layer computes.
    let weights: Tensor
    let rows: WeightRows
    let outputs: Outputs
    let instances: Range<Int>

    /// Runs the instances.
    ///
    /// - Throws: ``FaithfulnessError/noSuchAttention(layer:known:)``.
    init(_ subject: Subject, layer: String, instances: Range<Int>) throws {
        evaluation = try subject.graph.evaluate(subject.batch(instances))
        guard let own = evaluation.attention.first(where: { $0.layer == layer }) else {
            throw FaithfulnessError.noSuchAttention(layer: layer, known: subject.graph.attentionLayers)
        }
        self.layer = layer
        self.instances = instances
        weights = own.weights
        let map = AttentionMap(layer: layer, weights: weights, isPerFeature: evaluation.isPerFeature(layer))
        rows = WeightRows(map, lengths: Array(subject.lengths[instances]), inputPositions: subject.positions)
        outputs = Outputs(evaluation.outputs[0], kind: subject.outputKind)
    }

    /// The outputs with other weights of the layer's shape.
    func outputs(with weights: Tensor) throws -> Outputs {
        let other = try evaluation.substituting([layer: AttentionSubstitute(weights: weights)])
        return Outputs(other.outputs[0], kind: outputs.space.kind)
    }

    /// The largest weight of an instance, the mean over its rows.
    func largestWeight(_ instance: Int) -> Double {
        let sum = (0..<rows.rows).reduce(0.0) { sum, row in
            let start = rows.start(instance, row)
            return sum
                + (0..<rows.length(instance, row)).reduce(0.0) {
                    max($0, Double(weights.values[start + $1 * rows.stride]))
                }
        }
        return sum / Double(rows.rows)
    }
}
