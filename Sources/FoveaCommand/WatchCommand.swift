import ArgumentParser
import Files
import Foundation
import Fovea
import HDF5

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Analyse each checkpoint of a training as it is written, until Ctrl-C.",
        discussion: """
            Sits beside any training that writes Keras checkpoints into a folder, analyses each complete file once, and keeps in \
            the output folder all that `fovea analyze` writes. What was found is kept in OUTPUT/.watch, one file for each \
            checkpoint: checkpoints may be deleted, and a watch that was ended, or killed, goes on where it was.

            Ctrl-C (SIGINT, SIGTERM) finishes the checkpoint at hand, writes everything, and ends; a second one ends at once.

            Examples:
              fovea watch checkpoints/ --data probes.h5 --delimiter 0 -o out
              fovea watch checkpoints/ --data probes.h5 --until 200 -o out
              fovea watch /nfs/run7/ --data probes.h5 --poll 30 --idle 7200 --json -o out >> watch.jsonl
            """)

    @Argument(help: ArgumentHelp("The folder that the training writes its checkpoints into.", valueName: "folder"))
    var folder: String

    @OptionGroup
    var analysis: AnalysisArguments

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to.", valueName: "dir"))
    var output: String

    @OptionGroup(title: "Watching")
    var watching: WatchArguments

    @OptionGroup
    var drawing: DrawingArguments

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    @Flag(help: "Print a JSON object, on a line of its own, for each checkpoint; and no verdict.")
    var json = false

    func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output needs a folder.") }
    }

    func run() async throws {
        HDF5File.prepare()
        Workers.keepFreedMemory()
        let console = Console(quiet: quiet)
        let probes = try analysis.probeSet()
        let options = try analysis.options()
        // What is wrong with the folder or the options is said before anything is written.
        var watched = CheckpointFolder(
            folder, rest: watching.rest, pause: watching.rest * 2, ignoring: ["analysis.h5"])
        _ = try watched.look()
        let nothing = try GrowingRun(folder: watched.path, names: [], epochPattern: analysis.epochPattern)
        _ = try Analysis(of: nothing.run, on: probes, options: options)
        let outputFolder = try OutputFolder(creating: output)
        let interruption = StopSignal.catchAll()
        let store: WatchStore
        let live: LiveAnalysis
        do {
            store = try WatchStore(in: outputFolder)
            live = try LiveAnalysis(
                of: watched.path, on: probes, options: options, epochPattern: analysis.epochPattern,
                identity: [FoveaInfo.version], keepingIn: store.path)
        } catch {
            outputFolder.removeIfMade()
            throw error
        }
        var session = WatchSession(
            live: live, folder: watched,
            output: AnalysisOutput(folder: outputFolder, probes: probes, options: options, drawing: drawing),
            store: store, arguments: watching, printing: json ? .json : quiet ? .nothing : .text, console: console,
            interruption: interruption)
        try await session.run()
        // All is written. Freeing what the analysis held, value by value, would keep the user waiting for nothing.
        Foundation.exit(0)
    }
}

/// When a watch looks, writes and ends.
struct WatchArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How often the folder is looked at; on a local disk of Linux new files are noticed at once.",
            valueName: "seconds"))
    var poll = 2.0

    @Option(
        help: ArgumentHelp(
            "The shortest time between two updates of the output folder; they never take more than a tenth of the time.",
            valueName: "seconds"))
    var refresh = 10.0

    @Option(help: ArgumentHelp("End when this epoch, or a later one, is analysed.", valueName: "epoch"))
    var until: Int?

    @Option(help: ArgumentHelp("End when nothing new has come for so long.", valueName: "seconds"))
    var idle: Double?

    @Flag(help: "Analyse what is there, and end.")
    var once = false

    func validate() throws {
        guard 0.01...86_400 ~= poll else { throw ValidationError("--poll needs 0.01 to 86400 seconds.") }
        guard 0...86_400 ~= refresh else { throw ValidationError("--refresh needs 0 to 86400 seconds.") }
        guard idle.map({ $0 > 0 && $0.isFinite }) ?? true else {
            throw ValidationError("--idle needs more than 0 seconds.")
        }
    }

    /// How long a file must stay the same to count as whole.
    var rest: Duration { .seconds(min(poll, 0.5)) }
}

/// The hidden folder in which a watch keeps its findings, for itself alone.
struct WatchStore {
    let path: String
    private let output: OutputFolder
    private let lock: FolderLock

    /// Makes the folder unless it exists, and takes it.
    init(in output: OutputFolder) throws {
        self.output = output
        path = output.path(".watch")
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw OutputFolderError.cannotBeWritten(output.path(""))
        }
        guard let lock = try FolderLock(in: path) else { throw OutputFolderError.isWatched(output.path("")) }
        self.lock = lock
        AtomicFile.removeAbandoned(in: output.path("."))
        AtomicFile.removeAbandoned(in: output.path("figures"))
    }

    /// Removes the folder, and the output folder if it was made here and is empty.
    func removeIfUnused() {
        let findings = FileManager.default.enumerator(atPath: path)?.contains {
            ($0 as? String)?.hasSuffix(".findings") == true
        }
        if findings != true { try? FileManager.default.removeItem(atPath: path) }
        output.removeIfMade()
    }
}
