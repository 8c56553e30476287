import Attention
import Metrics
import Networks
import Tensors

/// Attention permutation (Jain & Wallace 2019, §4.2.1): how much the output changes when an instance's attention weights are
/// shuffled among its positions, everything else kept. A small change beside a large maximum weight says that the network does not
/// need to look where it looks. Each query of each head is shuffled by itself; padding, and what causal attention hides, keep out of it.
public struct AttentionPermutation: FaithfulnessTest {
    public static let id = "attention_permutation"
    public static let label = "Does the output depend on which positions get the attention?"

    /// The number of shuffles; 100 in the paper.
    public var draws: Int
    /// The seed of the shuffles.
    public var seed: UInt64
    /// Orders of the positions to use instead of random ones, the same for every instance: place i gets the weight of `order[i]`.
    /// Each must hold all positions of the layer.
    public var orders: [[Int]]?

    /// The test with its options.
    public init(draws: Int = 100, seed: UInt64 = 0, orders: [[Int]]? = nil) {
        self.draws = draws
        self.seed = seed
        self.orders = orders
    }

    /// What the test yields.
    public struct Result: Sendable {
        /// For each instance the median change of the output (see ``OutputKind``), 0 for one position; undefined where an output
        /// is not finite.
        public let medianChange: InstanceScores
        /// For each instance its largest attention weight (the mean over queries and heads), to set beside.
        public let largestWeight: InstanceScores
    }

    /// Runs the test on one attention layer.
    ///
    /// - Throws: ``FaithfulnessError/noSuchAttention(layer:known:)``,
    ///   ``FaithfulnessError/badOption(test:reason:)`` for no draws, or orders of other positions.
    public func callAsFunction(_ subject: Subject, layer: String) throws -> Result {
        guard orders?.isEmpty == false || (orders == nil && draws > 0) else {
            throw FaithfulnessError.badOption(test: Self.id, reason: "it needs at least one shuffle")
        }
        let pairs = try subject.overSlices { try medians(subject, layer, $0) }
        return Result(
            medianChange: InstanceScores(
                id: Self.id, label: "median change of the output over shuffles of the attention",
                values: pairs.map(\.change)),
            largestWeight: InstanceScores(
                id: "max_attention", label: "largest attention weight", values: pairs.map { .value($0.largest) }))
    }

    private func medians(
        _ subject: Subject, _ layer: String, _ instances: Range<Int>
    ) throws -> [(change: Metric, largest: Double)] {
        let test = try AttentionUnderTest(subject, layer: layer, instances: instances)
        let count = orders?.count ?? draws
        if let bad = orders?.first(where: { $0.sorted() != Array(0..<test.rows.positions) }) {
            throw FaithfulnessError.badOption(
                test: Self.id, reason: "\(bad) is no order of the \(test.rows.positions) positions of layer `\(layer)`")
        }
        var generators = instances.map { instanceGenerator(seed: seed, instance: $0) }
        var changes = [Double](repeating: 0, count: instances.count * count)
        for draw in 0..<count {
            var weights = test.weights
            if let order = orders?[draw] {
                reorder(&weights, order, test.rows, instances.count)
            } else {
                shuffle(&weights, test.rows, &generators)
            }
            let outputs = try test.outputs(with: weights)
            for instance in 0..<instances.count {
                changes[instance * count + draw] = outputs.space.change(test.outputs[instance], outputs[instance])
            }
        }
        return (0..<instances.count).map { instance in
            let own = Array(changes[(instance * count)..<((instance + 1) * count)])
            let median: Metric = own.allSatisfy(\.isFinite) ? .value(Quantile.median(of: own)) : .undefined(.nonFinite)
            return (change: median, largest: test.largestWeight(instance))
        }
    }

    /// Shuffles every row by itself, by Fisher and Yates.
    private func shuffle(_ weights: inout Tensor, _ rows: WeightRows, _ generators: inout [SplitMix64]) {
        let stride = rows.stride
        weights.values.withUnsafeMutableBufferPointer { values in
            for instance in generators.indices {
                for row in 0..<rows.rows {
                    let (start, length) = (rows.start(instance, row), rows.length(instance, row))
                    for place in 0..<max(0, length - 1) {
                        let other = place + generators[instance].index(below: length - place)
                        values.swapAt(start + place * stride, start + other * stride)
                    }
                }
            }
        }
    }

    private func reorder(_ weights: inout Tensor, _ order: [Int], _ rows: WeightRows, _ instances: Int) {
        let original = weights.values
        for instance in 0..<instances {
            for row in 0..<rows.rows {
                let start = rows.start(instance, row)
                for (place, source) in order.enumerated() {
                    weights.values[start + place * rows.stride] = original[start + source * rows.stride]
                }
            }
        }
    }
}
