import Metrics

/// A test of whether a map says what the network uses. Each is a value of its options.
public protocol FaithfulnessTest: Sendable {
    /// The snake_case name in files and on the command line.
    static var id: String { get }
    /// The question it answers, in one line.
    static var label: String { get }
}

/// One number per instance under a name.
public struct InstanceScores: Sendable, Equatable {
    /// The snake_case name in files.
    public let id: String
    /// What the number is, in one line.
    public let label: String
    /// One per instance.
    public let values: [Metric]

    /// Scores under a name.
    public init(id: String, label: String, values: [Metric]) {
        self.id = id
        self.label = label
        self.values = values
    }

    /// The mean over the instances that have a value; nil if none has.
    public var mean: Double? {
        let defined = values.compactMap(\.value)
        return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
    }
}
