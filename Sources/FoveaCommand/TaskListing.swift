import Foundation
import Fovea

/// The built-in tasks as `fovea dataset --list` shows them.
enum TaskListing {
    /// A task in a few lines.
    static func text(_ task: any SyntheticTask) -> String {
        let type = type(of: task)
        let hypotheses = type.hypotheses.map { "\($0.name) (\($0.meaning))" }.joined(separator: ", ")
        let lines = [
            "\(type.name): \(type.summary)", type.definition, "inputs: \(inputs(task))",
            "answer: \(answer(task.answer))",
            "hypotheses: \(hypotheses)", baseline(task),
        ]
        return ([lines[0]] + lines.dropFirst().map { "  " + wrapped($0, width: 96, indent: "    ") }).joined(
            separator: "\n")
    }

    private static func inputs(_ task: any SyntheticTask) -> String {
        switch task.inputs {
        case .numbers(let features): "N×\(task.length)×\(features) numbers"
        case .tokens(let vocabulary): "N×\(task.length) tokens, for Embedding(\(vocabulary), ...)"
        }
    }

    private static func answer(_ answer: TaskAnswer) -> String {
        let kind =
            switch answer {
            case .number: "a number"
            case .yesOrNo: "yes (1) or no (0)"
            case .token: "a token's id"
            }
        return "\(kind), N×1; Dense(\(answer.outputs), \"\(answer.activation)\"), loss \(answer.loss)"
    }

    /// What the best constant answer reaches, in a line.
    static func baseline(_ task: any SyntheticTask) -> String {
        let baseline = task.baseline
        let loss = String(format: "%.4g", baseline.loss)
        let extra =
            baseline.mean.map { "answering " + String(format: "%.4g", $0) }
            ?? baseline.accuracy.map { String(format: "%.3g", 100 * $0) + " % right" } ?? ""
        return "best constant answer: \(task.answer.loss) \(loss) (\(extra))"
    }

    private struct Entry: Encodable {
        struct Hypothesis: Encodable {
            let name: String
            let meaning: String
        }

        let name: String
        let summary: String
        let definition: String
        let length: Int
        let features: Int?
        let vocabulary: Int?
        let outputs: Int
        let activation: String
        let loss: String
        let hypotheses: [Hypothesis]
        let baselineLoss: Double
        let baselineAnswer: Double?
        let baselineAccuracy: Double?

        enum CodingKeys: String, CodingKey {
            case name
            case summary
            case definition
            case length
            case features
            case vocabulary
            case outputs
            case activation
            case loss
            case hypotheses
            case baselineLoss = "baseline_loss"
            case baselineAnswer = "baseline_answer"
            case baselineAccuracy = "baseline_accuracy"
        }

        init(_ task: any SyntheticTask) {
            let type = type(of: task)
            name = type.name
            summary = type.summary
            definition = type.definition
            length = task.length
            if case .numbers(let count) = task.inputs { features = count } else { features = nil }
            if case .tokens(let count) = task.inputs { vocabulary = count } else { vocabulary = nil }
            outputs = task.answer.outputs
            activation = task.answer.activation
            loss = task.answer.loss
            hypotheses = type.hypotheses.map { Hypothesis(name: $0.name, meaning: $0.meaning) }
            baselineLoss = task.baseline.loss
            baselineAnswer = task.baseline.mean
            baselineAccuracy = task.baseline.accuracy
        }
    }

    /// All that the text says, for machines.
    static func json(_ tasks: [any SyntheticTask]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(tasks.map(Entry.init)), as: UTF8.self)
    }
}
