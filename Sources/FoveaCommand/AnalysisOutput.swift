import Files
import Foundation
import Fovea

/// Writes what an analysis found into its folder, all but `analysis.h5`; shared by `analyze` and `watch`.
struct AnalysisOutput {
    let folder: OutputFolder
    let probes: ProbeSet
    let options: AnalysisOptions
    let drawing: DrawingArguments

    /// Writes every file; each appears whole.
    ///
    /// - Returns: The verdict, and the text of `summary.json`.
    func write(
        _ result: Analysis.Result, _ console: Console
    ) async throws -> (verdict: Verdict, summary: String) {
        // The table is the longest text by far; it is spelt while the other files are made.
        let table = MetricsTable(result.timeline)
        async let csv = table.csv
        let verdict = Verdict(result.timeline)
        let provenance = Provenance(
            version: FoveaInfo.version, commandLine: ["fovea"] + CommandLine.arguments.dropFirst(),
            checkpoints: result.inputs, probeSet: probes.origin, probeSetSHA256: probes.sha256,
            architecture: options.architecture.map { .init(path: $0.path, sha256: $0.sha256, epoch: nil) },
            seed: options.seed, resamples: options.resamples)
        // Without drawings the report needs nothing that is still to be made.
        let early = Report(result, verdict: verdict, provenance: provenance)
        let isDrawn = !drawing.noRender
        async let undrawn = isDrawn ? nil : ReportTexts(early)
        let summary = try Summary(result, verdict: verdict, provenance: provenance).json()
        try AtomicFile.write(summary, to: folder.path("summary.json"))
        let drawings = try await drawing.drawings(result.timeline, into: folder.path("figures"), console)
        let report = Report(result, verdict: verdict, provenance: provenance, drawings: drawings)
        let texts = if let undrawn = try await undrawn { undrawn } else { try await ReportTexts(report) }
        for (name, text) in texts.files { try AtomicFile.write(text, to: folder.path(name)) }
        try AtomicFile.write(await csv, to: folder.path("metrics.csv"))
        return (verdict, summary)
    }

    /// Prints the timeline as sparklines, the verdict, and where the report is.
    func printVerdict(_ result: Analysis.Result, _ verdict: Verdict, _ console: Console) {
        if let sketch = TimelineSketch(result.timeline) {
            console.print(sketch.text(isColoured: TerminalColour.isAllowed) + "\n")
        }
        console.print(verdict.sentences.map { wrapped($0) }.joined(separator: "\n"))
        console.print("\nReport: \(folder.path("report.html"))")
    }
}

extension Console {
    /// Shows what happens during an analysis.
    func show(_ event: Analysis.Event) {
        switch event {
        case .finished: break  // The bar shows it.
        case .skipped(_, let reason): note("left out: " + printable(reason, limit: 2000))
        case .assumed(let assumptions):
            note("The checkpoints hold no architecture. Assumed (--model says otherwise):")
            for assumption in assumptions {
                note("  \(printable(assumption.layer)): \(printable(assumption.text))")
            }
        case .noAttention(let path): note("note: \(printable(path)) has no attention layer; gradients only.")
        case .note(let text): note("note: " + printable(text, limit: 2000))
        case .otherLength(let layer, let positions):
            note(
                "note: attention layer `\(printable(layer))` weighs \(positions) positions, not the inputs' steps; it is written "
                    + "to analysis.h5, but not measured.")
        }
    }
}
