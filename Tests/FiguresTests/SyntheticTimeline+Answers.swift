import Foundation
import Metrics
import Tensors

@testable import Focus

extension SyntheticTimeline {
    /// Interventions that hurt more and more, probes that read a running sum up to the delimiter, and some tests.
    func addAnswers(to timeline: inout FocusTimeline, sources: [Source]) {
        let count = epochs.count
        let estimates = { (value: (Int) -> Double) in
            (0..<count).map { row -> Estimate in
                let mean = (value(row) * 10_000).rounded() / 10_000
                return Estimate(mean: mean, interval: interval ? (0.8 * mean)...(1.25 * mean) : nil, count: samples)
            }
        }
        let losses = timeline.loss ?? []
        timeline.interventions = [
            ("uniform", "uniform", 1.5), ("shuffled", "shuffled", 3), ("mask:before", "uniform over `before`", 0.4),
        ]
        .map { name, label, harm in
            FocusTimeline.Intervention(
                name: name, label: label, layer: attention.layer, hypothesis: nil,
                loss: estimates { losses[$0] + harm * Double($0) / Double(count) },
                lossIncrease: estimates { harm * Double($0) / Double(count) },
                outputChange: estimates { harm * Double($0 + 1) / Double(count) })
        }
        let r2 = { (columns: Int, centre: Int) in
            Tensor(
                shape: [count, columns],
                values: (0..<count).flatMap { row in
                    (0..<columns).map { column in
                        Float(row + 1) / Float(count) * (column <= centre ? 1 - 0.04 * Float(centre - column) : 0.3)
                    }
                })
        }
        timeline.probes = [("running_sum", "running sum"), ("delimiter_seen", "delimiter seen")].map { target, label in
            FocusTimeline.StateProbe(
                target: target, label: label, layer: "lstm", r2: r2(positions, positions / 2),
                aligned: delimiters == nil ? nil : r2(2 * positions - 1, positions - 1))
        }
        timeline.tests =
            ["comprehensiveness", "sufficiency"].flatMap { name in
                sources.enumerated().map { index, source in
                    FocusTimeline.FaithfulnessSeries(
                        name: name, source: source, label: "change of the output; higher is more faithful",
                        estimates: estimates { 0.2 * Double(index + 1) * Double($0 + 1) / Double(count) })
                }
            } + [
                FocusTimeline.FaithfulnessSeries(
                    name: "permutation_output_change", source: nil,
                    label: "median change when the weights are shuffled",
                    estimates: estimates { 0.1 + 0.02 * Double($0) })
            ]
    }
}
