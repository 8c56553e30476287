import Tensors

/// Add the two numbers that come right after a delimiter each.
///
/// x ~ U(0, 1) of length L; two positions a < b are drawn from 1...L-1, the target is (x_a + x_b) / 2, and x[a-1] and x[b-1] become the
/// delimiter's value (0). After `add_two_numbers.py` of the package `attention`, where a and b may be neighbours, so that the second delimiter
/// overwrites the first number: 2/(L-1) of the instances, 10.5 % of L = 20, cannot be solved. Here they are at least `gap` apart, 2 by
/// default; a gap of 1 gives the original.
public struct AddTwoNumbers: SyntheticTask {
    public static let name = "add-two-numbers"
    public static let summary = "average the two numbers that follow a delimiter"
    public static let definition =
        "Numbers from U(0, 1), the delimiter 0 right before each of two of them; the answer is half the sum of the two. They are at least "
        + "--gap apart (2; with 1, as in the original, some instances cannot be solved)."
    public static let hypotheses = [
        TaskHypothesis("addends", "the two numbers"), TaskHypothesis("delimiters", "the two delimiters before them"),
        TaskHypothesis("last", "the last position"),
    ]

    /// The length of the sequences.
    public let length: Int
    /// The delimiter's value.
    public let delimiter: Float
    /// The least distance between the two numbers.
    public let gap: Int

    public init(_ options: TaskOptions = TaskOptions()) throws(ProbeSetError) {
        try options.require(only: [.delimiter, .gap], for: Self.name)
        gap = options.gap ?? 2
        guard 1...(1 << 16) ~= gap else {
            throw .badTask(reason: "\(Self.name) needs a gap of at least 1, not \(gap) (--gap).")
        }
        length = try options.length(default: max(20, gap + 2), atLeast: gap + 2, for: Self.name)
        delimiter = Float(options.delimiter ?? 0)
    }

    public var inputs: TaskInputs { .numbers(features: 1) }
    public var answer: TaskAnswer { .number }
    /// Half the sum of two numbers from U(0, 1) has the variance 1/24.
    public var baseline: ConstantBaseline { .number(mean: 0.5, variance: 1 / 24) }

    public func instance(_ generator: inout SplitMix64) -> TaskInstance {
        var sequence = (0..<length).map { _ in generator.uniform() }
        // Pairs that are too close are drawn again, so that the others stay equally likely.
        var (first, second) = (0, 0)
        repeat {
            (first, second) = (generator.integer(in: 1..<length), generator.integer(in: 1..<length))
        } while abs(first - second) < gap
        let target = 0.5 * sequence[first] + 0.5 * sequence[second]
        sequence[first - 1] = delimiter
        sequence[second - 1] = delimiter
        return TaskInstance(
            sequence: sequence, target: target, marked: [[first, second], [first - 1, second - 1], [length - 1]])
    }
}
