import Tensors

/// Find the largest number.
///
/// x ~ Beta(1/L, 1) of length L (10), that is u^L of u ~ U(0, 1), so that the largest is itself uniform; the target is the largest. After
/// `find_max.py` of the package `attention`.
public struct FindMax: SyntheticTask {
    public static let name = "find-max"
    public static let summary = "find the largest number"
    public static let definition =
        "Numbers from Beta(1/T, 1), whose largest is uniform on (0, 1); the answer is the largest."
    public static let hypotheses = [
        TaskHypothesis("argmax", "the largest number"), TaskHypothesis("last", "the last position"),
    ]

    /// The length of the sequences.
    public let length: Int

    public init(_ options: TaskOptions = TaskOptions()) throws(ProbeSetError) {
        try options.require(only: [], for: Self.name)
        length = try options.length(default: 10, atLeast: 2, for: Self.name)
    }

    public var inputs: TaskInputs { .numbers(features: 1) }
    public var answer: TaskAnswer { .number }
    /// The variance of U(0, 1).
    public var baseline: ConstantBaseline { .number(mean: 0.5, variance: 1 / 12) }

    public func instance(_ generator: inout SplitMix64) -> TaskInstance {
        // Powers by multiplication: `pow` may differ in the last bit from one machine to another.
        let sequence = (0..<length).map { _ in
            let base = Double(generator.uniform())
            return Float((1..<length).reduce(base) { power, _ in power * base })
        }
        let largest = sequence.indices.max { sequence[$0] < sequence[$1] } ?? 0
        // `max` gives the last of equals, a mask rule the first.
        let position = sequence.firstIndex(of: sequence[largest]) ?? largest
        return TaskInstance(
            sequence: sequence, target: sequence[position], marked: [[position], [length - 1]])
    }
}
