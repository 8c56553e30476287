import ArgumentParser
import Fovea

struct ActivationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activations",
        abstract: "Write the outputs of a checkpoint's layers, its attention and its gradients.",
        discussion: """
            OUT.h5 holds /outputs/<k>, /layers/<name>/<k>, /attention/<layer> and, with --jacobian, /jacobian/<input>: N × flattened \
            outputs × input shape (for token inputs with respect to their embedding).
            """)

    @Argument(help: ArgumentHelp("The checkpoint.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The data: .h5, a group of it (FILE.h5:/group), .npz, .npy or .csv.", valueName: "file"))
    var data: String

    @Option(help: ArgumentHelp("A layer to write; may be repeated.", valueName: "name"))
    var layer: [String] = []

    @Flag(help: "Write all layers.")
    var all = false

    @Flag(help: "Write the gradient of each output unit with respect to each input.")
    var jacobian = false

    @Option(help: ArgumentHelp("The architecture, for files without one.", valueName: "file"))
    var model: String?

    @Option(help: ArgumentHelp("Use the first N instances only.", valueName: "N"))
    var limit: Int?

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "out.h5"))
    var output: String

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        guard all != !layer.isEmpty else { throw ValidationError("Say which layers with either --layer or --all.") }
        guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit needs at least 1.") }
    }

    func run() throws {
        let architecture = try model.map(Architecture.init(reading:))
        let network = try Network(Checkpoint(path: file), architecture: architecture)
        var probes = try ProbeSet(reading: data)
        if let limit { probes = try probes.prefix(limit) }
        let console = Console(quiet: quiet)
        for assumption in network.assumptions {
            console.note("assumed: \(printable(assumption.layer)): \(printable(assumption.text))")
        }
        try ActivationsFile(network, on: probes, path: file)
            .write(all ? .all : .named(layer), jacobian: jacobian, to: output)
        console.note(output)
    }
}
