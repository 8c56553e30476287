import Focus
import Metrics

extension ReportContext {
    /// Does the attention matter?
    var relevanceSection: ReportSection {
        var blocks: [ReportBlock] = []
        if timeline.interventions.isEmpty && timeline.faithfulness.isEmpty {
            blocks.append(.paragraph("This analysis replaced no attention and ran no test of faithfulness."))
        }
        if !timeline.interventions.isEmpty {
            blocks.append(
                .paragraph(
                    "If the attention matters, the model must do worse with another one [@jain2019] [@wiegreffe2019]. Its"
                        + " weights stay as they are; only the attention's are replaced."))
        }
        blocks += figure(
            "interventions", "The \(timeline.lossName) when the attention is replaced, over the epochs, beside its own."
        )
        if !timeline.interventions.isEmpty { blocks.append(.table(interventionTable)) }
        blocks += figure("faithfulness", "Tests of whether attention and attributions are faithful to the model.")
        if !timeline.faithfulness.isEmpty { blocks.append(.table(testTable)) }
        return ReportSection(id: "relevance", title: "Does the attention matter?", blocks: blocks)
    }

    private var interventionTable: ReportTable {
        let own = timeline.loss?.last
        let rows = timeline.interventions.map { intervention -> [ReportTable.Cell] in
            [
                .init(text: intervention.label), cell(intervention.loss.last), cell(intervention.lossIncrease.last),
                cell(intervention.outputChange.last),
            ]
        }
        let reference: [[ReportTable.Cell]] =
            own.map { [[.init(text: "its own attention"), cell($0), .init(text: ""), .init(text: "")]] } ?? []
        return ReportTable(
            caption: "The model with other attention at epoch \(lastEpoch), means with 95 % intervals.",
            header: ["attention", timeline.lossName, "increase", "mean change of the output"], rows: reference + rows)
    }

    private var testTable: ReportTable {
        let rows = timeline.faithfulness.compactMap { test -> [ReportTable.Cell]? in
            guard let index = test.estimates.lastIndex(where: { $0.mean != nil }),
                timeline.epochs.indices.contains(index)
            else { return nil }
            return [
                .init(text: code(test.name)), .init(text: test.source.map(timeline.title) ?? "model"),
                .init(text: "\(timeline.epochs[index])", isNumber: true), cell(test.estimates[index]),
                .init(text: test.label),
            ]
        }
        return ReportTable(
            caption: "Tests of faithfulness, each at the last epoch where it was run.",
            header: ["test", "source", "epoch", "value", "meaning"], rows: rows)
    }
}
