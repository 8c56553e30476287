import Focus
import Tensors

/// `attention-vs-saliency`: at the last epoch, what is attended to beside what the output depends on, by position and as
/// a scatter of single weights.
public struct AttentionVsSaliency: Figure {
    struct Curve: Sendable {
        var words: String
        var look: Int
        /// One mean per column.
        var means: [Float]
    }

    struct Cloud: Sendable {
        var words: String
        var look: Int
        /// Pairs of attribution and attention.
        var points: [(attribution: Float, attention: Float)]
    }

    /// `attention-vs-saliency`.
    public let name = "attention-vs-saliency"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .double }
    let run: String
    let epoch: Int
    let curves: [Curve]
    let clouds: [Cloud]
    let firstPosition: Int
    let positionName: String
    let positions: Int
    let what: String
    let note: String

    /// The most points of the scatter.
    static let maximumPoints = 2000

    /// The figure; nil if the timeline lacks an attention or both saliency and gradient × input.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        guard let attention = timeline.drawnAttention(options), let epoch = timeline.epochs.last,
            timeline.profiles[attention] != nil, timeline.positionCount > 1
        else { return nil }
        let others: [(source: Source, look: Int)] = [
            timeline.source(.gradientTimesInput).map { ($0, 2) }, timeline.source(.saliency).map { ($0, 3) },
        ].compactMap { $0 }
        guard !others.isEmpty else { return nil }
        let count = timeline.positionCount
        let last = timeline.epochs.count - 1
        let drawn = [(source: attention, look: 0)] + others
        let columns = AlignedColumns(
            counts: timeline.alignedCounts, positions: count, instances: timeline.instanceCount)
        let aligned = drawn.map { timeline.profiles[$0.source]?.aligned }
        let isAligned = columns != nil && aligned.allSatisfy { $0?.shape == [last + 1, 2 * count - 1] }
        curves = drawn.enumerated().compactMap { index, entry in
            let profile = isAligned ? aligned[index] : timeline.profiles[entry.source]?.absolute
            guard let row = profile?[row: last].values else { return nil }
            let kept = isAligned ? columns.map { Array(row[$0.columns]) } ?? row : row
            return Curve(words: timeline.words(entry.source), look: entry.look, means: kept)
        }
        guard curves.count > 1 else { return nil }
        firstPosition = isAligned ? columns.map { $0.offset($0.columns.lowerBound) } ?? 0 : 0
        positionName = isAligned ? "position − delimiter" : "position"
        clouds = others.compactMap { entry in
            guard let weights = timeline.finalMaps[attention], let attributions = timeline.finalMaps[entry.source],
                weights.shape == attributions.shape, weights.count > 0
            else { return nil }
            let limit = Self.maximumPoints / others.count
            let points = Self.spread(limit, over: weights.count).map { (attributions.values[$0], weights.values[$0]) }
            return Cloud(words: entry.source.words, look: entry.look, points: points)
        }
        run = timeline.run
        self.epoch = epoch
        positions = count
        what = timeline.words(attention)
        let points = clouds.first.map { $0.points.count } ?? 0
        let all = timeline.finalMaps[attention]?.count ?? 0
        note =
            "epoch \(epoch), n = \(timeline.instanceCount)"
            + (points < all ? "; scatter: \(points) of \(all) weights each" : "")
    }

    /// Indices spread evenly and the same each time: multiples of a step near the golden section that meets every index.
    static func spread(_ limit: Int, over count: Int) -> [Int] {
        guard count > limit else { return Array(0..<count) }
        var step = max(1, Int(Double(count) * 0.6180339887498949))
        while greatestCommonDivisor(step, count) != 1 { step += 1 }
        return (0..<limit).map { $0 * step % count }.sorted()
    }

    private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        second == 0 ? first : greatestCommonDivisor(second, first % second)
    }
}
