import Focus
import Metrics

/// `compare`: the compared metrics over the common epochs, one panel each. A thin line per seed; each group's mean is bold, with
/// the band of its interval over seeds.
public struct ComparisonFigure: Figure {
    struct Group: Sendable {
        var name: String
        /// For each seed its means at the epochs; NaN where undefined.
        var seeds: [[Double]]
        var means: [Estimate]
    }

    struct Panel: Sendable {
        var title: String
        var groups: [Group]
        var range: ClosedRange<Double>
    }

    /// `compare`.
    public let name = "compare"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .double }
    let epochs: [Int]
    let panels: [Panel]

    /// More panels would be too small to read.
    static let panelLimit = 9

    /// The figure of a comparison; of more than nine metrics the first nine.
    public init(_ comparison: Comparison) {
        epochs = comparison.epochs
        // The mass in the part before the delimiter and that in a hypothesis that marks it are one curve, which is drawn once.
        let distinct = comparison.results.indices.filter { index in
            !comparison.results[..<index].contains { Self.isSame($0, comparison.results[index]) }
        }
        panels = distinct.prefix(Self.panelLimit).map { comparison.results[$0] }.map { result in
            let groups = result.series.map { series in
                Group(
                    name: series.group, seeds: series.seeds.map { $0.map { $0.mean ?? .nan } }, means: series.means)
            }
            return Panel(
                title: Self.title(result.metric, lossName: comparison.lossName), groups: groups,
                range: Self.range(result.metric.metric, groups))
        }
    }

    private static func isSame(_ first: Comparison.Result, _ second: Comparison.Result) -> Bool {
        zip(first.series, second.series).allSatisfy { $0.means == $1.means && $0.seeds == $1.seeds }
    }

    private static func title(_ metric: ComparedMetric, lossName: String) -> String {
        guard let source = metric.source else { return "loss (\(lossName))" }
        let words = metric.metric == "auroc" ? "AUROC" : FocusTimeline.words(metric.metric)
        let whole = metric.hypothesis.map { "\(words), \(FocusTimeline.words($0))" } ?? words
        return source == .attention ? whole : "\(Source(source).words): \(whole)"
    }

    /// 0 to 1 for shares and areas; else round numbers around what is drawn.
    private static func range(_ metric: String, _ groups: [Group]) -> ClosedRange<Double> {
        let drawn = groups.flatMap { group in
            group.seeds.flatMap { $0 } + group.means.flatMap { [$0.mean, $0.mean] }.compactMap { $0 }
        }.filter(\.isFinite)
        guard let low = drawn.min(), let high = drawn.max() else { return 0...1 }
        let isShare = metric.hasPrefix("mass_") && metric != "mass_lift"
        let others: Set = ["auroc", "average_precision", "entropy_normalised", "js_divergence_bits", "gini"]
        if isShare || others.contains(metric), low >= 0, high <= 1 { return 0...1 }
        let step = niceStep(max(high - low, abs(high) * 1e-6, 1e-12) / 4)
        let start = low >= 0 && low < 2 * step ? 0 : (low / step).rounded(.down) * step
        return start...max(start + step, (high / step).rounded(.up) * step)
    }

    /// A step of 1, 2 or 5 times a power of ten, at least as large as asked for.
    static func niceStep(_ least: Double) -> Double {
        var power = 1.0
        while power > least { power /= 10 }
        while power * 10 <= least { power *= 10 }
        return power * ([1.0, 2, 5].first { $0 * power >= least * 0.999 } ?? 10)
    }

    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let width = style.width.inches
        let columns = width < 5 ? min(2, panels.count) : min(3, panels.count)
        let rows = (panels.count + max(1, columns) - 1) / max(1, columns)
        let panelHeight = width < 5 ? 1.15 : 1.35
        let legendHeight = 0.24 + 0.14 * Double(max(0, legendRows(width).count - 1))
        let canvas = Canvas(width: width, height: legendHeight + Double(rows) * (panelHeight + 0.5) + 0.05)
        var writer = ScriptWriter(
            name: name, about: ["\(name): metrics over the epochs, a thin line per seed, means with their intervals."],
            style: style, canvas: canvas)
        writeData(to: &writer)
        writer.add("set multiplot")
        let axis = EpochAxis(epochs)
        for index in panels.indices {
            let (row, column) = (index / columns, index % columns)
            let cell = (width - 0.08) / Double(columns)
            let top = canvas.height - legendHeight - Double(row) * (panelHeight + 0.5) - 0.2
            let box = Canvas.Box(
                left: 0.4 + Double(column) * cell, right: Double(column + 1) * cell - 0.04,
                bottom: top - panelHeight + 0.1,
                top: top)
            writePanel(index, box, axis, to: &writer, isLowest: index + columns >= panels.count)
        }
        return writer.script()
    }

    /// The groups of the legend, broken into lines that fit the width.
    func legendRows(_ width: Double) -> [[(index: Int, text: String)]] {
        var rows: [[(index: Int, text: String)]] = []
        var used = width
        for (index, group) in (panels.first?.groups ?? []).enumerated() {
            let seeds = group.seeds.count == 1 ? "1 seed" : "\(group.seeds.count) seeds"
            let text = TextMetrics.fitted("\(group.name) (\(seeds))", into: width - 0.6, size: FigureStyle.textSize)
            let needed = TextMetrics.width(text, size: FigureStyle.textSize) + 0.45
            if used + needed > width - 0.1 {
                rows.append([])
                used = 0.1
            }
            rows[rows.count - 1].append((index, text))
            used += needed
        }
        return rows
    }
}
