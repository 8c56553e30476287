import Foundation
import Metrics
import Tensors

@testable import Figures
@testable import Focus

/// Timelines made by formula, small enough to read in a snapshot.
struct SyntheticTimeline {
    var run = "toy"
    var epochs = [0, 1, 2, 4]
    var positions = 5
    var samples = 3
    var delimiters: [Int]? = [2, 2, 2]
    var expected: String? = "before"
    var best = "delimiter"
    var attention = Source(.attention, layer: "attention")
    var interval = true
    /// The number of heads of two further attention layers.
    var heads = 0
    /// Whether the training's own losses are known.
    var hasHistory = false
    /// Whether interventions, probes and tests of faithfulness are there.
    var hasAnswers = true

    /// Attention moves from uniform to the delimiter (or position 0); saliency to what comes before it.
    func make() -> FocusTimeline {
        let gradient = Source(.gradientTimesInput)
        let saliency = Source(.saliency)
        let sources = [attention, gradient, saliency]
        let last = max(1, epochs.count - 1)
        let delimiter = { (sample: Int) in delimiters?[sample % (delimiters?.count ?? 1)] ?? 0 }
        let map = { (source: Source, epoch: Int, sample: Int) -> [Float] in
            let focus = Float(epoch) / Float(last)
            let at = delimiter(sample)
            let target = (0..<positions).map { position -> Float in
                source == attention ? (position == at ? 1 : 0) : (position < at ? 1 / Float(max(1, at)) : 0)
            }
            let ends = target.contains { $0 > 0 } ? target : target.map { _ in 1 / Float(positions) }
            return ends.map { (1 - focus) / Float(positions) + focus * $0 }
        }
        let masks: [String: Tensor] = [
            (expected ?? "before"): mask { $0 < $1 }, best: mask { $0 == $1 },
        ]
        let estimate = { (mean: Double) in
            Estimate(mean: mean, interval: interval ? max(0, mean - 0.05)...min(1, mean + 0.05) : nil, count: samples)
        }
        var series: [FocusTimeline.Series] = []
        for source in sources {
            for (name, mask) in masks.sorted(by: { $0.key < $1.key }) {
                let means = epochs.indices.map { epoch in
                    (0..<samples).reduce(0.0) { sum, sample in
                        zip(map(source, epoch, sample), mask[row: sample].values)
                            .reduce(sum) { $0 + Double($1.0 * $1.1) / Double(samples) }
                    }
                }
                series.append(
                    .init(
                        source: source, hypothesis: name, metric: "mass_in_mask",
                        estimates: means.map { estimate(($0 * 1000).rounded() / 1000) }))
            }
        }
        let unmasked = ["entropy_normalised"] + (delimiters == nil ? [] : ["mass_before", "mass_at", "mass_after"])
        for source in sources {
            for metric in unmasked {
                let means = epochs.indices.map { epoch in
                    (0..<samples).reduce(0.0) { sum, sample in
                        sum + Self.value(metric, map(source, epoch, sample), delimiter(sample)) / Double(samples)
                    }
                }
                series.append(
                    .init(
                        source: source, hypothesis: nil, metric: metric,
                        estimates: means.map { estimate(($0 * 1000).rounded() / 1000) }))
            }
        }
        let maps = { (source: Source) in
            Tensor(
                shape: [epochs.count, samples, positions],
                values: epochs.indices.flatMap { epoch in (0..<samples).flatMap { map(source, epoch, $0) } })
        }
        var timeline = FocusTimeline(
            run: run, epochs: epochs, checkpoints: epochs.map { "epoch-\($0).h5" },
            loss: epochs.indices.map { 4 / Double(1 + 3 * $0) }, lossName: "mse",
            instanceCount: samples, positionCount: positions,
            alignedCounts: delimiters == nil ? nil : alignedCounts(delimiter),
            hypotheses: [
                .init(name: expected ?? "before", origin: .task, chance: 0.4),
                .init(name: best, origin: .added, chance: 0.2),
            ],
            expected: expected, sources: sources, series: series,
            ranking: [attention: epochs.map { _ in [.init(hypothesis: best, divergenceBits: 0.1)] }],
            profiles: Dictionary(uniqueKeysWithValues: sources.map { ($0, profile(maps($0), delimiter)) }),
            samples: .init(
                inputs: Tensor(shape: [samples, positions, 1], repeating: 0.5), masks: masks,
                maps: Dictionary(uniqueKeysWithValues: sources.map { ($0, maps($0)) })),
            finalMaps: Dictionary(uniqueKeysWithValues: sources.map { ($0, maps($0)[row: epochs.count - 1]) }))
        if hasHistory {
            timeline.history = TrainingHistory(
                epochs: [0, 1, 2, 3, 4], loss: [nil, 3, 2, 1, 0.5], validationLoss: [9, 4, 2, 1, 0.7],
                origin: "history.csv")
        }
        if hasAnswers { addAnswers(to: &timeline, sources: sources) }
        addHeads(to: &timeline)
        return timeline
    }

