import Attention
import Networks
import Tensors

/// Where the distributions lie in a layer's attention weights: for each instance some rows, each over the positions.
struct WeightRows {
    /// The rows of an instance: 1, or its queries, times its heads; or its features.
    let rows: Int
    /// The number of positions in a row.
    let positions: Int
    private let layout: AttentionMap.Layout
    private let queries: Int
    private let valid: [Int]
    /// Whether no query weights a later position, so that a row ends with its own.
    private let isCausal: Bool

    /// The rows of the weights of some instances.
    ///
    /// - Parameter lengths: The number of valid positions of each; only rows over the inputs' own positions have padding.
    init(_ map: AttentionMap, lengths: [Int], inputPositions: Int) {
        layout = map.layout
        positions = map.positionCount
        queries = map.queryCount
        rows = layout == .heads ? map.headCount * queries : (layout == .perFeature ? map.headCount : queries)
        let positions = positions
        valid = lengths.map { positions == inputPositions ? min($0, positions) : positions }
        isCausal = Self.isCausal(map)
    }

    /// The place of a row's first weight.
    func start(_ instance: Int, _ row: Int) -> Int {
        layout == .perFeature ? instance * positions * rows + row : (instance * rows + row) * positions
    }

    /// The distance between a row's weights.
    var stride: Int { layout == .perFeature ? rows : 1 }

    /// How many of a row's positions, from the first, can have weight.
    func length(_ instance: Int, _ row: Int) -> Int {
        isCausal ? min(valid[instance], row % queries + 1) : valid[instance]
    }

    /// Weights above the diagonal are all exactly zero, and there is more than one query.
    private static func isCausal(_ map: AttentionMap) -> Bool {
        let (queries, positions) = (map.queryCount, map.positionCount)
        guard queries == positions, queries > 1 else { return false }
        return map.weights.values.withUnsafeBufferPointer { values in
            for row in 0..<(values.count / positions) {
                for key in (row % queries + 1)..<max(positions, row % queries + 1)
                where values[row * positions + key] != 0 { return false }
            }
            return true
        }
    }
}

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
