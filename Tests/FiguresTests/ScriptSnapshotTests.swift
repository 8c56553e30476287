import Foundation
import Testing

@testable import Figures
@testable import Focus

/// The scripts of a small run, word for word. `FOVEA_RECORD_SNAPSHOTS=1 swift test` writes them anew.
@Suite("Scripts")
struct ScriptSnapshotTests {
    static let cases: [(file: String, figure: String, timeline: SyntheticTimeline)] = [
        ("focus-evolution", "focus-evolution", SyntheticTimeline()),
        ("focus-evolution-logarithmic", "focus-evolution", SyntheticTimeline(epochs: [0, 1, 2, 3, 5, 10, 40])),
        ("attention-maps", "attention-maps", SyntheticTimeline()),
        ("attention-maps-outlined", "attention-maps", SyntheticTimeline(delimiters: [1, 2, 3])),
        ("position-evolution", "position-evolution", SyntheticTimeline()),
        ("attention-vs-saliency", "attention-vs-saliency", SyntheticTimeline()),
        ("hypotheses", "hypotheses", SyntheticTimeline()),
        ("hypotheses-lines", "hypotheses", SyntheticTimeline(delimiters: nil)),
        ("entropy", "entropy", SyntheticTimeline()),
        ("entropy-history", "entropy", SyntheticTimeline(hasHistory: true)),
        ("interventions", "interventions", SyntheticTimeline()),
        ("probe", "probe", SyntheticTimeline()), ("faithfulness", "faithfulness", SyntheticTimeline()),
        ("heads", "heads", SyntheticTimeline(delimiters: nil, heads: 2)),
        ("heads-wrapped", "heads", SyntheticTimeline(heads: 10)),
        ("evolution", "evolution", SyntheticTimeline()),
    ]

    @Test("Each script reads as it did", arguments: cases)
    func snapshot(name: String, figure: String, timeline: SyntheticTimeline) throws {
        let options = FigureOptions(onset: 2)
        let drawn = try #require(standardFigures(of: timeline.make(), options: options).first { $0.name == figure })
        let script = drawn.script(FigureStyle())
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Snapshots/Figures/\(name).gp").standardizedFileURL
        if ProcessInfo.processInfo.environment["FOVEA_RECORD_SNAPSHOTS"] == "1" {
            try Data(script.text.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == script.text, "\(file.path) differs")
    }

    @Test("Several heads are told apart, and the chosen one is drawn")
    func heads() throws {
        var timeline = SyntheticTimeline(attention: Source(.attention, layer: "mha", head: 1)).make()
        timeline.sources.insert(Source(.attention, layer: "mha", head: 0), at: 0)
        let options = FigureOptions(attention: Source(.attention, layer: "mha", head: 1))
        #expect(try #require(AttentionMaps(timeline, options: options)).what == "attention (head 1)")
        #expect(try #require(FocusEvolution(timeline, options: options)).lines[0].labelLines[0] == "attention (head 1)")
    }

    @Test("The same timeline gives the same text", arguments: FigureStyle.Theme.allCases)
    func determinism(theme: FigureStyle.Theme) {
        let style = FigureStyle(width: .double, theme: theme, allowsLaTeX: true)
        let texts = (0..<2).map { _ in standardFigures(of: SyntheticTimeline().make()).map { $0.script(style).text } }
        #expect(texts[0] == texts[1] && texts[0].count == 10)
    }

    @Test("A timeline without attention has no figures")
    func nothingToDraw() {
        var timeline = SyntheticTimeline().make()
        timeline.sources.removeFirst()
        (timeline.interventions, timeline.probes, timeline.tests) = ([], [], [])
        #expect(standardFigures(of: timeline).isEmpty)
    }

    @Test("A figure that lacks its numbers is left out")
    func partial() {
        var timeline = SyntheticTimeline().make()
        timeline.samples.maps = [:]
        timeline.sources.removeLast(2)
        (timeline.interventions, timeline.probes, timeline.tests) = ([], [], [])
        #expect(
            standardFigures(of: timeline).map(\.name)
                == ["focus-evolution", "hypotheses", "position-evolution", "entropy"])
    }

    @Test("With a delimiter's partition only, the focus is drawn from that")
    func partition() throws {
        var timeline = SyntheticTimeline().make()
        let kept = timeline.series.filter { $0.hypothesis == "delimiter" }
        timeline.series = kept.map { series in
            var series = series
            (series.hypothesis, series.metric) = (nil, "mass_at")
            return series
        }
        timeline.hypotheses = []
        let figure = try #require(FocusEvolution(timeline))
        #expect(figure.lines.map(\.labelLines) == [["attention", "at delimiter"]])
    }

    @Test(
        "Where nothing else is expected, attention is held against what gradient × input fits",
        arguments: [nil, "delimiter"])
    func contrast(expected: String?) throws {
        var timeline = SyntheticTimeline().make()
        timeline.expected = expected
        timeline.hypotheses.reverse()
        timeline.hypotheses[0].origin = .user
        let gradient = Source(.gradientTimesInput)
        timeline.ranking[gradient] = timeline.epochs.map { _ in [.init(hypothesis: "before", divergenceBits: 0.1)] }
        let figure = try #require(FocusEvolution(timeline))
        #expect(
            figure.lines.map { $0.labelLines.joined(separator: ", ") }.prefix(3)
                == ["attention, delimiter", "attention, before", "gradient × input, before"])
    }

    @Test("Chosen epochs are drawn, those without a checkpoint left out")
    func chosenEpochs() throws {
        let options = FigureOptions(epochs: [1, 3, 4], sampleCount: 2)
        let figure = try #require(AttentionMaps(SyntheticTimeline().make(), options: options))
        #expect(figure.panels.map(\.epoch) == [1, 4] && figure.samples == 2)
    }

    @Test("Samples with one mask have strips, others have outlines")
    func masks() throws {
        let shared = try #require(AttentionMaps(SyntheticTimeline().make()))
        #expect(shared.strips.count == 2 && shared.outlines.isEmpty)
        let own = try #require(AttentionMaps(SyntheticTimeline(delimiters: [1, 2, 3]).make()))
        #expect(own.strips.isEmpty && own.outlines.count == 2)
    }
}
