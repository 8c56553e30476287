import Metrics
import Networks
import Tensors

/// Max-sensitivity (Yeh et al. 2019): how much a map changes, at most, under small changes of the input: the largest |phi(x + d) - phi(x)| /
/// |phi(x)| over random d in [-radius, radius]. Captum `sensitivity_max`.
///
/// A property of the map and the network together: a network that changes abruptly makes any faithful map change.
public struct MaxSensitivity: FaithfulnessTest {
    public static let id = "max_sensitivity"
    public static let label = "Does the map change much when the input changes little?"

    /// The largest change of each feature; 0.02 in Captum.
    public var radius: Double
    /// The number of random changes; 10 in Captum.
    public var draws: Int
    /// The seed of the changes.
    public var seed: UInt64
    /// Changes to use instead of random ones, each of the first input's shape.
    public var noise: [Tensor]?

    /// The test with its options.
    public init(radius: Double = 0.02, draws: Int = 10, seed: UInt64 = 0, noise: [Tensor]? = nil) {
        self.radius = radius
        self.draws = draws
        self.seed = seed
        self.noise = noise
    }

    /// Runs the test on a way to compute maps.
    ///
    /// - Parameter map: From the network's inputs (all instances) to their maps, N first; called once per draw and once before.
    /// - Returns: For each instance the sensitivity, 0 and up; undefined where the map is zero (`noMass`; Captum divides by 1 there) or not
    ///   finite.
    /// - Throws: ``FaithfulnessError/tokens(wanted:)``, ``FaithfulnessError/badOption(test:reason:)``, and what `map` throws.
    public func callAsFunction(_ subject: Subject, map: ([Tensor]) throws -> Tensor) throws -> InstanceScores {
        guard !subject.isTokens else { throw FaithfulnessError.tokens(wanted: "small change") }
        let shape = subject.inputs[0].shape
        guard noise.map({ !$0.isEmpty && $0.allSatisfy { $0.shape == shape } }) ?? (draws > 0 && radius > 0) else {
            throw FaithfulnessError.badOption(
                test: Self.id, reason: "it needs changes: draws and a radius above 0, or noise of the shape \(shape)")
        }
        let original = try map(subject.inputs)
        guard original.shape.first == subject.count else {
            throw FaithfulnessError.mapDoesNotFit(needs: [subject.count, subject.positions], found: original.shape)
        }
        let size = original.count / max(subject.count, 1)
        var generators = (0..<subject.count).map { instanceGenerator(seed: seed, instance: $0) }
        var largest = [Double](repeating: 0, count: subject.count)
        for draw in 0..<(noise?.count ?? draws) {
            var input = subject.inputs[0]
            if let noise {
                input.add(noise[draw])
            } else {
                subject.forEachValid { instance, index in
                    input.values[index] += Float(radius * (2 * generators[instance].uniformDouble() - 1))
                }
            }
            let moved = try map([input] + subject.inputs.dropFirst())
            for instance in 0..<subject.count {
                let range = (instance * size)..<((instance + 1) * size)
                let squares = zip(moved.values[range], original.values[range]).reduce(0.0) { sum, pair in
                    let difference = Double(pair.0) - Double(pair.1)
                    return sum + difference * difference
                }
                // NaN stays: max would lose it.
                if !(squares.squareRoot() <= largest[instance]) { largest[instance] = squares.squareRoot() }
            }
        }
        return InstanceScores(
            id: Self.id, label: "largest relative change of the map under small changes of the input",
            values: largest.enumerated().map { instance, change in
                let own = original.values[(instance * size)..<((instance + 1) * size)]
                let norm = own.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                return norm == 0 ? .undefined(.noMass) : .finite(change / norm)
            })
    }
}

extension Subject {
    /// Calls `body` with each instance and the index of each of its valid features in the first input.
    func forEachValid(_ body: (_ instance: Int, _ index: Int) -> Void) {
        for instance in 0..<count {
            let start = instance * positions * features
            for index in start..<(start + lengths[instance] * features) { body(instance, index) }
        }
    }
}
