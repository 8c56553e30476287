import Focus

extension ReportContext {
    /// Why?
    var reasonsSection: ReportSection {
        var blocks: [ReportBlock] = []
        if timeline.probes.isEmpty {
            blocks.append(.paragraph("This analysis did not ask what the states hold."))
        } else {
            blocks.append(
                .paragraph(
                    "The attention weighs states, not inputs. A linear model that reads a target from the state at a position"
                        + " shows that the state holds it [@alain2017]; attention then needs to look there only. R² is"
                        + " cross-validated: 1 is all of the target's variance, 0 is none."))
            blocks += figure(
                "probe", "How much of each target a linear model reads from the states, by position over the epochs.")
            blocks.append(.table(probeTable))
        }
        return ReportSection(id: "reasons", title: "Why?", blocks: blocks)
    }

    private var probeTable: ReportTable {
        let isAligned = timeline.probes.contains { $0.aligned != nil }
        let rows = timeline.probes.map { probe -> [ReportTable.Cell] in
            let last = timeline.epochs.count - 1
            let values = probe.r2.rank == 2 && probe.r2.shape[0] > last && last >= 0 ? probe.r2[row: last].values : []
            let best = values.indices.filter { values[$0].isFinite }.max { values[$0] < values[$1] }
            let centre = timeline.positionCount - 1
            let at = probe.aligned.flatMap { aligned -> Double? in
                guard aligned.rank == 2, aligned.shape[0] > last, last >= 0, aligned.shape[1] > centre else {
                    return nil
                }
                return Double(aligned[row: last].values[centre])
            }
            return [
                .init(text: probe.label), .init(text: code(probe.layer)),
            ] + (isAligned ? [cell(at)] : []) + [
                cell(best.map { Double(values[$0]) }), .init(text: best.map(String.init) ?? "–", isNumber: true),
            ]
        }
        return ReportTable(
            caption: "What a linear model reads from the states at epoch \(lastEpoch).",
            header: ["target", "layer"] + (isAligned ? ["R² at the delimiter"] : []) + [
                "highest R² by position", "position",
            ],
            rows: rows)
    }
}
