import Tensors

/// Say whether there are more ones than zeros.
///
/// Tokens 0 and 1, an odd number of them (21); the answer is 1 if most are 1. Any set of more than half the positions, all of the winning token,
/// would do as evidence, so the mask is not unique: judge ranks against it (AUROC), not shares of mass. Id 0 is a token here, not padding.
public struct Majority: SyntheticTask {
    public static let name = "majority"
    public static let summary = "say whether there are more ones than zeros"
    public static let definition =
        "Tokens 0 and 1 (no padding), an odd number of them; the answer is 1 if most are 1. The mask is not unique: go by AUROC."
    public static let hypotheses = [
        TaskHypothesis("winners", "every token of the winning kind"), TaskHypothesis("last", "the last position"),
    ]

    /// The length of the sequences.
    public let length: Int

    public init(_ options: TaskOptions = TaskOptions()) throws(ProbeSetError) {
        try options.require(only: [], for: Self.name)
        length = try options.length(default: 21, atLeast: 1, for: Self.name)
        guard length % 2 == 1 else {
            throw .badTask(
                reason:
                    "\(Self.name) needs an odd number of positions, so that there is no draw, not \(length) (--length)."
            )
        }
    }

    public var inputs: TaskInputs { .tokens(vocabulary: 2) }
    public var answer: TaskAnswer { .yesOrNo }
    public var baseline: ConstantBaseline { .uniform(over: 2) }

    public func instance(_ generator: inout SplitMix64) -> TaskInstance {
        let sequence = generator.tokens(length, from: 0...1)
        let winner: Float = sequence.reduce(0, +) > Float(length) / 2 ? 1 : 0
        return TaskInstance(
            sequence: sequence, target: winner,
            marked: [sequence.indices.filter { sequence[$0] == winner }, [length - 1]])
    }
}
