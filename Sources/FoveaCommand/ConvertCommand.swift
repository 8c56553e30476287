import ArgumentParser
import Fovea

struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write a checkpoint in another format that Keras opens.",
        discussion: """
            Takes any checkpoint that Fovea reads. The format follows from the ending of OUT, or is one of:
            \(CheckpointFormat.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

            Full models are translated between the dialects of Keras 2 and Keras 3, in which neither reads the other. The optimizer's \
            state is not carried over.
            """)

    @Argument(help: ArgumentHelp("The checkpoint.", valueName: "file"))
    var file: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write: .h5, .weights.h5 or .keras.", valueName: "out"))
    var output: String

    @Option(help: ArgumentHelp("The format, for names that leave a choice.", valueName: "format"))
    var format: CheckpointFormat?

    @Option(help: ArgumentHelp("The architecture, for files without one.", valueName: "file"))
    var model: String?

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        let byName = CheckpointFormat(fileName: output)
        guard let byName else {
            throw ValidationError(
                "--output \(output): Keras goes by a file's ending; end it in .h5, .weights.h5 or .keras.")
        }
        // A legacy file of weights has the same ending as a full model.
        let wanted = format == .legacyWeights ? .legacyFull : format ?? byName
        guard wanted == byName else {
            throw ValidationError(
                "--output \(output): Keras would take a file of this name for \(byName.rawValue), not \(format?.rawValue ?? ""); end it "
                    + "in \(wanted.ending).")
        }
    }

    func run() throws {
        let architecture = try model.map(Architecture.init(reading:))
        let network = try Network(Checkpoint(path: file), architecture: architecture)
        let console = Console(quiet: quiet)
        for assumption in network.assumptions {
            console.note("assumed: \(printable(assumption.layer)): \(printable(assumption.text))")
        }
        let format = format ?? CheckpointFormat(fileName: output) ?? .legacyFull
        try network.savedModel().write(as: format, to: output)
        console.note("\(output): \(network.graph.parameterCount) parameters, \(format.rawValue) (\(format.summary))")
    }
}

extension CheckpointFormat: ExpressibleByArgument {
    /// What Keras wants a file's name to end in.
    fileprivate var ending: String {
        switch self {
        case .legacyWeights, .legacyFull: ".h5"
        case .v3Weights: ".weights.h5"
        case .kerasArchive: ".keras"
        }
    }
}
