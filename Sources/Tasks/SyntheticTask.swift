import Foundation
import Tensors

/// A task whose data can be made on the spot, with the truth known.
public protocol SyntheticTask: Sendable {
    /// The name on the command line.
    static var name: String { get }
    /// One line of what is to be learnt.
    static var summary: String { get }
    /// How the sequences are drawn and what the answer is, in a sentence or two.
    static var definition: String { get }
    /// The hypotheses, the one that the task's text asks for first.
    static var hypotheses: [TaskHypothesis] { get }

    /// The length of the sequences, T.
    var length: Int { get }
    /// What the inputs are.
    var inputs: TaskInputs { get }
    /// What is asked for.
    var answer: TaskAnswer { get }
    /// What the best constant answer reaches: a network that beats it has learnt something.
    var baseline: ConstantBaseline { get }

    /// The task with the given options.
    ///
    /// - Throws: ``ProbeSetError/badTask(reason:)`` for options it cannot take.
    init(_ options: TaskOptions) throws(ProbeSetError)

    /// One instance.
    func instance(_ generator: inout SplitMix64) -> TaskInstance
}

/// A hypothesis of a task.
public struct TaskHypothesis: Sendable, Equatable {
    /// The name.
    public let name: String
    /// Which positions it marks.
    public let meaning: String

    /// A hypothesis.
    public init(_ name: String, _ meaning: String) {
        self.name = name
        self.meaning = meaning
    }
}

/// What the sequences of a task are made of.
public enum TaskInputs: Sendable, Equatable {
    /// Numbers: N×T×F.
    case numbers(features: Int)
    /// Tokens: N×T whole numbers below `vocabulary`, which is what `Embedding(vocabulary, ...)` is given. Id 0 is left to padding, but for
    /// tasks that say otherwise.
    case tokens(vocabulary: Int)
}

/// What a task asks for, and with it the output layer and the loss that are natural for it.
public enum TaskAnswer: Sendable, Equatable {
    /// A number, N×1: `Dense(1)` and `mse`.
    case number
    /// Yes or no, N×1 of 1 and 0: `Dense(1, "sigmoid")` and `binary_crossentropy`.
    case yesOrNo
    /// One of the tokens by its id, N×1: `Dense(classes, "softmax")` and `sparse_categorical_crossentropy`.
    case token(classes: Int)

    /// The number of outputs.
    public var outputs: Int { if case .token(let classes) = self { classes } else { 1 } }
    /// The output layer's activation in Keras' words.
    public var activation: String {
        switch self {
        case .number: "linear"
        case .yesOrNo: "sigmoid"
        case .token: "softmax"
        }
    }
    /// The loss in Keras' words.
    public var loss: String {
        switch self {
        case .number: "mse"
        case .yesOrNo: "binary_crossentropy"
        case .token: "sparse_categorical_crossentropy"
        }
    }
}

/// What the best constant answer reaches, in expectation; exact.
public struct ConstantBaseline: Sendable, Equatable {
    /// The answer's loss (``TaskAnswer/loss``): the target's variance, or its entropy in nats.
    public let loss: Double
    /// The best constant number, or nil for classes.
    public let mean: Double?
    /// The share of right answers, or nil for numbers.
    public let accuracy: Double?

    /// Of numbers with this mean and variance.
    static func number(mean: Double, variance: Double) -> ConstantBaseline {
        ConstantBaseline(loss: variance, mean: mean, accuracy: nil)
    }

    /// Of so many classes, all as likely.
    static func uniform(over classes: Int) -> ConstantBaseline {
        ConstantBaseline(loss: log(Double(classes)), mean: nil, accuracy: 1 / Double(classes))
    }
}

/// One instance of a task.
public struct TaskInstance: Sendable {
    /// The sequence: T numbers per feature, position by position, or T tokens.
    public var sequence: [Float]
    /// The answer.
    public var target: Float
    /// The positions that each of the task's hypotheses marks, in their order.
    public var marked: [[Int]]
    /// Where the delimiter is, for tasks that have one.
    public var delimiterIndex: Int?
}

extension SyntheticTask {
    /// `count` instances; the same seed gives the same ones. The first hypothesis is the one that the task's text asks for.
    ///
    /// - Throws: ``ProbeSetError/badTask(reason:)`` for a count below 1.
    public func probeSet(count: Int, seed: UInt64) throws(ProbeSetError) -> ProbeSet {
        guard count > 0 else { throw .badTask(reason: "a data set needs at least one instance (--count).") }
        var generator = SplitMix64(seed: seed)
        var sequences: [Float] = []
        var targets: [Float] = []
        var delimiters: [Int] = []
        var masks = Self.hypotheses.map { _ in Tensor(shape: [count, length], repeating: 0) }
        for row in 0..<count {
            let instance = instance(&generator)
            sequences += instance.sequence
            targets.append(instance.target)
            if let index = instance.delimiterIndex { delimiters.append(index) }
            for (hypothesis, positions) in instance.marked.enumerated() {
                for position in positions { masks[hypothesis].values[row * length + position] = 1 }
            }
        }
        let shape = if case .numbers(let features) = inputs { [count, length, features] } else { [count, length] }
        return try ProbeSet(
            inputs: [Tensor(shape: shape, values: sequences)], targets: Tensor(shape: [count, 1], values: targets),
            delimiterIndex: delimiters.count == count ? delimiters : nil,
            hypotheses: zip(Self.hypotheses, masks).map { Hypothesis(name: $0.name, mask: $1, origin: .task) },
            origin: "\(Self.name), seed \(seed)")
    }
}
