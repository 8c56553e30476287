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

    @OptionGroup
    var analysis: AnalysisArguments

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to.", valueName: "dir"))
    var output: String

    @Flag(help: "Report checkpoints that cannot be used and leave them out, instead of stopping.")
    var skipBad = false

    @OptionGroup
    var drawing: DrawingArguments

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    @Flag(help: "Print the summary as JSON instead of the verdict.")
    var json = false

    func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output needs a folder.") }
    }

    func run() async throws {
        HDF5File.prepare()
        Workers.keepFreedMemory()
        try await analyze()
        // All is written. Freeing what the analysis held, value by value, would keep the user waiting for nothing.
        Foundation.exit(0)
    }

    /// The whole command but for its start and end.
    func analyze(printingVerdict: Bool = true) async throws {
        let console = Console(quiet: quiet)
        let run = try Run(paths: paths, epochPattern: analysis.epochPattern)
        if !run.leftOut.isEmpty {
            console.note("note: left out, since no checkpoints: " + run.leftOut.map(printable).joined(separator: ", "))
        }
        let probes = try analysis.probeSet()
        var options = try analysis.options()
        options.skipBad = skipBad
        let work = try Analysis(of: run, on: probes, options: options)
        let folder = try OutputFolder(creating: output)
        let result: Analysis.Result
        let progress = AnalysisProgress()
        let bar = ProgressBar(progress, console)
        do {
            defer { bar.end() }
            result = try work.run(writingTo: folder.path("analysis.h5"), progress: progress, report: console.show)
        } catch {
            folder.removeIfMade()
            throw error
        }
        let output = AnalysisOutput(folder: folder, probes: probes, options: options, drawing: drawing)
        let written = try await output.write(result, console)
        if json {
            console.print(String(written.summary.dropLast()))
        } else if !quiet, printingVerdict {
            output.printVerdict(result, written.verdict, console)
        }
    }
}
