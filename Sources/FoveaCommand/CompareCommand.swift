import ArgumentParser
import Foundation
import Fovea

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Set several analysed runs side by side: seeds of one model, or variants.",
        discussion: """
            The folders are those that `fovea analyze -o` wrote, of runs on the same probe set. Without --group they are seeds of one \
            model; each --group names the seeds of a variant. Printed are the headline metrics at the last epoch that all runs have: \
            each group's mean over its seeds with its interval, every seed's value, and the differences between groups with paired \
            tests and effect sizes. -o writes compare.csv (all common epochs), compare.md, compare.tex and figures/compare.*.

            Examples:
              fovea compare out/seed1 out/seed2 out/seed3 -o comparison
              fovea compare --group luong=out/l1,out/l2 --group bahdanau=out/b1,out/b2 -o comparison
              fovea compare out/a out/b --metric before/auroc --metric saliency/before/mass_in_mask
            """)

    @Argument(help: ArgumentHelp("Folders of analysed runs, the seeds of one model.", valueName: "dir"))
    var folders: [String] = []

    @Option(
        help: ArgumentHelp("A variant: its name and its runs' folders; may be repeated.", valueName: "name=dir,dir"))
    var group: [String] = []

    @Option(
        help: ArgumentHelp(
            "A metric to compare, instead of the headline metrics; may be repeated. The source is attention unless given.",
            valueName: "[source/][hypothesis/]metric"))
    var metric: [String] = []

    @Option(
        help: ArgumentHelp(
            "The hypothesis of metrics that name none; by default the one that the analyses expected.",
            valueName: "name"))
    var hypothesis: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to.", valueName: "dir"))
    var output: String?

    @Option(help: ArgumentHelp("Bootstrap resamples behind the intervals.", valueName: "B"))
    var resamples = 2000

    @Option(help: ArgumentHelp("The seed of bootstrap and permutations.", valueName: "S"))
    var seed: UInt64 = 7

    @OptionGroup
    var drawing: DrawingArguments

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    @Flag(help: "Print JSON instead of tables.")
    var json = false

    func validate() throws {
        guard folders.isEmpty != group.isEmpty else {
            throw ValidationError("Give the runs either as folders or with --group.")
        }
        guard resamples >= 100 else { throw ValidationError("--resamples needs at least 100.") }
        for text in group where text.split(separator: "=", maxSplits: 1).count < 2 {
            throw ValidationError("--group \(text): write name=dir,dir.")
        }
    }

    func run() async throws {
        let console = Console(quiet: quiet)
        let comparison = try Comparison(
            try groups(), metrics: metric, hypothesis: hypothesis, resamples: resamples, seed: seed)
        let report = ComparisonReport(comparison)
        if let output {
            let folder = try OutputFolder(creating: output)
            do { try report.write(to: output) } catch {
                folder.removeIfMade()
                throw error
            }
            let scripts = try drawing.scripts([ComparisonFigure(comparison)])
            _ = try await drawing.draw(scripts, into: folder.path("figures"), console)
        }
        if json {
            console.print(report.json)
        } else if !quiet {
            for (header, rows) in [report.groupTable, report.testTable] where !rows.isEmpty {
                let table = TextTable(header: header, rows: rows.map { $0.map(printable) })
                console.print(table.lines.joined(separator: "\n") + "\n")
            }
            console.print(report.notes.map { wrapped($0) }.joined(separator: "\n"))
            if let output { console.note(output) }
        }
    }

    /// The groups with their runs, named by the last parts of their paths that tell them apart.
    private func groups() throws -> [Comparison.Group] {
        let named = group.map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            return (name: parts[0], folders: parts[1].split(separator: ",").map(String.init))
        }
        let all = named.isEmpty ? [(name: "all", folders: folders)] : named
        let paths = all.flatMap(\.folders)
        var seen: Set<String> = []
        for path in paths {
            let resolved = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
            guard seen.insert(resolved).inserted else { throw ComparisonError.givenTwice(path: path) }
        }
        guard paths.count > 1 else { throw ComparisonError.tooFewRuns }
        let names = Self.shortNames(paths)
        return try all.map { name, folders in
            Comparison.Group(
                name: name, runs: try folders.map { try AnalysedRun(path: $0, name: names[$0] ?? $0) })
        }
    }

    /// For each path as few of its last components as make it unlike the others, without those at the end that all have, as in
    /// `seed-1/analysis`, `seed-2/analysis`.
    private static func shortNames(_ paths: [String]) -> [String: String] {
        var parts = paths.map { $0.split(separator: "/").map(String.init) }
        while let last = parts.first?.last, parts.allSatisfy({ $0.count > 1 && $0.last == last }) {
            for index in parts.indices { parts[index].removeLast() }
        }
        let longest = parts.map(\.count).max() ?? 1
        for length in 1...max(1, longest) {
            let names = parts.map { $0.suffix(length).joined(separator: "/") }
            if Set(names).count == names.count { return Dictionary(uniqueKeysWithValues: zip(paths, names)) }
        }
        return [:]
    }
}
