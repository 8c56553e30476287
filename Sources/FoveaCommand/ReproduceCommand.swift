import ArgumentParser
import Foundation
import Fovea
import HDF5

struct ReproduceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Train the founding experiment, analyse it, and say what its attention does.",
        discussion: """
            An LSTM with attention learns to add all numbers before a delimiter, and its attention does not go where the numbers are. \
            This trains that model on that task, analyses all its epochs, and ends with the verdict; with --seeds N it does so for N \
            seeds from --seed on and compares them, so that the finding has an interval over trainings. Everything could be done with \
            `fovea train`, `fovea analyze` and `fovea compare`, which have all the options.

            DIR/seed-S/ gets a training's checkpoints and history.csv, DIR/seed-S/analysis/ its analysis, DIR/comparison/ what the \
            seeds have in common. 200 epochs take one to three minutes on two processors. After an interruption the same command with \
            --resume goes on.

            Examples:
              fovea reproduce -o founding
              fovea reproduce --seeds 5 -o founding
            """)

    @Option(help: ArgumentHelp("How many seeds are trained.", valueName: "N"))
    var seeds = 1

    @Option(help: ArgumentHelp("The first seed.", valueName: "S"))
    var seed: UInt64 = 7

    @Option(help: ArgumentHelp("The number of epochs.", valueName: "N"))
    var epochs = 200

    @Option(help: ArgumentHelp("The number of training sequences.", valueName: "N"))
    var train = 20_000

    @Flag(help: "Go on with the trainings in the folder.")
    var resume = false

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to.", valueName: "dir"))
    var output: String

    @Flag(help: "Write the gnuplot scripts but draw nothing.")
    var noRender = false

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output needs a folder.") }
        guard 1...1000 ~= seeds else { throw ValidationError("--seeds \(seeds): it needs 1 to 1,000.") }
        guard seed <= UInt64.max - 1000 else { throw ValidationError("--seed \(seed): it is too large.") }
        guard 1...1_000_000 ~= epochs else { throw ValidationError("--epochs \(epochs): it needs 1 to 1,000,000.") }
        guard train >= 1 else { throw ValidationError("--train \(train): it needs at least 1.") }
    }

    func run() async throws {
        HDF5File.prepare()
        Workers.keepFreedMemory()
        let console = Console(quiet: quiet)
        let folder = try OutputFolder(creating: output)
        do {
            var analyses: [String] = []
            for seed in seed..<(seed + UInt64(seeds)) {
                let run = folder.path("seed-\(seed)")
                console.note("\nseed \(seed)")
                try train(seed, run)
                analyses.append("\(run)/analysis")
                try await analyze(run, "\(run)/analysis", printingVerdict: seeds == 1)
            }
            guard analyses.count > 1 else { return }
            try await CompareCommand.parse(analyses + ["-o", folder.path("comparison")] + drawing + flags).run()
        } catch {
            folder.removeIfMade()
            throw error
        }
    }

    private var drawing: [String] { noRender ? ["--no-render"] : [] }
    private var flags: [String] { quiet ? ["--quiet"] : [] }

    private func train(_ seed: UInt64, _ run: String) throws {
        let isThere = FileManager.default.fileExists(atPath: "\(run)/training.state")
        let options = ["--seed", "\(seed)", "--epochs", "\(epochs)", "--train", "\(train)", "-o", run]
        let going = resume && isThere ? ["--resume"] : []
        try TrainCommand.parse(["--task", "sum-before-delimiter"] + options + going + flags).train()
    }

    private func analyze(_ run: String, _ analysis: String, printingVerdict: Bool) async throws {
        let words = [run, "--data", "\(run)/probes.h5", "-o", analysis] + drawing + flags
        try await AnalyzeCommand.parse(words).analyze(printingVerdict: printingVerdict)
    }
}
