import Foundation
import Testing

@testable import Figures
@testable import Focus

private let gnuplotIsInstalled = (try? Gnuplot.find()) != nil

/// A directory that is removed at the end of a test.
private final class Scratch {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("fovea-figures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted() }
}

/// What a program prints, or nil if it is not installed.
private func output(of program: String, _ arguments: [String], in directory: URL? = nil) throws -> (
    text: String, status: Int32
)? {
    let path = "/usr/bin/\(program)"
    guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = directory
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
}

@Suite("Rendering", .enabled(if: gnuplotIsInstalled))
struct RenderingTests {
    static let unusualTimelines: [(String, SyntheticTimeline)] = [
        ("ordinary", SyntheticTimeline()),
        ("outlines", SyntheticTimeline(delimiters: [1, 2, 3])),
        ("one epoch", SyntheticTimeline(epochs: [3])),
        ("epoch 0 only", SyntheticTimeline(epochs: [0])),
        ("one sample", SyntheticTimeline(samples: 1)),
        ("two positions", SyntheticTimeline(positions: 2, delimiters: [1])),
        ("no delimiter", SyntheticTimeline(delimiters: nil)),
        ("nothing expected", SyntheticTimeline(expected: nil)),
        ("no intervals", SyntheticTimeline(interval: false)),
        ("many epochs", SyntheticTimeline(epochs: Array(0...400))),
        ("late epochs", SyntheticTimeline(epochs: [1000, 2000, 3000, 50_000, 1_000_000])),
        ("heads", SyntheticTimeline(delimiters: nil, heads: 4)),
        ("without answers", SyntheticTimeline(hasAnswers: false)),
        ("many positions", SyntheticTimeline(positions: 300, samples: 20, delimiters: [150])),
    ]

    @Test("Every script draws as PDF, PNG and SVG", arguments: unusualTimelines)
    func allFormats(name: String, timeline: SyntheticTimeline) async throws {
        let scratch = try Scratch()
        let isPlain = ["ordinary", "outlines", "heads"].contains(name)
        let cases: [(FigureStyle.Width, [FigureFormat])] =
            isPlain
            ? [(.single, [.pdf, .png, .svg]), (.double, [.svg]), (.millimetres(60), [.png])]
            : [(.single, [.pdf, .svg])]
        for (width, formats) in cases {
            let scripts = standardFigures(of: timeline.make(), options: FigureOptions(onset: 1, showsInputs: true))
                .map { $0.script(FigureStyle(width: width)) }
            #expect(!scripts.isEmpty)
            let outcomes = try await Renderer().draw(scripts, as: formats, in: scratch.url)
            let animations = scripts.filter { $0.formats.contains(.gif) }.count
            #expect(outcomes.count == (scripts.count - animations) * formats.count)
            for outcome in outcomes {
                if case .failure(let error) = outcome.result { Issue.record("\(name): \(error)") }
            }
        }
        #expect(!scratch.files.contains { $0.hasPrefix(".") }, "temporary files are left: \(scratch.files)")
    }

    @Test("A written script runs by itself in gnuplot, exit 0", arguments: ["pdf", "png", "svg", "tex"])
    func byHand(format: String) throws {
        let scratch = try Scratch()
        let scripts = standardFigures(of: SyntheticTimeline().make()).map { $0.script(FigureStyle(allowsLaTeX: true)) }
            .filter { !$0.formats.contains(.gif) }
        for file in try Renderer.write(scripts, to: scratch.url) {
            let run = try output(
                of: "gnuplot", ["-d", "-e", "fovea_format='\(format)'", file.lastPathComponent], in: scratch.url)
            #expect(run?.status == 0, "\(run?.text ?? "")")
        }
        #expect(scratch.files.filter { $0.hasSuffix(format) }.count == scripts.count)
    }

    @Test("No text from a file runs a command or breaks a script", arguments: hostileTexts)
    func injection(text: String) async throws {
        let scratch = try Scratch()
        let hostile = text.replacing("MARKER", with: scratch.url.appendingPathComponent("executed").path)
        var plan = SyntheticTimeline(expected: hostile + " expected")
        plan.run = hostile
        plan.best = hostile
        plan.attention = Source(.attention, layer: hostile, head: 1)
        var timeline = plan.make()
        // A second layer, so that the first one's name is drawn.
        let other = Source(.attention, layer: "other")
        timeline.sources.append(other)
        timeline.profiles[other] = timeline.profiles[plan.attention]
        timeline.interventions[0].label = hostile
        timeline.probes[0].label = hostile
        timeline.probes[1].layer = hostile
        timeline.tests[0].label = hostile
        timeline.lossName = hostile
        let scripts = standardFigures(of: timeline).map { $0.script(FigureStyle(font: hostile, allowsLaTeX: true)) }
        #expect(scripts.count == 11)
        for outcome in try await Renderer().draw(scripts, as: [.svg, .tex, .frames], in: scratch.url) {
            if case .failure(let error) = outcome.result { Issue.record("\(error)") }
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.url.appendingPathComponent("executed").path))
        for file in scratch.files where file.hasSuffix(".svg") {
            let parser = XMLCheck(try Data(contentsOf: scratch.url.appendingPathComponent(file)))
            #expect(parser.isWellFormed, "\(file) is no XML")
        }
    }

