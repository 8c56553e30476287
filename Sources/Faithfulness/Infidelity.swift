import Metrics
import Networks
import Tensors

/// Infidelity (Yeh et al. 2019): how far a map is from predicting what perturbations do to the output, E[(I . phi - (f(x) - f(x')))^2] over
/// perturbations x' of x. 0 is perfect. Captum `infidelity`.
///
/// f is what attributions explain: the sum of the outputs, for distributions the probability of the class decided on x. The map must be
/// signed: saliency and attention can only be compared after scaling (``isNormalised``), and lose where signs differ.
public struct Infidelity: FaithfulnessTest {
    public static let id = "infidelity"
    public static let label = "Does the map predict what perturbations do to the output?"

    /// How inputs are perturbed.
    public enum Perturbation: Sendable {
        /// Each valid position is erased with this chance, at least one.
        case erasing(chance: Double)
        /// Given positions are erased, the same for every instance.
        case given([[Int]])
        /// Normal noise of this standard deviation is taken away everywhere.
        case noise(standardDeviation: Double)
    }

    /// What the map's numbers are.
    public enum Units: String, Sendable, CaseIterable {
        /// Contributions to the output: gradient × input, integrated gradients, occlusion. I is 1 at erased positions.
        case contribution
        /// Derivatives: I is x - x'.
        case derivative
    }

    /// How inputs are perturbed; half of the positions by default.
    public var perturbation: Perturbation
    /// What takes the place of an erased position: a value or the mean, not removal.
    public var erasure: InputErasure
    /// How many perturbations are drawn, where they are not given.
    public var draws: Int
    /// Whether the map is scaled per instance by the factor that suits it best, E[(I . phi) df] / E[(I . phi)^2].
    public var isNormalised: Bool
    /// The seed of the perturbations.
    public var seed: UInt64

    /// The test with its options.
    public init(
        perturbation: Perturbation = .erasing(chance: 0.5), erasure: InputErasure = .value(0), draws: Int = 50,
        isNormalised: Bool = true, seed: UInt64 = 0
    ) {
        self.perturbation = perturbation
        self.erasure = erasure
        self.draws = draws
        self.isNormalised = isNormalised
        self.seed = seed
    }

    /// Runs the test on a signed map, N×T or N×T×F.
    ///
    /// - Returns: For each instance the infidelity, in squared units of the output, 0 and up; undefined where it is not finite.
    /// - Throws: ``FaithfulnessError``: derivatives of several features need N×T×F, noise needs derivatives.
    public func callAsFunction(_ subject: Subject, map: Tensor, units: Units = .contribution) throws -> InstanceScores {
        try check(subject, map, units)
        let eraser = try Eraser(subject, erasure)
        let space = subject.space()
        let whole = try subject.outputs()
        var generators = (0..<subject.count).map { instanceGenerator(seed: seed, instance: $0) }
        var moments = [Moments](repeating: Moments(), count: subject.count)
        let count = if case .given(let sets) = perturbation { sets.count } else { draws }
        for draw in 0..<count {
            let perturbed = perturb(subject, eraser, draw, &generators)
            let outputs = try subject.outputs(on: [perturbed.input] + subject.inputs.dropFirst())
            for instance in 0..<subject.count {
                let own = whole[instance]
                let fall = space.explained(own, for: own) - space.explained(outputs[instance], for: own)
                let erased = perturbed.erased.map { $0[instance] }
                moments[instance].add(
                    predicted(subject, map, units, instance, perturbed.input, erased: erased), fall)
            }
        }
        return InstanceScores(
            id: isNormalised ? "infidelity_normalised" : Self.id,
            label: "mean squared error of the map's prediction of what perturbations do",
            values: moments.map { .finite($0.error(scaled: isNormalised)) })
    }

    private func check(_ subject: Subject, _ map: Tensor, _ units: Units) throws {
        let (flat, full) = ([subject.count, subject.positions], subject.inputs[0].shape)
        guard map.shape == full || (map.shape == flat && (units == .contribution || subject.features == 1)) else {
            throw FaithfulnessError.mapDoesNotFit(needs: units == .contribution ? flat : full, found: map.shape)
        }
        if case .noise = perturbation {
            guard !subject.isTokens else { throw FaithfulnessError.tokens(wanted: "noise") }
            guard units == .derivative else {
                throw bad("noise perturbs derivatives; contributions need erased positions")
            }
        }
        guard units == .contribution || !subject.isTokens else { throw FaithfulnessError.tokens(wanted: "difference") }
        guard erasure != .removal else {
            throw bad("it takes away values, so it erases by a value or the mean, not by removal")
        }
        if case .given(let sets) = perturbation {
            let isInside = sets.allSatisfy { $0.allSatisfy { 0..<subject.positions ~= $0 } }
            guard !sets.isEmpty, isInside else { throw bad("the given positions are none, or not among the inputs'") }
        } else if draws < 1 {
            throw bad("it needs at least one perturbation")
        }
    }

    private func bad(_ reason: String) -> FaithfulnessError { .badOption(test: Self.id, reason: reason) }

    /// The perturbed inputs, and the erased positions of each instance where positions were erased.
    private func perturb(
        _ subject: Subject, _ eraser: Eraser, _ draw: Int, _ generators: inout [SplitMix64]
    ) -> (input: Tensor, erased: [[Int]]?) {
        switch perturbation {
        case .given(let sets):
            let erased = subject.lengths.map { length in sets[draw].filter { $0 < length } }
            return (eraser.replaced(erased), erased)
        case .erasing(let chance):
            let erased = subject.lengths.indices.map { instance -> [Int] in
                let length = subject.lengths[instance]
                let drawn = (0..<length).filter { _ in generators[instance].uniformDouble() < chance }
                return drawn.isEmpty && length > 0 ? [generators[instance].index(below: length)] : drawn
            }
            return (eraser.replaced(erased), erased)
        case .noise(let deviation):
            var input = subject.inputs[0]
            subject.forEachValid { instance, index in
                input.values[index] -= Float(deviation * generators[instance].normal())
            }
            return (input, nil)
        }
    }

    /// I . phi of one instance.
    private func predicted(
        _ subject: Subject, _ map: Tensor, _ units: Units, _ instance: Int, _ perturbed: Tensor, erased: [Int]?
    ) -> Double {
        let size = map.count / subject.count
        let width = size / subject.positions
        if units == .contribution {
            return (erased ?? []).reduce(0.0) { sum, position in
                let start = instance * size + position * width
                return map.values[start..<(start + width)].reduce(sum) { $0 + Double($1) }
            }
        }
        let input = subject.inputs[0]
        return (0..<size).reduce(0.0) { sum, place in
            let index = instance * size + place
            return sum + Double(map.values[index]) * (Double(input.values[index]) - Double(perturbed.values[index]))
        }
    }

    /// The sums that both forms need.
    private struct Moments {
        private var count = 0.0
        private var predicted = 0.0
        private var mixed = 0.0
        private var fallen = 0.0

        mutating func add(_ prediction: Double, _ fall: Double) {
            count += 1
            predicted += prediction * prediction
            mixed += prediction * fall
            fallen += fall * fall
        }

        /// E[(s - d)^2], or E[(beta s - d)^2] with the best beta, which is E[d^2] - E[s d]^2 / E[s^2].
        func error(scaled: Bool) -> Double {
            if scaled { return max(0, fallen - (predicted > 0 ? mixed * mixed / predicted : 0)) / count }
            return max(0, predicted - 2 * mixed + fallen) / count
        }
    }
}
