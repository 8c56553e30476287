import ArgumentParser
import Foundation
import Fovea

/// How figures are drawn: shared by `analyze` and `figures`.
struct DrawingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The formats, separated by commas: \(FigureFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "formats"))
    var format = "pdf,png"

    @Option(
        help: ArgumentHelp(
            "The figures' width: single, double, or millimetres; by default each figure's own.", valueName: "width"))
    var width: String?

    @Option(help: "The look: \(FigureStyle.Theme.allCases.map(\.rawValue).joined(separator: ", ")).")
    var style: FigureStyle.Theme = .paper

    @Option(help: ArgumentHelp("The font, by family name.", valueName: "name"))
    var font: String?

    @Option(help: ArgumentHelp("The epochs of the attention maps, separated by commas.", valueName: "list"))
    var epochs: String?

    @Option(help: ArgumentHelp("The number of sequences in the attention maps.", valueName: "N"))
    var samples = 10

    @Flag(help: "Write the gnuplot scripts but draw nothing.")
    var noRender = false

    private func formats() throws -> [FigureFormat] {
        try format.split(separator: ",").map { word in
            guard let format = FigureFormat(rawValue: String(word)) else {
                throw ValidationError("--format \(word): no such format.")
            }
            return format
        }
    }

    private func chosenEpochs() throws -> [Int]? {
        try epochs.map { list in
            try list.split(separator: ",").map { word in
                guard let epoch = Int(word) else { throw ValidationError("--epochs \(word): this is no epoch.") }
                return epoch
            }
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

    /// Writes the scripts into a folder and draws them.
    ///
    /// - Returns: The names of the figures that exist as PNG, for reports.
    func draw(_ timeline: FocusTimeline, into folder: String, _ console: Console) async throws -> [String] {
        let options = FigureOptions(epochs: try chosenEpochs(), sampleCount: samples)
        return try await draw(standardFigures(of: timeline, options: options), into: folder, console)
    }

    /// The same for figures of one's choice.
    func draw(_ figures: [any Figure], into folder: String, _ console: Console) async throws -> [String] {
        let formats = try formats()
        let width = try chosenWidth()
        let scripts = figures.map { figure in
            figure.script(
                FigureStyle(
                    width: width ?? figure.preferredWidth, theme: style, font: font, allowsLaTeX: formats.contains(.tex)
                ))
        }
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
        let outcomes = await renderer.draw(scripts, as: formats, in: directory)
        var drawn: [String] = []
        for outcome in outcomes {
            switch outcome.result {
            case .success: if outcome.format == .png { drawn.append(outcome.script) }
            case .failure(let error): console.note("note: \(error)")
            }
        }
        return drawn
    }
}

extension FigureStyle.Theme: ExpressibleByArgument {}
