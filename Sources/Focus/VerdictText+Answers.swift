import Foundation
import Metrics

/// The sentences on whether the attention matters, and on why it may look elsewhere than the output depends.
extension VerdictText {
    /// Does the attention matter? What the loss, or without targets the output, does when the attention is replaced.
    var interventionSentence: String? {
        guard let uniform = intervention("uniform"), let attention else { return nil }
        guard let loss = timeline.loss?.last, let uniformLoss = uniform.loss.last?.mean else {
            return uniform.outputChange.last?.mean.map {
                "Spreading the attention evenly moves the output by \(number($0)) on average."
            }
        }
        let increase = uniform.lossIncrease.last?.interval?.lowerBound ?? 0
        let matters = increase > 0 && uniformLoss > 1.1 * loss
        var parts: [String] = []
        if let forced = forced(attention.hypothesis), let value = forced.loss.last?.mean {
            parts.append("forced onto `\(attention.hypothesis)` \(number(value))")
        }
        let other = gradientAgainstExpected?.hypothesis ?? others.first?.hypothesis
        if let other, !VerdictReader(timeline).isSameMask(other, attention.hypothesis), let forced = forced(other),
            let value = forced.loss.last?.mean
        {
            parts.append("uniform over `\(other)` \(number(value))")
        }
        parts.append("uniform everywhere \(number(uniformLoss))")
        return (matters ? "The attention matters" : "The attention hardly matters")
            + ": with its own weights the \(timeline.lossName) is \(number(loss)), \(listed(parts))."
    }

    /// What a linear probe reads from the state where the attention looks: the delimiter's, where one is known and the attention is on it,
    /// else the last step's.
    var probeReading: (r2: Double, text: String)? {
        guard let probe = chosenProbe, let last = timeline.epochs.indices.last else { return nil }
        let isAtDelimiter = attention.map { VerdictReader(timeline).isSameMask($0.hypothesis, "at-delimiter") } ?? true
        let aligned = isAtDelimiter ? probe.aligned : nil
        let place = aligned == nil ? probe.r2.shape[1] - 1 : timeline.positionCount - 1
        let r2 = { (row: Int) in Double((aligned ?? probe.r2)[row: row].values[place]) }
        guard r2(last).isFinite else { return nil }
        let shown = { (value: Double) in String(format: "%.2f", max(value, -9.99)) }
        let first = timeline.epochs.indices.first { $0 < last && r2($0).isFinite }
        let before = first.map { "; \(shown(r2($0))) at epoch \(timeline.epochs[$0])" } ?? ""
        return (
            r2(last),
            "a linear probe reads the \(probe.label) from the state \(aligned == nil ? "at the last step" : "at the delimiter")"
                + " (cross-validated R² \(shown(r2(last)))\(before))"
        )
    }

    /// The wanted output's probe, or else the first.
    private var chosenProbe: FocusTimeline.StateProbe? {
        timeline.probes.first { $0.target == "target" } ?? timeline.probes.first { $0.target == "sum_before_delimiter" }
            ?? timeline.probes.first
    }

    private func intervention(_ name: String) -> FocusTimeline.Intervention? {
        timeline.interventions.first { $0.name == name }
    }

    /// The intervention that forces a hypothesis' mask, or another's that marks the same positions.
    private func forced(_ hypothesis: String) -> FocusTimeline.Intervention? {
        timeline.interventions.first { intervention in
            intervention.hypothesis.map { VerdictReader(timeline).isSameMask($0, hypothesis) } ?? false
        }
    }

    private func listed(_ parts: [String]) -> String {
        parts.count < 2
            ? parts.joined() : parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1]
    }
}
