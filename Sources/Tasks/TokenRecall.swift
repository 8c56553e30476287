import Tensors

/// Name the first token.
///
/// Tokens from 1...V (8), length L (20); the answer is the first one's id. The state must be carried through the whole sequence.
public struct FirstToken: SyntheticTask {
    public static let name = "first-token"
    public static let summary = "name the first token"
    public static let definition = "Tokens from 1 to --tokens (8); the answer is the first one."
    public static let hypotheses = [
        TaskHypothesis("first", "the first position"), TaskHypothesis("last", "the last position"),
    ]

    /// The length of the sequences.
    public let length: Int
    /// The number of different tokens, V.
    public let tokens: Int

    public init(_ options: TaskOptions = TaskOptions()) throws(ProbeSetError) {
        try options.require(only: [.tokens], for: Self.name)
        length = try options.length(default: 20, atLeast: 2, for: Self.name)
        tokens = try options.tokens(default: 8, for: Self.name)
    }

    public var inputs: TaskInputs { .tokens(vocabulary: tokens + 1) }
    public var answer: TaskAnswer { .token(classes: tokens + 1) }
    public var baseline: ConstantBaseline { .uniform(over: tokens) }

    public func instance(_ generator: inout SplitMix64) -> TaskInstance {
        let sequence = generator.tokens(length, from: 1...tokens)
        return TaskInstance(sequence: sequence, target: sequence[0], marked: [[0], [length - 1]])
    }
}

/// Name the last token.
///
/// Tokens from 1...V (8), length L (20); the answer is the last one's id. The easiest of all: what is asked for is what was seen last.
public struct LastToken: SyntheticTask {
    public static let name = "last-token"
    public static let summary = "name the last token"
    public static let definition = "Tokens from 1 to --tokens (8); the answer is the last one."
    public static let hypotheses = [
        TaskHypothesis("last", "the last position"), TaskHypothesis("first", "the first position"),
    ]

    /// The length of the sequences.
    public let length: Int
    /// The number of different tokens, V.
    public let tokens: Int

    public init(_ options: TaskOptions = TaskOptions()) throws(ProbeSetError) {
        try options.require(only: [.tokens], for: Self.name)
        length = try options.length(default: 20, atLeast: 2, for: Self.name)
        tokens = try options.tokens(default: 8, for: Self.name)
    }

    public var inputs: TaskInputs { .tokens(vocabulary: tokens + 1) }
    public var answer: TaskAnswer { .token(classes: tokens + 1) }
    public var baseline: ConstantBaseline { .uniform(over: tokens) }

    public func instance(_ generator: inout SplitMix64) -> TaskInstance {
        let sequence = generator.tokens(length, from: 1...tokens)
        return TaskInstance(sequence: sequence, target: sequence[length - 1], marked: [[length - 1], [0]])
    }
}

/// Name the token that comes right after the delimiter.
///
/// Tokens from 1...V (8), length L (20); the delimiter's id (V+1) is put at a position a drawn from 0...L-2, or at a fixed one; the answer is the
/// id at a+1.
public struct TokenAfterDelimiter: SyntheticTask {
    public static let name = "token-after-delimiter"
    public static let summary = "name the token after the delimiter"
    public static let definition =
        "Tokens from 1 to --tokens (8), the delimiter, one id more, at a position from 0 to T-2; the answer is the token right after it."
    public static let hypotheses = [
        TaskHypothesis("answer", "the token after the delimiter"), TaskHypothesis("cue", "the delimiter"),
        TaskHypothesis("last", "the last position"),
    ]

    /// The length of the sequences.
    public let length: Int
    /// The number of different tokens, V, the delimiter not counted.
    public let tokens: Int
    /// The delimiter's id.
    public let delimiter: Int
    /// The delimiter's fixed position, or nil for a random one.
    public let delimiterIndex: Int?

    public init(_ options: TaskOptions = TaskOptions()) throws(ProbeSetError) {
        try options.require(only: [.tokens, .delimiter, .delimiterIndex], for: Self.name)
        length = try options.length(default: 20, atLeast: 2, for: Self.name)
        tokens = try options.tokens(default: 8, for: Self.name)
        let value = options.delimiter ?? Double(tokens + 1)
        guard let whole = Int(exactly: value), whole == 0 || (tokens + 1)...(1 << 20) ~= whole else {
            throw .badTask(
                reason:
                    "\(Self.name) needs a delimiter whose id is no token's: 0, or \(tokens + 1) or more (--delimiter).")
        }
        delimiter = whole
        delimiterIndex = try options.delimiterIndex(in: 0...(length - 2), for: Self.name)
    }

    public var inputs: TaskInputs { .tokens(vocabulary: max(tokens, delimiter) + 1) }
    public var answer: TaskAnswer { .token(classes: tokens + 1) }
    public var baseline: ConstantBaseline { .uniform(over: tokens) }

    public func instance(_ generator: inout SplitMix64) -> TaskInstance {
        var sequence = generator.tokens(length, from: 1...tokens)
        let index = delimiterIndex ?? generator.integer(in: 0..<(length - 1))
        sequence[index] = Float(delimiter)
        return TaskInstance(
            sequence: sequence, target: sequence[index + 1], marked: [[index + 1], [index], [length - 1]],
            delimiterIndex: index)
    }
}

extension SplitMix64 {
    /// So many tokens, each uniform on a range.
    mutating func tokens(_ count: Int, from range: ClosedRange<Int>) -> [Float] {
        (0..<count).map { _ in Float(integer(in: range.lowerBound..<(range.upperBound + 1))) }
    }
}
