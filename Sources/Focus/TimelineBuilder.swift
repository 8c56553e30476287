import Metrics
import Tasks
import Tensors

/// Gathers a timeline epoch by epoch; holds means, not maps, but for the few samples and the last epoch's.
struct TimelineBuilder {
    let measurer: Measurer
    let profiler: Profiler
    let probes: ProbeSet
    let sampleCount: Int

    private var epochs: [Int] = []
    private var checkpoints: [String] = []
    private var losses: [Double] = []
    private var estimates: [Source: [[Estimate]]] = [:]
    private var fits: [Source: [[HypothesisFitter.Fit]]] = [:]
    private var absolute: [Source: [Float]] = [:]
    private var aligned: [Source: [Float]] = [:]
    private var headAbsolute: [Source: [Float]] = [:]
    private var headAligned: [Source: [Float]] = [:]
    private var sampleMaps: [Source: [Float]] = [:]
    private var finalMaps: [Source: Tensor] = [:]
    private var answers: AnswerBuilder

    init(
        measurer: Measurer, probes: ProbeSet, sampleCount: Int, smoothing: Double = HypothesisFitter.defaultSmoothing
    ) {
        self.measurer = measurer
        self.probes = probes
        self.sampleCount = min(sampleCount, probes.count)
        answers = AnswerBuilder(positions: probes.positions)
        profiler = Profiler(
            lengths: measurer.hypotheses.lengths, delimiterIndex: probes.delimiterIndex, positions: probes.positions,
            fitter: HypothesisFitter(measurer.hypotheses, positions: probes.positions, smoothing: smoothing))
    }

    /// What a timeline keeps of one checkpoint.
    struct Entry: Sendable {
        var epoch: Int
        var checkpoint: String
        let loss: Double?
        /// One estimate per column, by source.
        let estimates: [Source: [Estimate]]
        /// The maps, each divided by its sum, N×T; the first instances' are enough for all but the last epoch.
        var normalised: [Source: Tensor]
        /// For each mask how well it explains each source's maps, beyond the estimates.
        let fits: [Source: [HypothesisFitter.Fit]]
        /// The mean maps by position, and relative to the delimiter.
        let absolute: [Source: [Float]]
        let aligned: [Source: [Float]]
        /// The same for heads that are no sources of their own.
        let headAbsolute: [Source: [Float]]
        let headAligned: [Source: [Float]]
        /// One estimate per column of the interventions' table.
        let interventions: [Estimate]
        /// What the states hold; nil where they were not probed.
        var probe: StateProber.Result?
        /// The tests' estimates.
        var tests: [(key: TestKey, estimate: Estimate)]
    }

    /// Makes the entry of a checkpoint: the costly part, which does not touch the builder and may run on any worker.
    ///
    /// - Parameters:
    ///   - heads: The maps of heads that are not measured.
    ///   - known: Estimates that are known already, of baselines that do not change over the epochs.
    static func entry(
        epoch: Int, checkpoint: String, loss: Double?, maps: [Source: Tensor], heads: [Source: Tensor] = [:],
        measurements: [Source: Measurement], known: [Source: [Estimate]],
        answers: CheckpointAnswers = CheckpointAnswers(), estimator: Estimator,
        profiler: Profiler
    ) throws -> Entry {
        var estimates = known
        for (source, measurement) in measurements where known[source] == nil {
            estimates[source] = try estimator.estimates(of: measurement)
        }
        let normalised = maps.mapValues(profiler.normalised)
        let normalisedHeads = heads.mapValues(profiler.normalised)
        return Entry(
            epoch: epoch, checkpoint: checkpoint, loss: loss, estimates: estimates, normalised: normalised,
            fits: Dictionary(
                uniqueKeysWithValues: normalised.map { source, maps in
                    (source, source.kind == .uniform ? profiler.fitter.uniformFits : profiler.fitter.fits(maps))
                }),
            absolute: normalised.mapValues(profiler.absolute), aligned: normalised.compactMapValues(profiler.aligned),
            headAbsolute: normalisedHeads.mapValues(profiler.absolute),
            headAligned: normalisedHeads.compactMapValues(profiler.aligned),
            interventions: try answers.interventions.map { try estimator.estimates(of: $0.table) } ?? [],
            probe: answers.probe,
            tests: answers.tests.isEmpty
                ? []
                : Array(zip(answers.tests.map(\.key), try estimator.estimates(of: TestColumn.table(answers.tests))))
                    .map { (key: $0, estimate: $1) })
    }

