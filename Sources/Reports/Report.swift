import Figures
import Focus
import Foundation

/// The report on an analysis: a page, the same in Markdown, a table for LaTeX, and the works to cite.
///
/// Its numbers come from the timeline alone. Text from files and users is escaped in each format.
public struct Report: Sendable {
    let context: ReportContext
    let drawings: Drawings

    /// What was drawn for the report.
    public struct Drawings: Sendable {
        /// The SVG text of each figure by its name, for the page.
        public var svg: [String: String]
        /// The names of the figures that exist as `figures/NAME.png`.
        public var png: Set<String>

        /// Drawings, by default none.
        public init(svg: [String: String] = [:], png: Set<String> = []) {
            self.svg = svg
            self.png = png
        }
    }

    /// The report of an analysis.
    public init(_ result: Analysis.Result, verdict: Verdict, provenance: Provenance, drawings: Drawings = Drawings()) {
        context = ReportContext(
            timeline: result.timeline, verdict: verdict,
            assumptions: result.assumptions.map { ($0.layer, $0.text) }, skipped: result.skipped.map(\.reason),
            provenance: provenance, cautions: result.notes,
            figures: Set(drawings.svg.keys).union(drawings.png))
        self.drawings = drawings
    }

    init(context: ReportContext, drawings: Drawings) {
        self.context = context
        self.drawings = drawings
    }

    /// The verdict, the four questions in order, then how it was done.
    var document: ReportDocument {
        let timeline = context.timeline
        let count = timeline.epochs.count
        return ReportDocument(
            title: "Does the model look where it should?", run: timeline.run, verdict: context.verdict.sentences,
            scope: "\(count) checkpoint\(count == 1 ? "" : "s") (epochs \(timeline.epochs.first ?? 0) to"
                + " \(timeline.epochs.last ?? 0)), \(timeline.instanceCount) sequences of \(timeline.positionCount)"
                + " positions, 95 % bootstrap intervals over sequences.",
            sections: [
                context.matchSection, context.dependenceSection, context.relevanceSection, context.reasonsSection,
                context.methodsSection, context.provenanceSection,
            ])
    }

    /// The works that the report cites, as BibTeX, `references.bib`.
    public var bibliography: String {
        "% The works behind the methods of this report.\n\n"
            + references.map(\.bibtex).joined(separator: "\n\n") + "\n"
    }

    /// The works that the report cites, by author.
    var references: [Reference] {
        let texts = document.sections.flatMap(\.blocks).flatMap { block -> [String] in
            switch block {
            case .paragraph(let text): [text]
            case .list(let items): items
            case .figure(let figure): [figure.caption]
            case .table, .code: []
            }
        }
        let keys = texts.flatMap { Prose.spans($0, known: Reference.keys) }.compactMap { span in
            if case .citation(let key) = span { key } else { nil }
        }
        return Reference.cited(Set(keys))
    }
}
