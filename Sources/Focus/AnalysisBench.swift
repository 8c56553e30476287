import Checkpoints
import Metrics
import Tensors

/// What all checkpoints of an analysis are measured with: made once, used by every worker.
struct AnalysisBench: Sendable {
    let layout: ColumnLayout
    let measurer: Measurer
    let estimator: Estimator
    let profiler: Profiler
    /// The uniform map, which is measured once for all epochs.
    let baseline: (source: Source, map: Tensor, measurement: Measurement)
    /// Told by each worker how far it is.
    let progress: AnalysisProgress?
    private let known: [Source: [Estimate]]
    private let reading: AttentionReading
    private let lengths: [Int]?

    init(_ analysis: Analysis, progress: AnalysisProgress? = nil) throws {
        self.progress = progress
        let (probes, options) = (analysis.probes, analysis.options)
        (reading, lengths) = (options.reading, probes.lengths)
        layout = ColumnLayout(
            panel: .standard, hasPartition: probes.delimiterIndex != nil, maskCount: analysis.hypotheses.rows.count)
        measurer = Measurer(layout: layout, hypotheses: analysis.hypotheses, delimiterIndex: probes.delimiterIndex)
        estimator = Estimator(instances: probes.count, resamples: options.resamples, seed: options.seed)
        profiler =
            TimelineBuilder(
                measurer: measurer, probes: probes, sampleCount: options.sampleCount, smoothing: options.smoothing
            ).profiler
        let map = Tensor(shape: [probes.count, probes.positions], repeating: 1)
        baseline = (Source(.uniform), map, measurer.measure(map, instances: 0..<probes.count))
        known = [baseline.source: try estimator.estimates(of: baseline.measurement)]
    }

    /// All that goes into a timeline and an analysis file of one checkpoint.
    struct Step: Sendable {
        var input: Analysis.InputFile
        var findings: CheckpointFindings
        /// With the baseline's.
        var measurements: [Source: Measurement]
        var entry: TimelineBuilder.Entry
    }

    /// A checkpoint's findings with their estimates: the costly part after the network has run.
    func step(_ findings: CheckpointFindings, of file: Run.Entry) throws -> Step {
        let measurements = measurements(of: findings)
        let entry = try TimelineBuilder.entry(
            epoch: file.epoch, checkpoint: file.fileName, loss: findings.loss, maps: maps(of: findings),
            heads: reading.headMaps(
                of: findings.result.attention, positions: baseline.map.shape[1], lengths: lengths),
            measurements: measurements, known: known, answers: findings.answers, estimator: estimator,
            profiler: profiler)
        return step(findings, of: file, entry: entry, measurements: measurements)
    }

    /// The step of a checkpoint whose estimates are known already.
    func step(_ findings: CheckpointFindings, of file: Run.Entry, entry: TimelineBuilder.Entry) -> Step {
        var entry = entry
        (entry.epoch, entry.checkpoint) = (file.epoch, file.fileName)
        entry.normalised = maps(of: findings).mapValues(profiler.normalised)
        if findings.probe == nil { entry.probe = nil }
        let tests = Set(findings.answers.tests.map(\.key))
        entry.tests.removeAll { !tests.contains($0.key) }
        return step(findings, of: file, entry: entry, measurements: measurements(of: findings))
    }

    private func step(
        _ findings: CheckpointFindings, of file: Run.Entry, entry: TimelineBuilder.Entry,
        measurements: [Source: Measurement]
    ) -> Step {
        Step(
            input: Analysis.InputFile(path: file.path, sha256: findings.sha256, epoch: file.epoch), findings: findings,
            measurements: measurements, entry: entry)
    }

    private func maps(of findings: CheckpointFindings) -> [Source: Tensor] {
        findings.result.maps.merging([baseline.source: baseline.map]) { $1 }
    }

    private func measurements(of findings: CheckpointFindings) -> [Source: Measurement] {
        findings.result.measurements.merging([baseline.source: baseline.measurement]) { $1 }
    }
}
