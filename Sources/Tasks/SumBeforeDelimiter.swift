import Tensors

/// The founding task: add all the numbers that come before the delimiter.
///
/// x ~ U(0, 1) of length L; the delimiter's value (0) is put at a position a drawn from 1...L-1, or at a fixed one; the target is
/// the sum of x[0..<a]. Hypotheses: `before` (what the text asks for), `delimiter`, `last`. After `add_numbers_before_delimiter`
/// of AI4Water's `attention_lstm.py` example.
public struct SumBeforeDelimiter: SyntheticTask {
    public static let name = "sum-before-delimiter"
    public static let summary = "add all numbers before the delimiter"
    public static let definition =
        "Numbers from U(0, 1), the delimiter 0 at a position a from 1 to T-1; the answer is the sum of those before it."
    public static let hypotheses = [
        TaskHypothesis("before", "the numbers to be added"), TaskHypothesis("delimiter", "the delimiter"),
        TaskHypothesis("last", "the last position"),
    ]

    /// The length of the sequences.
    public let length: Int
    /// The delimiter's value.
    public let delimiter: Float
    /// The delimiter's fixed position, or nil for a random one.
    public let delimiterIndex: Int?

    public init(_ options: TaskOptions = TaskOptions()) throws(ProbeSetError) {
        try options.require(only: [.delimiter, .delimiterIndex], for: Self.name)
        length = try options.length(default: 20, atLeast: 2, for: Self.name)
        delimiter = Float(options.delimiter ?? 0)
        delimiterIndex = try options.delimiterIndex(in: 1...(length - 1), for: Self.name)
    }

    public var inputs: TaskInputs { .numbers(features: 1) }
    public var answer: TaskAnswer { .number }

    /// A sum of a numbers has the mean a/2 and the variance a/12; the position's own variance comes on top, 1/4 of ((L-1)^2 - 1)/12.
    public var baseline: ConstantBaseline {
        if let index = delimiterIndex { return .number(mean: Double(index) / 2, variance: Double(index) / 12) }
        let (expected, positions) = (Double(length) / 2, Double(length - 1))
        return .number(mean: expected / 2, variance: expected / 12 + (positions * positions - 1) / 48)
    }

    public func instance(_ generator: inout SplitMix64) -> TaskInstance {
        var sequence = (0..<length).map { _ in generator.uniform() }
        let index = delimiterIndex ?? generator.integer(in: 1..<length)
        sequence[index] = delimiter
        return TaskInstance(
            sequence: sequence, target: Float(sequence[..<index].reduce(0.0) { $0 + Double($1) }),
            marked: [Array(0..<index), [index], [length - 1]], delimiterIndex: index)
    }
}