    @Test("PDFs embed their fonts, none as Type 3, and have the page they were asked for")
    func fontsAndPage() throws {
        let scratch = try Scratch()
        for figure in standardFigures(of: SyntheticTimeline(heads: 2).make()) where figure.name != "evolution" {
            let pdf = try Renderer().draw(figure.script(FigureStyle(width: .double)), as: .pdf, in: scratch.url)[0]
            if let fonts = try output(of: "pdffonts", [pdf.path])?.text {
                let rows = fonts.split(separator: "\n").dropFirst(2)
                #expect(!rows.isEmpty && !fonts.contains("Type 3"))
                #expect(rows.allSatisfy { $0.split(separator: " ").suffix(5).first == "yes" }, "\(fonts)")
            }
            if let info = try output(of: "pdfinfo", [pdf.path])?.text {
                #expect(info.contains("Page size:       486 x"), "\(info)")
            }
        }
    }

    @Test("PNG and SVG are the same bytes each time")
    func sameBytes() throws {
        let scratch = try Scratch()
        let script = try #require(FocusEvolution(SyntheticTimeline().make())).script(FigureStyle())
        for format in [FigureFormat.png, .svg] {
            let bytes = try (0..<2).map { _ in
                try Data(contentsOf: Renderer().draw(script, as: format, in: scratch.url)[0])
            }
            #expect(bytes[0] == bytes[1])
        }
    }

    @Test("The animation is a GIF, or a folder with a PNG for each epoch")
    func animation() throws {
        let scratch = try Scratch()
        let script = try #require(Evolution(SyntheticTimeline().make())).script(FigureStyle())
        #expect(script.formats == [.gif, .frames])
        for _ in 0..<2 {
            try Renderer().draw(script, as: .gif, in: scratch.url)
            try Renderer().draw(script, as: .frames, in: scratch.url)
        }
        #expect(scratch.files == ["evolution-frames", "evolution.gif"])
        let frames = try FileManager.default.contentsOfDirectory(
            atPath: scratch.url.appendingPathComponent("evolution-frames").path)
        #expect(frames.sorted() == (1...4).map { "frame-000\($0).png" })
        #expect(throws: RendererError.self) { try Renderer().draw(script, as: .pdf, in: scratch.url) }
    }

    @Test("A script that fails is an error with gnuplot's words, and the earlier file stays")
    func failure() throws {
        let scratch = try Scratch()
        let old = scratch.url.appendingPathComponent("broken.png")
        try Data("old".utf8).write(to: old)
        let script = GnuplotScript(name: "broken", text: "plot 'no such file'\n")
        #expect(throws: RendererError.self) { try Renderer().draw(script, as: .png, in: scratch.url) }
        #expect(try Data(contentsOf: old) == Data("old".utf8))
        #expect(scratch.files == ["broken.png"])
    }

    @Test("A script that never ends is stopped")
    func timeOut() throws {
        let scratch = try Scratch()
        var renderer = try Renderer()
        renderer.timeLimit = 0.3
        let script = GnuplotScript(name: "endless", text: "while (1) { x = 1 }\n")
        let error = #expect(throws: RendererError.self) { try renderer.draw(script, as: .pdf, in: scratch.url) }
        #expect(error == .timedOut(script: "endless.gp", format: "pdf", seconds: 0.3))
    }

    @Test("A flood of messages is cut, not kept")
    func flood() throws {
        let scratch = try Scratch()
        let text = "do for [i=1:20000] { print 'a line that goes on and on and on and on' }\nexit status 3\n"
        let error = #expect(throws: RendererError.self) {
            try Renderer().draw(GnuplotScript(name: "flood", text: text), as: .pdf, in: scratch.url)
        }
        if case .scriptFailed(_, _, let message) = error {
            #expect(message.count <= 500)
        } else {
            Issue.record("another error: \(String(describing: error))")
        }
    }

    @Test("LaTeX needs a script that allows it")
    func withoutLaTeX() throws {
        let scratch = try Scratch()
        let script = try #require(FocusEvolution(SyntheticTimeline().make())).script(FigureStyle())
        #expect(throws: RendererError.noSuchFormat(script: "focus-evolution", format: "tex")) {
            try Renderer().draw(script, as: .tex, in: scratch.url)
        }
    }
}

@Suite("Without gnuplot")
struct MissingGnuplotTests {
    @Test("The scripts are written, and the error says what to install")
    func missing() throws {
        let scratch = try Scratch()
        let scripts = standardFigures(of: SyntheticTimeline().make()).map { $0.script(FigureStyle()) }
        #expect(try Renderer.write(scripts, to: scratch.url).count == scripts.count)
        let error = #expect(throws: RendererError.gnuplotMissing) { try Gnuplot.find(searchPath: scratch.url.path) }
        #expect(error?.description.contains("apt install gnuplot") == true)
    }

    @Test("A relative directory of the path is never searched")
    func relativePath() { #expect(throws: RendererError.gnuplotMissing) { try Gnuplot.find(searchPath: ".:bin::") } }

    @Test("Another program by that name is refused, even one that ends at once", arguments: ["true", "cat"])
    func otherProgram(program: String) throws {
        let scratch = try Scratch()
        try FileManager.default.createSymbolicLink(
            atPath: scratch.url.appendingPathComponent("gnuplot").path, withDestinationPath: "/bin/\(program)")
        #expect(throws: RendererError.self) { try Gnuplot.find(searchPath: scratch.url.path) }
    }

    @Test(
        "Files that break off are recognised",
        arguments: [("a.pdf", "%PDF-1.5\nhalf"), ("a.svg", "<?xml half"), ("a.png", "PNG"), ("a.pdf", "")])
    func damage(file: String, content: String) {
        #expect(FigureFormat.fault(in: Data(content.utf8), fileName: file) != nil)
    }
}