    /// Heads whose maps are the first attention's, shifted by one position each.
    private func addHeads(to timeline: inout FocusTimeline) {
        guard let profile = timeline.profiles[attention] else { return }
        for (layer, head) in ["mha", "mha_1"].flatMap({ layer in (0..<heads).map { (layer, $0) } }) {
            let source = Source(.attention, layer: layer, head: head)
            let shifted = (0..<epochs.count).flatMap { row -> [Float] in
                let values = profile.absolute[row: row].values
                return (0..<positions).map { values[($0 + head) % positions] }
            }
            timeline.sources.append(source)
            timeline.profiles[source] = .init(absolute: Tensor(shape: [epochs.count, positions], values: shifted))
        }
    }

    private static func value(_ metric: String, _ map: [Float], _ delimiter: Int) -> Double {
        switch metric {
        case "mass_before": return Double(map[..<delimiter].reduce(0, +))
        case "mass_at": return Double(map[delimiter])
        case "mass_after": return Double(map[(delimiter + 1)...].reduce(0, +))
        default:
            let entropy = map.reduce(0.0) { $1 > 0 ? $0 - Double($1) * log(Double($1)) : $0 }
            return entropy / log(Double(map.count))
        }
    }

    private func mask(_ marks: (_ position: Int, _ delimiter: Int) -> Bool) -> Tensor {
        let values = (0..<samples).flatMap { sample -> [Float] in
            let at = delimiters?[sample % (delimiters?.count ?? 1)] ?? 0
            return (0..<positions).map { marks($0, at) ? 1 : 0 }
        }
        return Tensor(shape: [samples, positions], values: values)
    }

    private func alignedCounts(_ delimiter: (Int) -> Int) -> [Int] {
        (0..<(2 * positions - 1)).map { column in
            (0..<samples).filter { (0..<positions).contains(column - positions + 1 + delimiter($0)) }.count
        }
    }

    private func profile(_ maps: Tensor, _ delimiter: (Int) -> Int) -> FocusTimeline.Profile {
        var absolute: [Float] = []
        var aligned: [Float] = []
        for epoch in epochs.indices {
            let map = maps[row: epoch]
            absolute += (0..<positions).map { position in
                (0..<samples).reduce(0) { $0 + map.values[$1 * positions + position] } / Float(samples)
            }
            aligned += (0..<(2 * positions - 1)).map { column in
                let cells = (0..<samples).compactMap { sample -> Float? in
                    let position = column - positions + 1 + delimiter(sample)
                    return (0..<positions).contains(position) ? map.values[sample * positions + position] : nil
                }
                return cells.isEmpty ? .nan : cells.reduce(0, +) / Float(cells.count)
            }
        }
        return .init(
            absolute: Tensor(shape: [epochs.count, positions], values: absolute),
            aligned: delimiters == nil ? nil : Tensor(shape: [epochs.count, 2 * positions - 1], values: aligned))
    }
}
