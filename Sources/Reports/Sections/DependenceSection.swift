import Focus
import Metrics

extension ReportContext {
    /// What does the output depend on instead?
    var dependenceSection: ReportSection {
        let attributions = sources.filter { $0.kind != .attention && $0.kind != .uniform }
        var blocks: [ReportBlock] = []
        if attributions.isEmpty {
            blocks.append(.paragraph("This analysis holds no attribution."))
        } else {
            blocks.append(
                .paragraph(
                    "An attribution asks the model itself: how would the output move if this input did? It is measured by"
                        + " the same numbers as the attention."))
        }
        blocks += figure(
            "attention-vs-saliency",
            "At epoch \(lastEpoch): what is attended to beside what the output depends on, by position and weight by weight."
        )
        if !attributions.isEmpty {
            blocks.append(
                .table(
                    fitTable(
                        attributions, against: namedHypotheses,
                        caption: "Attributions against the hypotheses at epoch \(lastEpoch), means with 95 % intervals."
                    )))
        }
        blocks += figure("position-evolution", "The mean attention by position over the epochs.")
        if let table = completenessTable { blocks.append(.table(table)) }
        return ReportSection(
            id: "dependence", title: "What does the output depend on instead?", blocks: blocks)
    }

    private var completenessTable: ReportTable? {
        let gaps = timeline.completenessGaps.sorted { $0.key < $1.key }
        guard !gaps.isEmpty else { return nil }
        return ReportTable(
            caption: "How far the sum of each map is from what it should add up to, relative to it, at epoch"
                + " \(lastEpoch) (0 is exact).",
            header: ["source", "relative gap"],
            rows: gaps.map { [.init(text: timeline.title($0.key)), cell($0.value.last)] })
    }
}
