import ArgumentParser
import Foundation
import Fovea

/// What is asked of a model beyond its maps.
struct AnswerArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What the attention is replaced by: all, none, or names such as uniform,shuffled,last_step,mask:HYPOTHESIS.",
            valueName: "list"))
    var interventions = "all"

    @Option(
        help: ArgumentHelp(
            "At which epochs a linear probe reads the states: all, last, none, or a number of epochs.",
            valueName: "epochs"))
    var probeEpochs: EpochSelection = .spread(5)

    @Option(
        help: ArgumentHelp(
            "Tests of faithfulness: all, none, or names: \(FaithfulnessChoice.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "list"))
    var tests = FaithfulnessChoice.standard.map(\.rawValue).joined(separator: ",")

    @Option(
        help: ArgumentHelp(
            "At which epochs they are made: all, last, none, or a number of epochs.", valueName: "epochs"))
    var testEpochs: EpochSelection = .last

    func validate() throws { _ = try chosenTests() }

    /// The tests that are asked for.
    func chosenTests() throws -> [FaithfulnessChoice] {
        if tests == "all" { return FaithfulnessChoice.allCases }
        if tests == "none" || tests.isEmpty { return [] }
        return try tests.split(separator: ",").map { part in
            let name = part.trimmingCharacters(in: .whitespaces)
            guard let choice = FaithfulnessChoice(rawValue: name) else {
                throw ValidationError(
                    "--tests: there is no test `\(name)`. There are: "
                        + FaithfulnessChoice.allCases.map(\.rawValue).joined(separator: ", ") + ", all, none.")
            }
            return choice
        }
    }
}

extension EpochSelection: ExpressibleByArgument {
    public init?(argument: String) {
        switch argument {
        case "all": self = .all
        case "none": self = .none
        case "last": self = .last
        default:
            guard let count = Int(argument), count > 0 else { return nil }
            self = .spread(count)
        }
    }

    public var defaultValueDescription: String {
        switch self {
        case .all: "all"
        case .none: "none"
        case .last: "last"
        case .spread(let count): "\(count)"
        }
    }
}
