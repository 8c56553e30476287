import Foundation
import Fovea
import Metrics

/// What is printed of one checkpoint of a watch: a line of text, or of JSON.
struct CheckpointLine {
    private let timeline: FocusTimeline
    private let place: Int
    private let seconds: Double

    init(_ timeline: FocusTimeline, place: Int, seconds: Double) {
        (self.timeline, self.place, self.seconds) = (timeline, place, seconds)
    }

    /// `epoch 12  mse 0.501  attention: before 0.060, at 0.912, after 0.028  gradient × input: ...`
    var text: String {
        let rows = TimelineSketch.rows(timeline)
        var parts = ["epoch \(timeline.epochs[place])"]
        for row in rows where !row.isShare { parts.append("\(row.source) \(number(row))") }
        var sources: [String] = []
        for row in rows where row.isShare && !sources.contains(row.source) { sources.append(row.source) }
        for source in sources {
            let shares = rows.filter { $0.isShare && $0.source == source }.map { "\($0.what) \(number($0))" }
            parts.append("\(source): " + shares.joined(separator: ", "))
        }
        return parts.joined(separator: "  ")
    }

    private func number(_ row: TimelineSketch.Row) -> String { row.values[place].map(TimelineSketch.number) ?? "–" }

    /// One JSON object without line breaks.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        let masses = timeline.series.filter { $0.metric == "mass_in_mask" && $0.source.kind != .uniform }
        let object = Object(
            epoch: timeline.epochs[place], checkpoint: timeline.checkpoints[place], checkpoints: timeline.epochs.count,
            loss: timeline.loss?[place], lossName: timeline.loss == nil ? nil : timeline.lossName, seconds: seconds,
            massInMask: masses.map { Mass($0, $0.estimates[place]) })
        return (try? encoder.encode(object)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private struct Object: Encodable {
        let epoch: Int
        let checkpoint: String
        let checkpoints: Int
        let loss: Double?
        let lossName: String?
        let seconds: Double
        let massInMask: [Mass]

        enum CodingKeys: String, CodingKey {
            case epoch
            case checkpoint
            case checkpoints
            case loss
            case lossName = "loss_name"
            case seconds
            case massInMask = "mass_in_mask"
        }
    }

    private struct Mass: Encodable {
        let source: String
        let layer: String?
        let head: Int?
        let hypothesis: String?
        let mean: Double?
        let ciLow: Double?
        let ciHigh: Double?
        let n: Int

        init(_ series: FocusTimeline.Series, _ estimate: Estimate) {
            (source, layer, head) = (series.source.kind.rawValue, series.source.layer, series.source.head)
            (hypothesis, mean, n) = (series.hypothesis, estimate.mean, estimate.count)
            (ciLow, ciHigh) = (estimate.interval?.lowerBound, estimate.interval?.upperBound)
        }

        enum CodingKeys: String, CodingKey {
            case source
            case layer
            case head
            case hypothesis
            case mean
            case ciLow = "ci_low"
            case ciHigh = "ci_high"
            case n
        }
    }
}
