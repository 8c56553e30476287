import Focus
import Metrics

/// The long parts of the summary: the ranking of hypotheses and the statistics of the series.
///
/// They are spelt by hand, a line each, since there are hundreds of them: Foundation's encoder would take ten times as long, and
/// indent them over thousands of lines.
struct SeriesJSON {
    let timeline: FocusTimeline

    /// The members `ranking` and `timeline` of the summary, without braces around them.
    var members: String {
        "  \"ranking\" : [\n" + timeline.sources.compactMap(ranking).joined(separator: ",\n") + "\n  ],\n"
            + "  \"timeline\" : [\n"
            + TimelineStatistics(timeline).entries.map(statistics).joined(separator: ",\n") + "\n  ]"
    }

    // MARK: Ranking

    private func ranking(_ source: Source) -> String? {
        guard let ranking = timeline.ranking[source] else { return nil }
        let method = ranking.lazy.flatMap { $0 }.compactMap(\.test?.method).first
        let rows = zip(timeline.epochs, ranking).map { epoch, fits in "      \(row(epoch, fits))" }
        return "    {\(members(source)), \"ranked_by\": \"js_divergence_bits\", \"p_method\": "
            + (method.map { "\"\($0.rawValue)\"" } ?? "null") + ", \"rows\": [\n" + rows.joined(separator: ",\n")
            + "\n    ]}"
    }

    private func row(_ epoch: Int, _ fits: [FocusTimeline.HypothesisFit]) -> String {
        func list(_ values: (FocusTimeline.HypothesisFit) -> Double?) -> String {
            "[" + fits.map { number(values($0)) }.joined(separator: ", ") + "]"
        }
        return
            "{\"epoch\": \(epoch), \"hypotheses\": [\(fits.map { jsonString($0.hypothesis) }.joined(separator: ", "))]"
            + ", \"js_divergence_bits\": \(list { $0.divergenceBits }), \"kl_nats\": \(list { $0.klNats })"
            + ", \"auroc\": \(list { $0.auroc }), \"mass_in_mask\": \(list { $0.mass }), \"z\": \(list { $0.test?.z })"
            + ", \"p\": \(list { $0.test?.pValue }), \"p_holm\": \(list { $0.test?.adjusted })"
            + ", \"p_shift\": \(list { $0.test?.shiftPValue })}"
    }

    // MARK: Statistics

    private func statistics(_ entry: TimelineStatistics.Entry) -> String {
        var members = [
            members(entry.source), "\"hypothesis\": \(entry.hypothesis.map(jsonString) ?? "null")",
            "\"metric\": \(jsonString(entry.metric))", "\"chance\": \(number(entry.chance))",
            "\"onset_threshold\": \(number(entry.threshold))", "\"onset_epoch\": \(whole(entry.onset))",
            "\"half_rise_epoch\": \(whole(entry.halfRise))",
        ]
        if let change = entry.change {
            members.append(
                "\"change_point\": {\"epoch\": \(change.epoch), \"before\": \(number(change.before)), \"after\": "
                    + "\(number(change.after)), \"p\": \(number(change.pValue))}")
        } else {
            members.append("\"change_point\": null")
        }
        if let trend = entry.trend {
            members.append(
                "\"trend\": {\"tau\": \(number(trend.tau)), \"p\": \(number(trend.pValue)), \"slope_per_epoch\": "
                    + "\(number(trend.slope)), \"slope_low\": \(number(trend.slopeInterval.lowerBound)), \"slope_high\": "
                    + "\(number(trend.slopeInterval.upperBound))}")
        } else {
            members.append("\"trend\": null")
        }
        return "    {" + members.joined(separator: ", ") + "}"
    }

    private func members(_ source: Source) -> String {
        "\"source\": \"\(source.kind.rawValue)\", \"layer\": \(source.layer.map(jsonString) ?? "null"), \"head\": "
            + whole(source.head)
    }

    /// The shortest digits that read back to the same number.
    private func number(_ value: Double?) -> String {
        guard let value else { return "null" }
        return value.isFinite ? value.description : jsonNumber(value)
    }

    private func whole(_ value: Int?) -> String { value.map(String.init) ?? "null" }
}
