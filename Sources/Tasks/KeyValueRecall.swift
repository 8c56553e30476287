import Tensors

/// Associative recall: name the value that belongs to the key asked for.
///
/// k1 v1 k2 v2 ... kp vp q, of length 2p + 1 (9). Keys are distinct, from 1...V (8), values from V+1...2V, not necessarily distinct; q is one of
/// the keys; the answer is its value's id. After the associative recall of Ba et al. (2016) and Graves, Wayne & Danihelka (2014).
public struct KeyValueRecall: SyntheticTask {
    public static let name = "key-value-recall"
    public static let summary = "name the value of the key that comes last"
    public static let definition =
        "Pairs of a key (1 to --tokens, 8, all different) and a value (as many ids more), then one of the keys again; the answer is its value. "
        + "--length is odd."
    public static let hypotheses = [
        TaskHypothesis("answer", "the value asked for"), TaskHypothesis("cue", "its key, the first time"),
        TaskHypothesis("last", "the last position: the key asked for"),
    ]

    /// The length of the sequences, 2p + 1.
    public let length: Int
    /// The number of different keys, and of different values, V.
    public let tokens: Int
    private var pairs: Int { length / 2 }

    public init(_ options: TaskOptions = TaskOptions()) throws(ProbeSetError) {
        try options.require(only: [.tokens], for: Self.name)
        length = try options.length(default: 9, atLeast: 3, for: Self.name)
        tokens = try options.tokens(default: max(8, length / 2), for: Self.name)
        guard length % 2 == 1 else {
            throw .badTask(
                reason:
                    "\(Self.name) needs pairs and one key more, an odd number of positions, not \(length) (--length).")
        }
        guard length / 2 <= tokens else {
            throw .badTask(
                reason:
                    "\(Self.name) needs at least \(length / 2) tokens for as many different keys, not \(tokens) (--tokens)."
            )
        }
    }

    public var inputs: TaskInputs { .tokens(vocabulary: 2 * tokens + 1) }
    public var answer: TaskAnswer { .token(classes: 2 * tokens + 1) }
    public var baseline: ConstantBaseline { .uniform(over: tokens) }

    public func instance(_ generator: inout SplitMix64) -> TaskInstance {
        // The first keys of a shuffle (Fisher & Yates).
        var keys = Array(1...tokens)
        for place in 0..<pairs { keys.swapAt(place, generator.integer(in: place..<tokens)) }
        let values = generator.tokens(pairs, from: (tokens + 1)...(2 * tokens))
        let wanted = generator.integer(in: 0..<pairs)
        let sequence = (0..<pairs).flatMap { [Float(keys[$0]), values[$0]] } + [Float(keys[wanted])]
        return TaskInstance(
            sequence: sequence, target: values[wanted], marked: [[2 * wanted + 1], [2 * wanted], [length - 1]])
    }
}
