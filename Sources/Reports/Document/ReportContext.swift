import Figures
import Focus
import Foundation
import Metrics

/// What the sections of a report are written from.
struct ReportContext: Sendable {
    let timeline: FocusTimeline
    let verdict: Verdict
    let assumptions: [(layer: String, text: String)]
    let skipped: [String]
    let provenance: Provenance
    /// What a reader must know about the methods, in sentences.
    var cautions: [String] = []
    /// The names of the figures that were drawn.
    let figures: Set<String>

    /// A figure's block, if it was drawn.
    func figure(_ name: String, _ caption: String) -> [ReportBlock] {
        figures.contains(name) ? [.figure(ReportFigure(name: name, caption: caption))] : []
    }

    /// The last epoch.
    var lastEpoch: Int { timeline.epochs.last ?? 0 }

    /// The sources worth a row: all but the random baseline.
    var sources: [Source] { timeline.sources.filter { $0.kind != .random } }

    /// The hypotheses with masks of their own.
    var hypotheses: [FocusTimeline.HypothesisSummary] { timeline.hypotheses.filter { $0.sameAs == nil } }

    /// The user's and the task's hypotheses, or all where there are none.
    var namedHypotheses: [FocusTimeline.HypothesisSummary] {
        let named = hypotheses.filter { $0.origin != .added }
        return named.isEmpty ? hypotheses : named
    }

    /// An estimate as a cell: the mean, and its interval.
    func cell(_ estimate: Estimate?) -> ReportTable.Cell {
        guard let mean = estimate?.mean else { return .init(text: "–", isNumber: true) }
        guard let interval = estimate?.interval, interval.lowerBound < interval.upperBound else {
            return .init(text: number(mean), isNumber: true)
        }
        return .init(
            text: number(mean), note: "\(number(interval.lowerBound)) to \(number(interval.upperBound))", isNumber: true
        )
    }

    func cell(_ value: Double?) -> ReportTable.Cell { .init(text: value.map(number) ?? "–", isNumber: true) }

    func number(_ value: Double) -> String { Self.number(value) }

    /// A number for reading: three decimals, fewer for large ones, more for small ones, an exponent for tiny ones; a true minus sign.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let size = abs(value)
        let format =
            size >= 1000
            ? "%.0f" : size >= 10 ? "%.1f" : size >= 0.001 || size == 0 ? "%.3f" : size >= 5e-5 ? "%.4f" : "%.0e"
        let text = String(format: format, size)
        return value < 0 && text.contains { $0 != "0" && $0 != "." } ? "−" + text : text
    }
}

/// A name from a file or a user as code within a text: on one line, not too long, and without backticks.
func code(_ name: String) -> String {
    "`" + GnuplotText.clean(name, maximumLength: 200).replacing("`", with: "’") + "`"
}
