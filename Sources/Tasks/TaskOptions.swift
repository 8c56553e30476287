/// The options that tasks share; a nil takes the task's own default. An option that a task has no use for is an error, not silence.
public struct TaskOptions: Sendable {
    /// The length of the sequences.
    public var length: Int?
    /// The delimiter's value.
    public var delimiter: Double?
    /// A fixed position for the delimiter instead of a random one.
    public var delimiterIndex: Int?
    /// The number of different tokens.
    public var tokens: Int?
    /// The least distance of the two numbers to be added.
    public var gap: Int?

    /// Options; all default.
    public init(
        length: Int? = nil, delimiter: Double? = nil, delimiterIndex: Int? = nil, tokens: Int? = nil, gap: Int? = nil
    ) {
        self.length = length
        self.delimiter = delimiter
        self.delimiterIndex = delimiterIndex
        self.tokens = tokens
        self.gap = gap
    }

    /// An option, with its name on the command line.
    enum Option: String, CaseIterable {
        case delimiter = "--delimiter"
        case delimiterIndex = "--delimiter-index"
        case tokens = "--tokens"
        case gap = "--gap"
    }

    /// Refuses the options that a task has no use for.
    func require(only allowed: Set<Option>, for task: String) throws(ProbeSetError) {
        let given: [Option: Bool] = [
            .delimiter: delimiter != nil, .delimiterIndex: delimiterIndex != nil, .tokens: tokens != nil,
            .gap: gap != nil,
        ]
        for option in Option.allCases where given[option] == true && !allowed.contains(option) {
            throw .badTask(reason: "\(task) has no use for \(option.rawValue); leave it away.")
        }
    }

    /// The length, or a default, within what the task can take.
    func length(default usual: Int, atLeast least: Int, for task: String) throws(ProbeSetError) -> Int {
        let length = length ?? usual
        guard least...Self.most ~= length else {
            throw .badTask(
                reason:
                    "\(task) needs sequences of at least \(least) positions and at most \(Self.most), not \(length) (--length)."
            )
        }
        return length
    }

    /// The number of different tokens, or a default.
    func tokens(default usual: Int, for task: String) throws(ProbeSetError) -> Int {
        let tokens = tokens ?? usual
        guard 2...Self.most ~= tokens else {
            throw .badTask(
                reason: "\(task) needs at least 2 different tokens and at most \(Self.most), not \(tokens) (--tokens).")
        }
        return tokens
    }

    /// Where the delimiter stands in each instance, if at a fixed position.
    func delimiterIndex(in range: ClosedRange<Int>, for task: String) throws(ProbeSetError) -> Int? {
        guard let index = delimiterIndex else { return nil }
        guard range ~= index else {
            throw .badTask(
                reason:
                    "\(task) needs its delimiter at \(range.lowerBound) to \(range.upperBound), not at \(index) (--delimiter-index)."
            )
        }
        return index
    }

    /// Beyond this a data set would not fit any memory.
    private static let most = 1 << 20
}

/// The built-in tasks by name.
public enum TaskRegistry {
    /// All of them.
    public static let types: [any SyntheticTask.Type] = [
        SumBeforeDelimiter.self, AddTwoNumbers.self, FindMax.self, AddingProblem.self, FirstToken.self, LastToken.self,
        TokenAfterDelimiter.self, KeyValueRecall.self, Majority.self,
    ]

    /// The task of a name.
    ///
    /// - Throws: ``ProbeSetError/badTask(reason:)`` for an unknown name or options the task cannot take.
    public static func task(
        named name: String, options: TaskOptions = TaskOptions()
    ) throws(ProbeSetError) -> any SyntheticTask {
        guard let type = types.first(where: { $0.name == name }) else {
            throw .badTask(
                reason: "there is no task `\(name)`. Tasks are: \(types.map { $0.name }.joined(separator: ", ")).")
        }
        return try type.init(options)
    }
}
