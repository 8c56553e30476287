import Metrics
import Networks
import Tensors

/// Cumulative erasure of attention weights (Serrano & Smith 2019, §4): how large a share of the positions must lose its weight, one
/// after another and the rest renormalised, until the decision turns over; for regression, until the output has changed by more than a
/// tolerance. An order that needs fewer knows better what the network uses.
public struct CumulativeErasure: FaithfulnessTest {
    public static let id = "attention_erasure_cumulative"
    public static let label = "How much attention must go until the decision turns over?"

    /// The order in which weights are erased.
    public enum Order: String, Sendable, CaseIterable {
        /// The largest weight first.
        case attention
        /// The largest derivative of the evidence for the decision with respect to the weight first; for regression the largest in size.
        case gradient
        /// The same for the derivative times the weight.
        case attentionTimesGradient = "attention_x_gradient"
        /// At random.
        case random
    }

    /// The orders to try; all four by default.
    public var orders: [Order]
    /// For regression the change of the output that counts, 5 % of the outputs' standard deviation over the probe set by default.
    public var tolerance: Double?
    /// The seed of the random order.
    public var seed: UInt64

    /// The test with its options.
    public init(orders: [Order] = Order.allCases, tolerance: Double? = nil, seed: UInt64 = 0) {
        self.orders = orders
        self.tolerance = tolerance
        self.seed = seed
    }

    /// What the test yields.
    public struct Result: Sendable {
        /// For each order the shares of the positions that were erased when it happened, in (0, 1); undefined where it never does
        /// (`neverReached`, -1 in the paper's code), for one position (`tooFewPositions`), and for regression where all outputs are
        /// the same (`constantOutput`).
        public let fractions: [Order: InstanceScores]
        /// The change that counted; nil where a decision did.
        public let tolerance: Double?
    }

    /// Runs the test on one attention layer.
    ///
    /// - Throws: ``FaithfulnessError/noSuchAttention(layer:known:)``.
    public func callAsFunction(_ subject: Subject, layer: String) throws -> Result {
        let tolerance = subject.outputKind.hasDecision ? nil : try Tolerance.value(tolerance, subject)
        let isConstant = !subject.outputKind.hasDecision && tolerance == nil
        let found = try subject.overSlices { instances -> [[Metric]] in
            let test = try AttentionUnderTest(subject, layer: layer, instances: instances)
            if isConstant { return instances.map { _ in orders.map { _ in .undefined(.constantOutput) } } }
            let gradient =
                orders.contains { $0 == .gradient || $0 == .attentionTimesGradient } ? try test.gradient() : nil
            let columns = try orders.map { order in
                try fractions(test, ranking(test, order, gradient), tolerance: tolerance)
            }
            return instances.indices.map { place in columns.map { $0[place - instances.lowerBound] } }
        }
        let scores = orders.enumerated().map { place, order in
            (
                order,
                InstanceScores(
                    id: "fraction_erased_\(order.rawValue)",
                    label: "share of positions erased when the decision turns over, by \(order.rawValue)",
                    values: found.map { $0[place] })
            )
        }
        return Result(fractions: Dictionary(scores) { first, _ in first }, tolerance: tolerance)
    }

    /// The order of each instance's positions.
    private func ranking(_ test: AttentionUnderTest, _ order: Order, _ gradient: Tensor?) -> [[Int]] {
        let isSigned = test.outputs.space.kind.hasDecision
        return test.instances.map { instance in
            let place = instance - test.instances.lowerBound
            switch order {
            case .attention: return descending(test.overPositions(test.weights, place))
            case .gradient, .attentionTimesGradient:
                guard var scores = gradient else { return [] }
                if order == .attentionTimesGradient { scores = scores * test.weights }
                let sums = test.overPositions(scores, place)
                return descending(isSigned ? sums : sums.map { abs($0) })
            case .random:
                var generator = instanceGenerator(seed: seed, instance: instance)
                var positions = Array(0..<test.length(place))
                for index in positions.indices.dropLast() {
                    positions.swapAt(index, index + generator.index(below: positions.count - index))
                }
                return positions
            }
        }
    }

    private func fractions(
        _ test: AttentionUnderTest, _ rankings: [[Int]], tolerance: Double?
    ) throws -> [Metric] {
        var found = rankings.map { Metric.undefined($0.count < 2 ? .tooFewPositions : .neverReached) }
        var open = Set(rankings.indices.filter { rankings[$0].count > 1 })
        var erased = 1
        while !open.isEmpty {
            var weights = test.weights
            var isUsable = [Bool](repeating: false, count: rankings.count)
            for instance in open {
                isUsable[instance] = test.erase(rankings[instance].prefix(erased), of: instance, in: &weights)
            }
            let outputs = try test.outputs(with: weights)
            for instance in open.sorted() {
                let (before, after) = (test.outputs[instance], outputs[instance])
                let happened =
                    tolerance.map { outputs.space.change(before, after) > $0 }
                    ?? outputs.space.decisionDiffers(before, after)
                if isUsable[instance], happened {
                    found[instance] = .value(Double(erased) / Double(rankings[instance].count))
                }
                if happened || erased + 1 >= rankings[instance].count { open.remove(instance) }
            }
            erased += 1
        }
        return found
    }
}

extension AttentionUnderTest {
    /// The derivative of the evidence for each instance's decision, for regression of the sum of outputs, with respect to the weights.
    func gradient() throws -> Tensor {
        let own = try evaluation.substituting([layer: AttentionSubstitute(weights: weights)], recording: true)
        var cotangent = Tensor(shape: outputs.tensor.shape, repeating: 0)
        let size = cotangent.count / max(instances.count, 1)
        for instance in 0..<instances.count {
            let signs = outputs.space.evidenceGradient(outputs[instance])
            for (place, sign) in signs.enumerated() { cotangent.values[instance * size + place] = sign }
        }
        return try weightGradient(of: own, cotangent: cotangent)
    }

    /// The gradient with respect to the given weights of an evaluation that was recorded with them. Nothing below the layer is walked.
    func weightGradient(of evaluation: Evaluation, cotangent: Tensor) throws -> Tensor {
        let node = evaluation.nodeIndex(ofAttention: layer)
        let cotangents: [Tensor?] = [cotangent] + evaluation.outputs.dropFirst().map { _ in nil }
        let back = try evaluation.backpropagate(
            cotangents: cotangents, to: [LayerGraph.TensorID(node: max(0, node - 1))])
        return back.attention[layer]?.reshaped(weights.shape) ?? Tensor(shape: weights.shape, repeating: 0)
    }
}
