import Foundation
import Metrics

/// The verdict's sentences. Numbers are rounded for reading; the exact ones are in the tables.
struct VerdictText {
    let timeline: FocusTimeline
    let attention: Verdict.Finding?
    let others: [Verdict.Finding]
    let gradient: Verdict.Finding?
    let gradientAgainstExpected: Verdict.Finding?

    var sentences: [String] {
        [attentionSentence] + others.prefix(2).map(otherSentence)
            + [gradientSentence, interventionSentence, conclusion].compactMap { $0 }
    }

    private var lastEpoch: String { "epoch \(timeline.epochs.last ?? 0)" }

    private var attentionSentence: String {
        guard let attention else { return "The model has no attention layer; what follows is about gradients only." }
        let since =
            attention.bestSince.map { since in
                timeline.epochs.count == 1
                    ? "" : since == timeline.epochs.first ? ", at every epoch" : ", since epoch \(since)"
            } ?? ""
        if attention.hypothesis == "uniform" {
            let entropy = timeline[attention.source, "entropy_normalised"]?.estimates.last?.mean ?? .nan
            return "At \(lastEpoch) the attention is spread: no hypothesis explains it better than uniform weights do"
                + " (normalised entropy \(number(entropy))\(since))."
        }
        return
            "At \(lastEpoch) the attention fits `\(attention.hypothesis)` best\(since): \(share(attention)) of its mass is there"
            + " (chance \(percent(attention.chance)))."
    }

    private func otherSentence(_ finding: Verdict.Finding) -> String {
        let matches = finding.isBest
        let auroc = finding.auroc?.mean.map { ", AUROC \(number($0))" } ?? ""
        var sentence =
            "It \(matches ? "matches" : "does not match") `\(finding.hypothesis)`: \(share(finding)) of its mass is there"
            + " (chance \(percent(finding.chance))\(auroc))"
        if let epoch = finding.closestEpoch, let best = finding.closestAUROC, epoch != timeline.epochs.last,
            let now = finding.auroc?.mean, best > now + 0.02
        {
            sentence += "; it came closest at epoch \(epoch) (AUROC \(number(best)))"
        }
        return sentence + "."
    }

    private var gradientSentence: String? {
        guard let gradient else { return nil }
        if gradient.hypothesis == "uniform" {
            return "Gradient × input, which shows what the output depends on, is spread too: it favours no hypothesis."
        }
        let auroc = gradient.auroc?.mean.map { ", AUROC \(number($0))" } ?? ""
        var sentence =
            "Gradient × input, which shows what the output depends on, fits `\(gradient.hypothesis)` best:"
            + " \(share(gradient)) of its mass is there (chance \(percent(gradient.chance))\(auroc))"
        if let expected = gradientAgainstExpected, expected.hypothesis != gradient.hypothesis, !expected.isBest {
            sentence += ", and \(share(expected)) in `\(expected.hypothesis)`"
        }
        return sentence + "."
    }

    private var conclusion: String? {
        guard let attention, let gradient else { return nil }
        let loss = timeline.loss?.last.map { " (\(timeline.lossName) \(number($0)) on the probe set)" } ?? ""
        if attention.hypothesis == "uniform", gradient.hypothesis == "uniform" {
            return "Neither attention nor gradient favours any positions\(loss)."
        }
        if attention.hypothesis == gradient.hypothesis || attention.isBest && gradient.isBest && sameMask {
            return "Attention and gradient agree: the model looks where its output depends on the input\(loss)."
        }
        let picture = "So the attention is no picture of what the output depends on\(loss): it weighs "
        if let reading = probeReading, reading.r2 >= 0.9 {
            return picture + "states, and the state it looks at already holds the answer: \(reading.text)."
        }
        return picture
            + "the states of the layer before it, and a recurrent state can carry earlier inputs to where the attention reads it."
    }

    private var sameMask: Bool {
        guard let attention, let gradient else { return false }
        return VerdictReader(timeline).isSameMask(attention.hypothesis, gradient.hypothesis)
    }

    private func share(_ finding: Verdict.Finding) -> String {
        guard let mass = finding.mass, let mean = mass.mean else { return "an undefined share" }
        guard let interval = mass.interval else { return percent(mean) }
        return "\(percent(mean)) (95 % CI \(percent(interval.lowerBound)) to \(percent(interval.upperBound)))"
    }

    private func percent(_ share: Double) -> String {
        String(format: "%.1f\u{A0}%%", abs(share) < 5e-4 ? 0 : 100 * share)
    }

    func number(_ value: Double) -> String {
        String(format: abs(value) < 0.1 ? "%.2g" : "%.2f", value)
    }
}
