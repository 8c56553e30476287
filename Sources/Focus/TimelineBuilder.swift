import Metrics
import Tasks
import Tensors

/// Gathers a timeline epoch by epoch; holds means, not maps, but for the few samples and the last epoch's.
struct TimelineBuilder {
    let measurer: Measurer
    let estimator: Estimator
    let profiler: Profiler
    let probes: ProbeSet
    let sampleCount: Int

    private var epochs: [Int] = []
    private var checkpoints: [String] = []
    private var losses: [Double] = []
    private var estimates: [Source: [[Estimate]]] = [:]
    private var absolute: [Source: [Float]] = [:]
    private var aligned: [Source: [Float]] = [:]
    private var sampleMaps: [Source: [Float]] = [:]
    private var finalMaps: [Source: Tensor] = [:]

    init(measurer: Measurer, estimator: Estimator, probes: ProbeSet, sampleCount: Int) {
        self.measurer = measurer
        self.estimator = estimator
        self.probes = probes
        self.sampleCount = min(sampleCount, probes.count)
        profiler = Profiler(
            lengths: measurer.hypotheses.lengths, delimiterIndex: probes.delimiterIndex, positions: probes.positions)
    }

    /// Adds a checkpoint.
    ///
    /// - Parameter constant: Baselines, whose measurements do not change over the epochs: estimates are made once.
    mutating func append(
        epoch: Int, checkpoint: String, loss: Double?, maps: [Source: Tensor], measurements: [Source: Measurement],
        constant: Set<Source>
    ) throws {
        epochs.append(epoch)
        checkpoints.append(checkpoint)
        if let loss { losses.append(loss) }
        let prefix = sampleCount * probes.positions
        for (source, map) in maps {
            guard let measurement = measurements[source] else { continue }
            if constant.contains(source), let known = estimates[source]?.first {
                estimates[source]?.append(known)
            } else {
                estimates[source, default: []].append(try estimator.estimates(of: measurement))
            }
            let normalised = profiler.normalised(map)
            absolute[source, default: []] += profiler.absolute(normalised)
            if let profile = profiler.aligned(normalised) { aligned[source, default: []] += profile }
            sampleMaps[source, default: []] += normalised.values[..<prefix]
            finalMaps[source] = normalised
        }
    }

    /// The timeline of what was added.
    func timeline(run: String, lossName: String, expected: String?) -> FocusTimeline {
        let sources = estimates.keys.sorted()
        let positions = probes.positions
        let samples = 0..<sampleCount
        let count = epochs.count
        return FocusTimeline(
            run: run, epochs: epochs, checkpoints: checkpoints, loss: losses.count == count ? losses : nil,
            lossName: lossName, instanceCount: probes.count, positionCount: positions,
            alignedCounts: profiler.alignedCounts,
            hypotheses: zip(measurer.hypotheses.hypotheses, measurer.hypotheses.chance).map {
                FocusTimeline.HypothesisSummary(name: $0.name, origin: $0.origin, chance: $1)
            },
            expected: expected, sources: sources, series: sources.flatMap(series),
            ranking: Dictionary(uniqueKeysWithValues: sources.map { ($0, ranking($0)) }),
            profiles: Dictionary(
                uniqueKeysWithValues: sources.map { source in
                    let profile = FocusTimeline.Profile(
                        absolute: Tensor(shape: [count, positions], values: absolute[source] ?? []),
                        aligned: aligned[source].map { Tensor(shape: [count, 2 * positions - 1], values: $0) })
                    return (source, profile)
                }),
            samples: FocusTimeline.Samples(
                inputs: probes.inputs[0][rows: samples],
                masks: Dictionary(
                    uniqueKeysWithValues: measurer.hypotheses.hypotheses.map { ($0.name, $0.mask[rows: samples]) }),
                maps: sampleMaps.mapValues { Tensor(shape: [count, sampleCount, positions], values: $0) }),
            finalMaps: finalMaps)
    }

    private func series(_ source: Source) -> [FocusTimeline.Series] {
        let rows = estimates[source] ?? []
        let unmasked = measurer.layout.unmasked.map { metric, column in
            FocusTimeline.Series(source: source, hypothesis: nil, metric: metric, estimates: rows.map { $0[column] })
        }
        let masked = zip(measurer.hypotheses.hypotheses, measurer.hypotheses.maskIndex).flatMap { hypothesis, mask in
            measurer.layout.masked(mask).map { metric, column in
                FocusTimeline.Series(
                    source: source, hypothesis: hypothesis.name, metric: metric, estimates: rows.map { $0[column] })
            }
        }
        return unmasked + masked
    }

    /// The hypotheses by their mean divergence from the source's maps; among equals the order of the hypotheses.
    private func ranking(_ source: Source) -> [[FocusTimeline.HypothesisFit]] {
        guard let metric = measurer.layout.panel.ofMask.firstIndex(where: { $0.id == "js_divergence_bits" }) else {
            return []
        }
        return (estimates[source] ?? []).map { row in
            zip(measurer.hypotheses.hypotheses, measurer.hypotheses.maskIndex).enumerated()
                .compactMap { order, pair -> (order: Int, fit: FocusTimeline.HypothesisFit)? in
                    let column = measurer.layout.column(mask: pair.1, metric: metric)
                    return row[column].mean.map {
                        (order, FocusTimeline.HypothesisFit(hypothesis: pair.0.name, divergenceBits: $0))
                    }
                }
                .sorted { ($0.fit.divergenceBits, $0.order) < ($1.fit.divergenceBits, $1.order) }
                .map(\.fit)
        }
    }
}
