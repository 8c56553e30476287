import ArgumentParser
import Fovea

struct DatasetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset", abstract: "Write a built-in task's data set with all its hypotheses.",
        discussion: """
            Tasks: \(TaskRegistry.types.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")).

            The file holds `inputs`, `targets`, `delimiter_index` and `masks/<hypothesis>`; the same seed writes the same numbers.
            """)

    @Option(help: ArgumentHelp("The task.", valueName: "name"))
    var task: String

    @Option(help: ArgumentHelp("The number of instances.", valueName: "N"))
    var count = 256

    @Option(help: ArgumentHelp("The seed.", valueName: "S"))
    var seed: UInt64 = 7

    @OptionGroup
    var options: TaskArguments

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file.h5"))
    var output: String

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func run() throws {
        let probes = try TaskRegistry.task(named: task, options: options.taskOptions).probeSet(count: count, seed: seed)
        try probes.write(to: output)
        Console(quiet: quiet).note("\(output): \(count) instances of \(task), seed \(seed)")
    }
}

/// The options that built-in tasks share.
struct TaskArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The task's sequence length.", valueName: "T"))
    var length: Int?

    @Option(help: ArgumentHelp("The task's delimiter at a fixed position, from 0, instead of a random one.", valueName: "index"))
    var delimiterIndex: Int?

    var taskOptions: TaskOptions { TaskOptions(length: length, delimiterIndex: delimiterIndex) }
}
