import Focus
import Metrics

extension ReportContext {
    /// Does the attention match the mask?
    var matchSection: ReportSection {
        var blocks: [ReportBlock] = []
        guard timeline.source(.attention) != nil else {
            blocks.append(.paragraph("The model has no attention layer that weighs the inputs' positions."))
            return ReportSection(id: "match", title: "Does the attention match the mask?", blocks: blocks)
        }
        blocks += figure(
            "focus-evolution",
            "Where the mass of attention is over the epochs, beside what the output depends on. Dotted lines are what a"
                + " uniform map would have.")
        blocks.append(.table(fitTable))
        if let rankingTable { blocks.append(.table(rankingTable)) }
        blocks += figure(
            "hypotheses", "How the mass divides over the epochs, attention beside gradient × input.")
        blocks += figure(
            "attention-maps",
            "The attention of the first sequences at epochs where the picture changes, with the positions that the"
                + " hypotheses mark.")
        blocks += figure(
            "heads", "The mean attention of each layer and head by position over the epochs.")
        blocks += figure(
            "entropy",
            "How spread the maps are (1 is uniform, 0 is all on one position), above the loss on the same epochs"
                + (timeline.validationLoss == nil ? "." : ", as the training noted it."))
        if let changesTable { blocks.append(.table(changesTable)) }
        blocks.append(.table(evolutionTable))
        return ReportSection(id: "match", title: "Does the attention match the mask?", blocks: blocks)
    }

    /// Every attention against every hypothesis at the last epoch.
    private var fitTable: ReportTable {
        fitTable(
            sources.filter { $0.kind == .attention }, against: hypotheses,
            caption: "Attention against each hypothesis at epoch \(lastEpoch), means with 95 % intervals.")
    }

    /// Sources against hypotheses at the last epoch.
    func fitTable(
        _ sources: [Source], against hypotheses: [FocusTimeline.HypothesisSummary], caption: String
    ) -> ReportTable {
        let rows = sources.flatMap { source in
            hypotheses.map { hypothesis -> [ReportTable.Cell] in
                let estimate = { metric in
                    cell(timeline[source, metric, against: hypothesis.name]?.estimates.last)
                }
                return [
                    .init(text: timeline.title(source)), .init(text: code(hypothesis.name)), estimate("mass_in_mask"),
                    cell(hypothesis.chance), estimate("auroc"), estimate("average_precision"),
                    estimate("js_divergence_bits"),
                ]
            }
        }
        return ReportTable(
            caption: caption,
            header: ["source", "hypothesis", "mass in mask", "chance", "AUROC", "average precision", "JS (bits)"],
            rows: rows)
    }

    /// The mass in the named hypotheses at every epoch.
    private var evolutionTable: ReportTable {
        let columns = sources.filter { $0.kind != .uniform }.flatMap { source in
            namedHypotheses.map { (source: source, hypothesis: $0.name) }
        }
        let rows = timeline.epochs.indices.map { index -> [ReportTable.Cell] in
            [
                .init(text: "\(timeline.epochs[index])", isNumber: true),
                cell(timeline.loss?[index]),
            ]
                + columns.map { column in
                    cell(timeline[column.source, "mass_in_mask", against: column.hypothesis]?.estimates[index])
                }
        }
        return ReportTable(
            caption: "Mass in mask over the epochs, means with 95 % intervals.",
            header: ["epoch", timeline.lossName]
                + columns.map { "\(timeline.title($0.source)) in \(code($0.hypothesis))" },
            rows: rows, isLong: true)
    }
}
