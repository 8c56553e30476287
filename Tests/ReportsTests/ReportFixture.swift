@testable import Figures
@testable import Focus
@testable import Reports

/// Reports on synthetic timelines.
enum ReportFixture {
    static let drawing = """
        <?xml version="1.0"?>
        <svg width="312" height="206" viewBox="0 0 312 206" xmlns="http://www.w3.org/2000/svg">
        <title>Gnuplot</title><desc>Produced by GNUPLOT</desc>
        <g id="a"><title>attention, before</title><use xlink:href='#a'/><text font-family="Nimbus Sans">0</text></g>
        </svg>
        """

    static func report(
        _ timeline: FocusTimeline, figures: [String] = ["focus-evolution", "interventions", "probe"],
        hostile: String = "x"
    ) -> Report {
        let provenance = Provenance(
            version: "1", commandLine: ["fovea", "analyze", hostile],
            checkpoints: [.init(path: hostile, sha256: "ab", epoch: 1)], probeSet: hostile, probeSetSHA256: "cd",
            architecture: .init(path: hostile, sha256: "ef", epoch: nil), seed: 7, resamples: 100)
        let context = ReportContext(
            timeline: timeline, verdict: Verdict(timeline), assumptions: [(hostile, hostile)], skipped: [hostile],
            provenance: provenance, figures: Set(figures))
        return Report(
            context: context,
            drawings: .init(
                svg: Dictionary(uniqueKeysWithValues: figures.map { ($0, drawing) }), png: Set(figures)))
    }

    /// A timeline with a text in each place where a user's or a file's may stand.
    static func hostileTimeline(_ text: String) -> FocusTimeline {
        var plan = SyntheticTimeline(expected: text + " expected")
        plan.run = text
        plan.best = text
        plan.attention = Source(.attention, layer: text, head: 1)
        var timeline = plan.make()
        timeline.sources.append(Source(.attention, layer: "other"))
        timeline.hypotheses[1].sameAs = text + " expected"
        timeline.interventions[0].label = text
        timeline.probes[0].label = text
        timeline.probes[1].layer = text
        timeline.tests[0].label = text
        timeline.tests[1].name = text
        timeline.lossName = text
        return timeline
    }
}
