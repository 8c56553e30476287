import ArgumentParser
import Foundation
import Fovea

/// How figures are drawn: shared by `analyze` and `figures`.
struct DrawingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The formats, separated by commas: \(FigureFormat.chosen.map(\.rawValue).joined(separator: ", ")).",
            valueName: "formats"))
    var format = "pdf,png,svg,gif"

    @Option(
        help: ArgumentHelp(
            "The figures' width: single, double, or millimetres; by default each figure's own.", valueName: "width"))
    var width: String?

    @Option(help: "The look: \(FigureStyle.Theme.allCases.map(\.rawValue).joined(separator: ", ")).")
    var style: FigureStyle.Theme = .paper

    @Option(
        help: ArgumentHelp("The font, by family name: letters, digits, spaces and hyphens.", valueName: "name"))
    var font: String?

    @Option(help: ArgumentHelp("The axis of epochs.", valueName: "scale"))
    var epochScale: FigureStyle.EpochScale = .automatic

    @Option(
        help: ArgumentHelp(
            "The epochs of the attention maps and the animation, such as 1,5,10-20.", valueName: "list"))
    var epochs: String?

    @Option(help: ArgumentHelp("The number of sequences in the attention maps.", valueName: "N"))
    var samples = 10

    @Flag(help: "Show the input values beside the attention maps.")
    var values = false

    @Flag(help: "Write the animation's frames too, one PNG for each epoch, to figures/evolution-frames.")
    var frames = false

    @Flag(help: "Write the gnuplot scripts but draw nothing.")
    var noRender = false

    private func formats() throws -> [FigureFormat] {
        let named = try format.split(separator: ",").map { word in
            guard let format = FigureFormat(rawValue: String(word)), FigureFormat.chosen.contains(format) else {
                throw ValidationError("--format \(word): no such format.")
            }
            return format
        }
        return frames ? named + [.frames] : named
    }

    private func chosenEpochs() throws -> [Int]? {
        try epochs.map { list in
            let chosen = try list.split(separator: ",").flatMap { word in
                let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
                guard let first = ends[0], let last = ends[ends.count - 1], ends.count <= 2, first <= last,
                    last - first < 100_000
                else { throw ValidationError("--epochs \(word): give epochs such as 5, or ranges such as 10-20.") }
                return Array(first...last)
            }
            guard !chosen.isEmpty else { throw ValidationError("--epochs needs at least one epoch.") }
            return chosen
        }
    }

    private func chosenWidth() throws -> FigureStyle.Width? {
        switch width {
        case nil: return nil
        case "single": return .single
        case "double": return .double
        case let text?:
            guard let millimetres = Double(text), 60...400 ~= millimetres else {
                throw ValidationError("--width \(text): give single, double, or 60 to 400 (mm).")
            }
            return .millimetres(millimetres)
        }
    }

    func validate() throws {
        guard !(try formats().isEmpty) else { throw ValidationError("--format needs at least one format.") }
        _ = try chosenEpochs()
        _ = try chosenWidth()
        if let font, !FigureStyle.isSafeFont(font) {
            throw ValidationError("--font: a font's name is made of letters, digits, spaces and hyphens.")
        }
        guard samples > 0 else { throw ValidationError("--samples needs at least 1.") }
    }

    /// The scripts of a timeline's figures, in the chosen look.
    func scripts(_ timeline: FocusTimeline) throws -> [GnuplotScript] {
        let options = FigureOptions(
            epochs: try chosenEpochs(), sampleCount: samples, showsInputs: values)
        return try scripts(standardFigures(of: timeline, options: options))
    }

    /// The scripts of figures of one's choice.
    func scripts(_ figures: [any Figure]) throws -> [GnuplotScript] {
        let allowsLaTeX = try formats().contains(.tex)
        let width = try chosenWidth()
        return figures.map { figure in
            figure.script(
                FigureStyle(
                    width: width ?? figure.preferredWidth, theme: style, font: font, epochScale: epochScale,
                    allowsLaTeX: allowsLaTeX))
        }
    }

    /// Writes the scripts into a folder and draws them.
    ///
    /// - Returns: The figures that were drawn, for reports.
    func draw(_ timeline: FocusTimeline, into folder: String, _ console: Console) async throws -> [Renderer.Outcome] {
        try await draw(scripts(timeline), into: folder, console)
    }

    /// The same for given scripts.
    func draw(_ scripts: [GnuplotScript], into folder: String, _ console: Console) async throws -> [Renderer.Outcome] {
        let directory = URL(fileURLWithPath: folder)
        try Renderer.write(scripts, to: directory)
        guard !noRender else { return [] }
        let renderer: Renderer
        do {
            renderer = try Renderer()
        } catch {
            console.note("note: \(error)")
            return []
        }
        let outcomes = await renderer.draw(
            scripts, as: try formats(), in: directory, parallel: ProcessInfo.processInfo.activeProcessorCount)
        for case .failure(let error) in outcomes.map(\.result) { console.note("note: \(error)") }
        return outcomes
    }

    /// Draws the figures into a folder, and what a report shows of them, which is always SVG.
    func drawings(_ timeline: FocusTimeline, into folder: String, _ console: Console) async throws -> Report.Drawings {
        let outcomes = try await draw(timeline, into: folder, console)
        var drawings = Report.Drawings()
        for outcome in outcomes {
            guard case .success(let files) = outcome.result else { continue }
            if outcome.format == .png { drawings.png.insert(outcome.script) }
            if outcome.format == .svg, let file = files.first {
                drawings.svg[outcome.script] = try String(contentsOf: file, encoding: .utf8)
            }
        }
        if !outcomes.isEmpty, !(try formats().contains(.svg)) {
            drawings.svg = try await svgElsewhere(timeline)
        }
        return drawings
    }

    /// The figures as SVG, drawn in a temporary folder.
    private func svgElsewhere(_ timeline: FocusTimeline) async throws -> [String: String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fovea-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcomes = await (try Renderer()).draw(try scripts(timeline), as: [.svg], in: folder)
        var texts: [String: String] = [:]
        for outcome in outcomes {
            if let file = try? outcome.result.get().first {
                texts[outcome.script] = try String(contentsOf: file, encoding: .utf8)
            }
        }
        return texts
    }
}

extension FigureStyle.Theme: ExpressibleByArgument {}

extension FigureStyle.EpochScale: ExpressibleByArgument {}