    /// Adds a checkpoint.
    mutating func append(_ entry: Entry, plan: AnswerPlan) {
        answers.append(plan, interventions: entry.interventions, probe: entry.probe, tests: entry.tests)
        epochs.append(entry.epoch)
        checkpoints.append(entry.checkpoint)
        if let loss = entry.loss { losses.append(loss) }
        for (source, profile) in entry.headAbsolute { headAbsolute[source, default: []] += profile }
        for (source, profile) in entry.headAligned { headAligned[source, default: []] += profile }
        let prefix = sampleCount * probes.positions
        for (source, row) in entry.estimates {
            guard let maps = entry.normalised[source] else { continue }
            estimates[source, default: []].append(row)
            fits[source, default: []].append(entry.fits[source] ?? [])
            absolute[source, default: []] += entry.absolute[source] ?? []
            if let profile = entry.aligned[source] { aligned[source, default: []] += profile }
            sampleMaps[source, default: []] += maps.values[..<prefix]
            finalMaps[source] = maps
        }
    }

    /// The timeline of what was added.
    func timeline(
        run: String, lossName: String, expected: String?, history: TrainingHistory? = nil
    ) -> FocusTimeline {
        let sources = estimates.keys.sorted()
        let positions = probes.positions
        let samples = 0..<sampleCount
        let count = epochs.count
        return FocusTimeline(
            run: run, epochs: epochs, checkpoints: checkpoints, loss: losses.count == count ? losses : nil,
            lossName: lossName, instanceCount: probes.count, positionCount: positions,
            alignedCounts: profiler.alignedCounts,
            hypotheses: measurer.hypotheses.summaries,
            expected: expected, sources: sources, series: sources.flatMap(series),
            ranking: Dictionary(
                uniqueKeysWithValues: sources.map { source in
                    let ranking = HypothesisRanking(measurer, chance: profiler.fitter.chance)
                    return (source, ranking.epochs(estimates[source] ?? [], fits[source] ?? []))
                }),
            profiles: profiles(absolute, aligned),
            samples: FocusTimeline.Samples(
                inputs: probes.inputs[0][rows: samples],
                masks: Dictionary(
                    uniqueKeysWithValues: measurer.hypotheses.hypotheses.map { ($0.name, $0.mask[rows: samples]) }),
                maps: sampleMaps.mapValues { Tensor(shape: [count, sampleCount, positions], values: $0) }),
            finalMaps: finalMaps, interventions: answers.interventionSeries, probes: answers.probeSeries,
            tests: answers.testSeries, history: history, headProfiles: profiles(headAbsolute, headAligned))
    }

    private func profiles(
        _ absolute: [Source: [Float]], _ aligned: [Source: [Float]]
    ) -> [Source: FocusTimeline.Profile] {
        let (count, positions) = (epochs.count, probes.positions)
        return Dictionary(
            uniqueKeysWithValues: absolute.compactMap { source, values in
                // A layer that not every checkpoint has cannot be followed.
                guard values.count == count * positions else { return nil }
                let profile = FocusTimeline.Profile(
                    absolute: Tensor(shape: [count, positions], values: values),
                    aligned: aligned[source].map { Tensor(shape: [count, 2 * positions - 1], values: $0) })
                return (source, profile)
            })
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
}
