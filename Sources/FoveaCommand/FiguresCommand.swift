import ArgumentParser
import Foundation
import Fovea

struct FiguresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figures", abstract: "Draw the figures of an analysis again, in other formats, widths or looks.",
        discussion: """
            Reads DIR/analysis.h5 and writes DIR/figures/NAME.gp and the drawn files. The scripts hold their data and can be \
            edited and run by themselves: gnuplot NAME.gp
            """)

    @Argument(help: ArgumentHelp("The folder that `fovea analyze -o` wrote.", valueName: "dir"))
    var folder: String

    @OptionGroup
    var drawing: DrawingArguments

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func run() async throws {
        let console = Console(quiet: quiet)
        let base = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let timeline = try AnalysisFileReader(path: "\(base)/analysis.h5").timeline()
        _ = try await drawing.draw(timeline, into: "\(base)/figures", console)
        console.note("\(base)/figures")
    }
}
