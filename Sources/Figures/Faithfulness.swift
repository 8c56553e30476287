import Focus
import Metrics

/// `faithfulness`: the tests of whether attention and attributions are faithful to the model, at the last epoch where each was
/// run, as dots with their intervals; of more than twelve those that compare most sources. The p-values of tests stand in the report's table.
public struct Faithfulness: Figure {
    /// One test; its results share a scale.
    struct Group: Sendable {
        var title: String
        var label: String
        var rows: [Row]
    }

    struct Row: Sendable {
        var words: String
        var kind: Source.Kind?
        var estimate: Estimate
    }

    /// `faithfulness`.
    public let name = "faithfulness"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .double }
    let run: String
    let groups: [Group]
    let note: String

    /// The most tests of a figure.
    static let maximumGroups = 12

    /// The figure; nil if the timeline holds no test with a value.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        var groups: [(name: String, group: Group)] = []
        var epochs: Set<Int> = []
        for test in timeline.faithfulness
        where test.estimates.count == timeline.epochs.count && !test.name.hasSuffix("_pvalue") {
            guard let index = test.estimates.lastIndex(where: { $0.mean?.isFinite == true }) else { continue }
            epochs.insert(timeline.epochs[index])
            let row = Row(
                words: test.source.map(timeline.words) ?? "model", kind: test.source?.kind,
                estimate: test.estimates[index])
            if let place = groups.firstIndex(where: { $0.name == test.name }) {
                groups[place].group.rows.append(row)
            } else {
                let title = FocusTimeline.words(FocusTimeline.plain(test.name))
                groups.append((test.name, Group(title: title, label: FocusTimeline.plain(test.label), rows: [row])))
            }
        }
        guard !groups.isEmpty else { return nil }
        // Where there are too many, those that compare sources say most.
        let most = groups.indices.sorted { groups[$0].group.rows.count > groups[$1].group.rows.count }
            .prefix(Self.maximumGroups)
        self.groups = most.sorted().map { groups[$0].group }
        let left = groups.count - self.groups.count
        run = timeline.run
        let when = epochs.sorted().map(String.init).joined(separator: ", ")
        let hasIntervals = groups.contains { $0.group.rows.contains { $0.estimate.interval != nil } }
        note =
            "epoch\(epochs.count == 1 ? "" : "s") \(when); n = \(timeline.instanceCount)"
            + (hasIntervals ? "; bars: 95 % CI of the mean" : "")
            + (left > 0 ? "; \(self.groups.count) of \(groups.count) tests" : "")
    }
}
