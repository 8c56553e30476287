import ArgumentParser
import Files
import Foundation
import Fovea
import HDF5

struct AnalyzeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Analyse the checkpoints of a training: attention and gradients against masks, over the epochs.",
        discussion: """
            Writes DIR/analysis.h5 (every array), metrics.csv (the tidy table), summary.json (the verdict), report.html, \
            report.md, table.tex, references.bib and figures/, and ends with a verdict in plain sentences.

            Mask rules: before-delimiter, at-delimiter, after-delimiter, first, last, argmax, uniform, index:4,9, range:0-3. \
            Positions count from 0. The data set's own masks are hypotheses too; the parts before, at and after the delimiter, \
            the last step and uniform weights are always compared.

            Examples:
              fovea analyze 'ckpt-*.h5' --data probes.h5 --delimiter 0 -o out
              fovea analyze checkpoints/ --task sum-before-delimiter -o out
              fovea analyze checkpoints/ --data probes.h5:/test --mask answer=index:4 --model model.json -o out
            """)

    @Argument(help: ArgumentHelp("Checkpoints, folders of them, or globs.", valueName: "path"))
    var paths: [String]

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

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to.", valueName: "dir"))
    var output: String

    @Option(help: ArgumentHelp("A regular expression whose first group is the epoch.", valueName: "regex"))
    var epochPattern: String?

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

    @Flag(help: "Report checkpoints that cannot be used and leave them out, instead of stopping.")
    var skipBad = false

    @OptionGroup
    var drawing: DrawingArguments

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    @Flag(help: "Print the summary as JSON instead of the verdict.")
    var json = false

    func validate() throws {
        guard (data == nil) != (task == nil) else {
            throw ValidationError("Give the probe set with either --data or --task.")
        }
        guard 0 < smoothing, smoothing < 1 else {
            throw ValidationError("--smoothing needs a share above 0 and below 1.")
        }
        guard resamples >= 100 else { throw ValidationError("--resamples needs at least 100.") }
        guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit needs at least 1.") }
        guard !output.isEmpty else { throw ValidationError("--output needs a folder.") }
    }

    func run() async throws {
        HDF5File.prepare()
        Workers.keepFreedMemory()
        let console = Console(quiet: quiet)
        let run = try Run(paths: paths, epochPattern: epochPattern)
        if !run.leftOut.isEmpty {
            console.note("note: left out, since no checkpoints: " + run.leftOut.map(printable).joined(separator: ", "))
        }
        let task = try builtInTask()
        let probes = try probeSet(task)
        var options = AnalysisOptions()
        options.rules = try mask.map { try MaskRule($0) }
        options.expected = expect
        options.architecture = try model.map(Architecture.init(reading:))
        options.attentionLayers = attention
        options.loss = loss
        options.usualLoss = task.flatMap { Loss(kerasName: $0.answer.loss) } ?? .meanSquaredError
        options.resamples = resamples
        options.seed = seed
        options.skipBad = skipBad
        options.smoothing = smoothing
        options.methods = try methodArguments.requests(seed: seed)
        options.output = try methodArguments.output()
        options.reading = try methodArguments.reading()
        options.excludesDelimiter = methodArguments.withoutDelimiter
        options.interventions = InterventionChoice(list: answerArguments.interventions)
        options.probing = answerArguments.probeEpochs
        options.tests = try answerArguments.chosenTests()
        options.testing = answerArguments.testEpochs
        let analysis = try Analysis(of: run, on: probes, options: options)
        let folder = try OutputFolder(creating: output)
        let result: Analysis.Result
        do {
            result = try analysis.run(writingTo: folder.path("analysis.h5")) { report($0, console) }
        } catch {
            folder.removeIfMade()
            throw error
        }
        try await write(result, probes, options, folder, console)
    }

    private func builtInTask() throws -> (any SyntheticTask)? {
        try task.map { name in
            var taskOptions = taskArguments.taskOptions
            taskOptions.delimiter = delimiter
            return try TaskRegistry.task(named: name, options: taskOptions)
        }
    }

    private func probeSet(_ task: (any SyntheticTask)?) throws -> ProbeSet {
        var probes: ProbeSet
        if let task {
            probes = try task.probeSet(count: count, seed: seed)
        } else {
            probes = try ProbeSet(reading: data ?? "")
            if let delimiter { probes = try probes.withDelimiter(delimiter) }
        }
        return try limit.map { try probes.prefix($0) } ?? probes
    }

    private func report(_ event: Analysis.Event, _ console: Console) {
        switch event {
        case .finished(let index, let total, let epoch): console.progress(index, of: total, "epoch \(epoch)")
        case .skipped(_, let reason): console.note("left out: " + printable(reason, limit: 2000))
        case .assumed(let assumptions):
            console.note("The checkpoints hold no architecture. Assumed (--model says otherwise):")
            for assumption in assumptions {
                console.note("  \(printable(assumption.layer)): \(printable(assumption.text))")
            }
        case .noAttention(let path): console.note("note: \(printable(path)) has no attention layer; gradients only.")
        case .note(let text): console.note("note: " + printable(text, limit: 2000))
        case .otherLength(let layer, let positions):
            console.note(
                "note: attention layer `\(printable(layer))` weighs \(positions) positions, not the inputs' steps; it is written "
                    + "to analysis.h5, but not measured.")
        }
    }

    private func write(
        _ result: Analysis.Result, _ probes: ProbeSet, _ options: AnalysisOptions, _ folder: OutputFolder,
        _ console: Console
    ) async throws {
        // The table is the longest text by far; it is spelt while the other files are made.
        let table = MetricsTable(result.timeline)
        async let csv = table.csv
        let verdict = Verdict(result.timeline)
        let provenance = Provenance(
            version: FoveaInfo.version, commandLine: ["fovea"] + CommandLine.arguments.dropFirst(),
            checkpoints: result.inputs, probeSet: probes.origin, probeSetSHA256: probes.sha256,
            architecture: options.architecture.map { .init(path: $0.path, sha256: $0.sha256, epoch: nil) },
            seed: seed, resamples: resamples)
        // Without drawings the report needs nothing that is still to be made.
        let early = Report(result, verdict: verdict, provenance: provenance)
        async let undrawn = drawing.noRender ? ReportTexts(early) : nil
        let summary = try Summary(result, verdict: verdict, provenance: provenance).json()
        try AtomicFile.write(summary, to: folder.path("summary.json"))
        let drawings = try await drawing.drawings(result.timeline, into: folder.path("figures"), console)
        let report = Report(result, verdict: verdict, provenance: provenance, drawings: drawings)
        let texts = if let undrawn = try await undrawn { undrawn } else { try await ReportTexts(report) }
        for (name, text) in texts.files { try AtomicFile.write(text, to: folder.path(name)) }
        try AtomicFile.write(await csv, to: folder.path("metrics.csv"))
        if json {
            console.print(String(summary.dropLast()))
        } else if !quiet {
            if let sketch = TimelineSketch(result.timeline) {
                console.print(sketch.text(isColoured: TerminalColour.isAllowed) + "\n")
            }
            console.print(verdict.sentences.map { wrapped($0) }.joined(separator: "\n"))
            console.print("\nReport: \(folder.path("report.html"))")
        }
        // All is written. Freeing what the analysis held, value by value, would keep the user waiting for nothing.
        Foundation.exit(0)
    }
}

extension Loss: ExpressibleByArgument {}
