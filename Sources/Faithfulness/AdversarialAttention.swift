import Foundation
import Metrics

import Tensors

/// Adversarial attention (Jain & Wallace 2019, §4.2.2): attention as different from the network's own as can be found, with the
/// output (nearly) the same. Max JS(a', a) subject to change(y', y) <= tolerance.
///
/// Projected gradient ascent on logits from several random starts (the paper's code has a penalty and Adam): each step climbs along the
/// divergence, without the part that would leave the tolerance, and goes back by Newton's step where it is outside. What is reported
/// always keeps the tolerance; as every search, it may miss the maximum, so it is a lower bound.
public struct AdversarialAttention: FaithfulnessTest {
    public static let id = "adversarial_attention"
    public static let label = "Could the network look elsewhere and say the same?"

    /// The largest change of the output; by default 0.05 for probabilities, and for regression 5 % of the outputs' standard
    /// deviation over the probe set.
    public var tolerance: Double?
    /// The number of random starts; 5 in the paper.
    public var restarts: Int
    /// The steps from each start; 500 in the paper.
    public var steps: Int
    /// The length of the first step in logits, which falls to a hundredth on a half cosine.
    public var stepLength: Double
    /// The seed of the starts.
    public var seed: UInt64

    /// The test with its options.
    public init(
        tolerance: Double? = nil, restarts: Int = 5, steps: Int = 100, stepLength: Double = 1, seed: UInt64 = 0
    ) {
        self.tolerance = tolerance
        self.restarts = restarts
        self.steps = steps
        self.stepLength = stepLength
        self.seed = seed
    }

    /// What the test yields. Undefined where all outputs are the same (`constantOutput`) or one is not finite (`nonFinite`).
    public struct Result: Sendable {
        /// For each instance the divergence reached, in bits, 0...1, the mean over queries and heads.
        public let divergence: InstanceScores
        /// The change of the output there, at most the tolerance.
        public let change: InstanceScores
        /// The share of the starts that ended within the tolerance without being pulled back.
        public let feasibility: InstanceScores
        /// The adversarial attention, in the layer's shape.
        public let weights: Tensor
        /// The tolerance; nil where all outputs are the same.
        public let tolerance: Double?
    }

    /// Runs the test on one attention layer.
    ///
    /// - Throws: ``FaithfulnessError/noSuchAttention(layer:known:)``, ``FaithfulnessError/badOption(test:reason:)``.
    public func callAsFunction(_ subject: Subject, layer: String) throws -> Result {
        guard restarts > 0, steps > 0, stepLength > 0, tolerance.map({ $0 >= 0 }) ?? true else {
            throw FaithfulnessError.badOption(
                test: Self.id, reason: "starts, steps and their length must be above 0, and the tolerance not below")
        }
        let tolerance = try Tolerance.value(tolerance, subject)
        let slices = Workers.slices(of: subject.count, atMost: subject.sliceLimit)
        let parts = try Workers.map(count: slices.count) { slice -> AdversarialSearch.Found in
            let test = try AttentionUnderTest(subject, layer: layer, instances: slices[slice])
            guard let tolerance else { return AdversarialSearch.Found(test) }
            var search = AdversarialSearch(test, tolerance: tolerance)
            for restart in 0..<restarts { try search.climb(self, restart: restart) }
            return search.found
        }
        func scores(_ id: String, _ label: String, _ values: (AdversarialSearch.Found) -> [Double]) -> InstanceScores {
            InstanceScores(
                id: id, label: label,
                values: parts.flatMap { part in
                    values(part).map { value in
                        tolerance == nil
                            ? .undefined(.constantOutput) : (value.isFinite ? .value(value) : .undefined(.nonFinite))
                    }
                })
        }
        return Result(
            divergence: scores(
                Self.id, "largest Jensen-Shannon divergence (bits) of attention with nearly the same output"
            ) {
                $0.divergence
            },
            change: scores("adversarial_change", "change of the output under adversarial attention") { $0.change },
            feasibility: scores("adversarial_feasibility", "share of the starts that ended within the tolerance") {
                found in
                found.feasible.map { Double($0) / Double(restarts) }
            },
            weights: .joined(parts.map(\.weights)), tolerance: tolerance)
    }
}
