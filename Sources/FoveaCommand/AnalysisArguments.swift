import ArgumentParser
import Fovea

/// What is analysed, and how: shared by `analyze` and `watch`.
struct AnalysisArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("The probe set: .h5, a group of it (FILE.h5:/group), .npz, .npy or .csv.", valueName: "file")
    )
    var data: String?

    @Option(help: ArgumentHelp("A built-in task to make the probe set of, instead of --data.", valueName: "name"))
    var task: String?

    @Option(help: ArgumentHelp("The number of instances that --task makes.", valueName: "N"))
    var count = 256

    @OptionGroup
    var taskArguments: TaskArguments

    @Option(help: ArgumentHelp("A hypothesis by rule; may be repeated.", valueName: "[name=]rule"))
    var mask: [String] = []

    @Option(help: ArgumentHelp("The hypothesis that you hold to be the truth.", valueName: "name"))
    var expect: String?

    @Option(help: ArgumentHelp("The delimiter's value in the inputs.", valueName: "value"))
    var delimiter: Double?

    @Option(
        help: ArgumentHelp(
            "The architecture: a file of model.to_json(), or a full checkpoint of the same model.", valueName: "file"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "A layer whose weights (or output) are the attention, instead of all that are found; may be repeated.",
            valueName: "layer"))
    var attention: [String] = []

    @Option(help: ArgumentHelp("A regular expression whose first group is the epoch.", valueName: "regex"))
    var epochPattern: String?

    @Option(
        help: ArgumentHelp(
            "The training's own losses: a CSVLogger's file, or History.history as JSON. By default history.csv, training.log or the like "
                + "beside the checkpoints; none for none.", valueName: "file"))
    var history: String?

    @Option(help: "The loss: \(Loss.allCases.map(\.rawValue).joined(separator: ", ")).")
    var loss: Loss?

    @OptionGroup(title: "Attribution")
    var methodArguments: MethodArguments

    @OptionGroup(title: "Interventions, probe and tests")
    var answerArguments: AnswerArguments

    @Option(help: ArgumentHelp("Analyse the first N instances only.", valueName: "N"))
    var limit: Int?

    @Option(help: ArgumentHelp("Bootstrap resamples behind the confidence intervals.", valueName: "B"))
    var resamples = 2000

    @Option(help: ArgumentHelp("The seed of the bootstrap and of --task.", valueName: "S"))
    var seed: UInt64 = 7

    @Option(
        help: ArgumentHelp(
            "The share of a uniform map that maps are mixed with for KL(mask | map) in the ranking.", valueName: "share"
        ))
    var smoothing = AnalysisOptions().smoothing

    func validate() throws {
        guard (data == nil) != (task == nil) else {
            throw ValidationError("Give the probe set with either --data or --task.")
        }
        guard 0 < smoothing, smoothing < 1 else {
            throw ValidationError("--smoothing needs a share above 0 and below 1.")
        }
        guard resamples >= 100 else { throw ValidationError("--resamples needs at least 100.") }
        guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit needs at least 1.") }
    }

    /// The options, with what they need read from files.
    func options() throws -> AnalysisOptions {
        var options = AnalysisOptions()
        options.rules = try mask.map { try MaskRule($0) }
        options.expected = expect
        options.architecture = try model.map(Architecture.init(reading:))
        options.attentionLayers = attention
        options.loss = loss
        options.history = history.map { $0 == "none" ? .none : .file($0) } ?? .beside
        options.usualLoss = try builtInTask().flatMap { Loss(kerasName: $0.answer.loss) } ?? .meanSquaredError
        options.resamples = resamples
        options.seed = seed
        options.smoothing = smoothing
        options.methods = try methodArguments.requests(seed: seed)
        options.output = try methodArguments.output()
        options.reading = try methodArguments.reading()
        options.excludesDelimiter = methodArguments.withoutDelimiter
        options.interventions = InterventionChoice(list: answerArguments.interventions)
        options.probing = answerArguments.probeEpochs
        options.tests = try answerArguments.chosenTests()
        options.testing = answerArguments.testEpochs
        return options
    }

    private func builtInTask() throws -> (any SyntheticTask)? {
        try task.map { name in
            var taskOptions = taskArguments.taskOptions
            taskOptions.delimiter = delimiter
            return try TaskRegistry.task(named: name, options: taskOptions)
        }
    }

    /// The probe set, read or made.
    func probeSet() throws -> ProbeSet {
        var probes: ProbeSet
        if let task = try builtInTask() {
            probes = try task.probeSet(count: count, seed: seed)
        } else {
            probes = try ProbeSet(reading: data ?? "")
            if let delimiter { probes = try probes.withDelimiter(delimiter) }
        }
        return try limit.map { try probes.prefix($0) } ?? probes
    }
}

extension Loss: ExpressibleByArgument {}
