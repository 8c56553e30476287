/// A task whose data can be made on the spot, with the truth known.
public protocol SyntheticTask: Sendable {
    /// The name on the command line.
    static var name: String { get }
    /// One line of what is to be learnt.
    static var summary: String { get }

    /// The task with the given options.
    ///
    /// - Throws: ``ProbeSetError/badTask(reason:)`` for options it cannot take.
    init(_ options: TaskOptions) throws(ProbeSetError)

    /// `count` instances; the same seed gives the same ones. The first hypothesis is the one that the task's text asks for.
    func probeSet(count: Int, seed: UInt64) throws(ProbeSetError) -> ProbeSet
}

/// The options that tasks share; a nil takes the task's own default.
public struct TaskOptions: Sendable {
    /// The length of the sequences.
    public var length: Int?
    /// The delimiter's value.
    public var delimiter: Double?
    /// A fixed position for the delimiter instead of a random one.
    public var delimiterIndex: Int?

    /// Options; all default.
    public init(length: Int? = nil, delimiter: Double? = nil, delimiterIndex: Int? = nil) {
        self.length = length
        self.delimiter = delimiter
        self.delimiterIndex = delimiterIndex
    }
}

/// The built-in tasks by name.
public enum TaskRegistry {
    /// All of them.
    public static let types: [any SyntheticTask.Type] = [SumBeforeDelimiter.self]

    /// The task of a name.
    ///
    /// - Throws: ``ProbeSetError/badTask(reason:)`` for an unknown name or options the task cannot take.
    public static func task(named name: String, options: TaskOptions) throws(ProbeSetError) -> any SyntheticTask {
        guard let type = types.first(where: { $0.name == name }) else {
            throw .badTask(
                reason: "there is no task `\(name)`. Tasks are: \(types.map { $0.name }.joined(separator: ", ")).")
        }
        return try type.init(options)
    }
}
