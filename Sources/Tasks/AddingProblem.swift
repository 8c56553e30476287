import Tensors

/// The adding problem in its modern form: add the two marked numbers.
///
/// Each step holds a number from U(0, 1) and a marker; one marker is 1 in each half of the sequence (of length 50), all others are 0; the target
/// is the sum of the two marked numbers. After Le, Jaitly & Hinton (2015) and Arjovsky, Shah & Bengio (2016); Hochreiter & Schmidhuber's (1997)
/// original places its markers otherwise.
public struct AddingProblem: SyntheticTask {
    public static let name = "adding-problem"
    public static let summary = "add the two marked numbers"
    public static let definition =
        "Two features: numbers from U(0, 1), and markers, of which one in each half is 1; the answer is the sum of the two marked numbers."
    public static let hypotheses = [
        TaskHypothesis("marked", "the two marked numbers"), TaskHypothesis("last", "the last position"),
    ]

    /// The length of the sequences.
    public let length: Int

    public init(_ options: TaskOptions = TaskOptions()) throws(ProbeSetError) {
        try options.require(only: [], for: Self.name)
        length = try options.length(default: 50, atLeast: 2, for: Self.name)
    }

    public var inputs: TaskInputs { .numbers(features: 2) }
    public var answer: TaskAnswer { .number }
    /// The sum of two numbers from U(0, 1) has the variance 1/6.
    public var baseline: ConstantBaseline { .number(mean: 1, variance: 1 / 6) }

    public func instance(_ generator: inout SplitMix64) -> TaskInstance {
        let numbers = (0..<length).map { _ in generator.uniform() }
        let marked = [generator.integer(in: 0..<(length / 2)), generator.integer(in: (length / 2)..<length)]
        let sequence = numbers.indices.flatMap { (step: Int) -> [Float] in
            [numbers[step], marked.contains(step) ? 1 : 0]
        }
        return TaskInstance(
            sequence: sequence, target: numbers[marked[0]] + numbers[marked[1]], marked: [marked, [length - 1]])
    }
}
