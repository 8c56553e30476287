import Metrics
import Networks
import Tensors

/// Erasure of single attention weights (Serrano & Smith 2019, §3): how much more the output changes when the largest weight is
/// zeroed, and the rest renormalised, than when a random other one is.
///
/// The change is the Jensen-Shannon divergence of the outputs in bits, for regression |dy|. Below 0 the largest weight mattered less
/// than a random one. Attention of several rows (queries, heads) is erased in all rows at once, by the sum over rows.
public struct SingleErasure: FaithfulnessTest {
    public static let id = "attention_erasure_single"
    public static let label = "Does the largest attention weight matter more than a random one?"

    /// How many random positions are erased, each by itself; 1 in the paper. Their mean is what the largest is set against.
    public var draws: Int
    /// The seed of the random positions.
    public var seed: UInt64

    /// The test with its options.
    public init(draws: Int = 10, seed: UInt64 = 0) {
        self.draws = draws
        self.seed = seed
    }

    /// What the test yields; undefined for fewer than two positions (`tooFewPositions`) and where nothing is left (`noMass`).
    public struct Result: Sendable {
        /// The change by erasing the largest weight less that by erasing random ones.
        public let difference: InstanceScores
        /// The change by erasing the largest weight.
        public let largest: InstanceScores
        /// The mean change by erasing a random other one.
        public let random: InstanceScores
        /// 1 where erasing the largest weight turns the decision over, else 0; nil for regression.
        public let largestFlips: InstanceScores?
        /// The share of random erasures that turn the decision over; nil for regression.
        public let randomFlips: InstanceScores?
    }

    /// Runs the test on one attention layer.
    ///
    /// - Throws: ``FaithfulnessError/noSuchAttention(layer:known:)``, ``FaithfulnessError/badOption(test:reason:)``.
    public func callAsFunction(_ subject: Subject, layer: String) throws -> Result {
        guard draws > 0 else { throw FaithfulnessError.badOption(test: Self.id, reason: "it needs at least one draw") }
        let found = try subject.overSlices { try effects(subject, layer, $0) }
        func scores(_ id: String, _ label: String, _ value: (Effects) -> Double) -> InstanceScores {
            InstanceScores(
                id: id, label: label,
                values: found.map { effects in effects.obstacle.map { .undefined($0) } ?? .value(value(effects)) })
        }
        let hasDecision = subject.outputKind.hasDecision
        return Result(
            difference: scores(Self.id, "change by erasing the largest weight less that by a random one") {
                $0.largest - $0.random
            },
            largest: scores("erasure_of_largest", "change by erasing the largest weight") { $0.largest },
            random: scores("erasure_of_random", "change by erasing a random other weight") { $0.random },
            largestFlips: hasDecision
                ? scores("flips_by_largest", "decision turned over by erasing the largest weight") { $0.largestFlips }
                : nil,
            randomFlips: hasDecision
                ? scores("flips_by_random", "decision turned over by erasing a random weight") { $0.randomFlips } : nil)
    }

    private struct Effects: Sendable {
        var obstacle: UndefinedReason?
        var largest = 0.0
        var random = 0.0
        var largestFlips = 0.0
        var randomFlips = 0.0
    }

    private func effects(_ subject: Subject, _ layer: String, _ instances: Range<Int>) throws -> [Effects] {
        let test = try AttentionUnderTest(subject, layer: layer, instances: instances)
        var effects = [Effects](repeating: Effects(), count: instances.count)
        let largest = (0..<instances.count).map { instance in
            descending(test.overPositions(test.weights, instance)).first ?? 0
        }
        for instance in effects.indices where test.length(instance) < 2 {
            effects[instance].obstacle = .tooFewPositions
        }
        var generators = instances.map { instanceGenerator(seed: seed, instance: $0) }
        for draw in 0...draws {
            var weights = test.weights
            for instance in effects.indices where effects[instance].obstacle == nil {
                var place = largest[instance]
                if draw > 0 {
                    // One of the others: those from the largest on move up by one.
                    let other = generators[instance].index(below: test.length(instance) - 1)
                    place = other < place ? other : other + 1
                }
                if !test.erase([place], of: instance, in: &weights) { effects[instance].obstacle = .noMass }
            }
            let outputs = try test.outputs(with: weights)
            for instance in effects.indices {
                let (before, after) = (test.outputs[instance], outputs[instance])
                let change = outputs.space.divergence(before, after)
                let flips = outputs.space.decisionDiffers(before, after) ? 1.0 : 0
                if draw == 0 {
                    (effects[instance].largest, effects[instance].largestFlips) = (change, flips)
                } else {
                    effects[instance].random += change / Double(draws)
                    effects[instance].randomFlips += flips / Double(draws)
                }
                if !change.isFinite { effects[instance].obstacle = .nonFinite }
            }
        }
        return effects
    }
}
