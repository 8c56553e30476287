import ArgumentParser
import Fovea

struct DatasetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset", abstract: "Write a built-in task's data set with all its hypotheses.",
        discussion: """
            Tasks: \(TaskRegistry.types.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")). `--list` says more of each.

            The file holds `inputs`, `targets`, `delimiter_index` and `masks/<hypothesis>`; the same seed writes the same numbers.
            """)

    @Option(help: ArgumentHelp("The task.", valueName: "name"))
    var task: String?

    @Flag(help: "List the tasks with their answers, hypotheses and baselines, or say all of the given one.")
    var list = false

    @Option(help: ArgumentHelp("The number of instances.", valueName: "N"))
    var count = 256

    @Option(help: ArgumentHelp("The seed.", valueName: "S"))
    var seed: UInt64 = 7

    @OptionGroup
    var options: TaskArguments

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file.h5"))
    var output: String?

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    @Flag(help: "With --list, print JSON.")
    var json = false

    func validate() throws {
        if list {
            guard output == nil else { throw ValidationError("--list writes no file; leave --output away.") }
            return
        }
        guard task != nil else { throw ValidationError("Name a task with --task, or see them with --list.") }
        guard output != nil else { throw ValidationError("Name the file to write with --output.") }
        guard !json else { throw ValidationError("--json goes with --list.") }
    }

    func run() throws {
        let console = Console(quiet: quiet)
        if list {
            let names = task.map { [$0] } ?? TaskRegistry.types.map { $0.name }
            let tasks = try names.map { try TaskRegistry.task(named: $0, options: options.taskOptions) }
            console.print(try json ? TaskListing.json(tasks) : tasks.map(TaskListing.text).joined(separator: "\n\n"))
            return
        }
        guard let name = task, let output else { return }
        let task = try TaskRegistry.task(named: name, options: options.taskOptions)
        try task.probeSet(count: count, seed: seed).write(to: output)
        console.note("\(output): \(count) instances of \(name), seed \(seed); \(TaskListing.baseline(task))")
    }
}

/// The options that built-in tasks share.
struct TaskArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The task's sequence length.", valueName: "T"))
    var length: Int?

    @Option(
        help: ArgumentHelp(
            "The task's delimiter at a fixed position, from 0, instead of a random one.", valueName: "index"))
    var delimiterIndex: Int?

    @Option(help: ArgumentHelp("The number of different tokens of a task over tokens.", valueName: "V"))
    var tokens: Int?

    @Option(help: ArgumentHelp("The least distance of the two numbers of add-two-numbers.", valueName: "steps"))
    var gap: Int?

    var taskOptions: TaskOptions {
        TaskOptions(length: length, delimiterIndex: delimiterIndex, tokens: tokens, gap: gap)
    }
}
