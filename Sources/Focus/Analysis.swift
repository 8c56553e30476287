import Checkpoints
import Metrics
import Networks
import Tasks
import Tensors

/// The main job: a run's checkpoints on a probe set, followed over the epochs.
public struct Analysis: Sendable {
    /// The run.
    public let run: Run
    /// The probe set.
    public let probes: ProbeSet
    /// What is asked for.
    public let options: AnalysisOptions
    private let hypotheses: HypothesisSet
    private let interventions: InterventionPlan

    /// Events on the way, for progress bars and messages.
    public enum Event: Sendable {
        /// A checkpoint is done.
        case finished(index: Int, of: Int, epoch: Int)
        /// A checkpoint was left out.
        case skipped(path: String, reason: String)
        /// The first network was built, and these assumptions were made.
        case assumed([Assumption])
        /// The network has no attention layer.
        case noAttention(path: String)
        /// An attention layer weighs another number of positions than the inputs have, so it is written but not measured.
        case otherLength(layer: String, positions: Int)
        /// What a reader must know about the methods, of the last checkpoint; or why one was left out.
        case note(String)
    }

    /// What an analysis yields.
    public struct Result: Sendable {
        /// The numbers over the epochs.
        public let timeline: FocusTimeline
        /// What the checkpoints do not say and was assumed.
        public let assumptions: [Assumption]
        /// The checkpoints used, with their hashes.
        public let inputs: [InputFile]
        /// The checkpoints left out, with the reasons.
        public let skipped: [(path: String, reason: String)]
        /// What a reader must know about the methods, in sentences.
        public let notes: [String]
    }

    /// A file that went into the analysis.
    public struct InputFile: Sendable {
        /// The path.
        public let path: String
        /// The SHA-256 in hexadecimal.
        public let sha256: String
        /// The epoch, for checkpoints.
        public let epoch: Int?

        /// A file with its hash.
        public init(path: String, sha256: String, epoch: Int?) {
            self.path = path
            self.sha256 = sha256
            self.epoch = epoch
        }
    }

    /// An analysis of a run on a probe set.
    ///
    /// - Throws: `ProbeSetError` for masks that fit nothing, ``AnalysisError/unknownHypothesis(name:known:)``.
    public init(of run: Run, on probes: ProbeSet, options: AnalysisOptions = AnalysisOptions()) throws {
        self.run = run
        self.probes = probes
        self.options = options
        hypotheses = try HypothesisSet(probes: probes, rules: options.rules)
        let known = hypotheses.hypotheses.map(\.name)
        if let expected = options.expected, !known.contains(expected) {
            throw AnalysisError.unknownHypothesis(name: expected, known: known)
        }
        interventions = try InterventionPlan(
            options.interventions, probes: probes, hypotheses: hypotheses, seed: options.seed)
    }

    /// The hypothesis that counts as the user's truth: the one named, else the first rule's, else the task's first, else the only
    /// one that came with the data; nil where the data brings several and the user has not said which.
    var expected: String? {
        if let named = options.expected ?? options.rules.first?.name { return named }
        if let first = hypotheses.hypotheses.first(where: { $0.origin == .task }) { return first.name }
        let brought = hypotheses.hypotheses.filter { $0.origin == .user }
        return brought.count == 1 ? brought[0].name : nil
    }

    /// Runs the analysis, one checkpoint in memory at a time.
    ///
    /// - Parameters:
    ///   - path: Where to write the analysis file (`analysis.h5`), or nil. It appears whole at the end or not at all.
    ///   - report: Called with each event, on the calling thread.
    /// - Throws: What is wrong with the first unusable checkpoint (unless they are to be skipped), or with writing.
    public func run(
        writingTo path: String? = nil, report: (Event) -> Void = { _ in }
    ) throws -> Result {
        var skipped: [(path: String, reason: String)] = []
        func skip(_ entry: Run.Entry, _ error: any Error) {
            skipped.append((path: entry.path, reason: "\(error)"))
            report(.skipped(path: entry.path, reason: "\(error)"))
        }
        if options.skipBad {
            // The analysis file's extent is fixed when it is created, so what cannot be loaded is found out first.
            for (index, entry) in run.entries.enumerated() {
                do { _ = try load(index) } catch { skip(entry, error) }
            }
        }
        while true {
            let usable = run.entries.indices.filter { index in
                !skipped.contains { $0.path == run.entries[index].path }
            }
            guard !usable.isEmpty else { throw AnalysisError.nothingUsable(count: run.entries.count) }
            do {
                let outcome = try attempt(usable, writingTo: path, report: report)
                return Result(
                    timeline: outcome.timeline, assumptions: outcome.assumptions, inputs: outcome.inputs,
                    skipped: skipped, notes: outcome.notes)
            } catch let bad as BadCheckpoint {
                guard options.skipBad else { throw bad.error }
                skip(run.entries[bad.index], bad.error)
            }
        }
    }

    /// An error that is about one checkpoint, and not about writing.
    private struct BadCheckpoint: Error {
        let index: Int
        let error: any Error
    }

    private struct Outcome {
        var timeline: FocusTimeline
        var assumptions: [Assumption]
        var inputs: [InputFile]
        var notes: [String]
    }

    private func load(_ index: Int) throws -> (checkpoint: Checkpoint, network: Network) {
        let checkpoint = try run.checkpoint(at: index)
        let network = try Network(checkpoint, architecture: options.architecture)
        return (checkpoint, try network.watching(options.attentionLayers, file: checkpoint.path))
    }

    private func attempt(
        _ indices: [Int], writingTo path: String?, report: (Event) -> Void
    ) throws -> Outcome {
        let layout = ColumnLayout(
            panel: .standard, hasPartition: probes.delimiterIndex != nil, maskCount: hypotheses.rows.count)
        let measurer = Measurer(layout: layout, hypotheses: hypotheses, delimiterIndex: probes.delimiterIndex)
        let estimator = Estimator(instances: probes.count, resamples: options.resamples, seed: options.seed)
        var builder = TimelineBuilder(
            measurer: measurer, probes: probes, sampleCount: options.sampleCount, smoothing: options.smoothing)
        let profiler = builder.profiler
        let baseline = uniformBaseline(measurer)
        let known = [baseline.source: try estimator.estimates(of: baseline.measurement)]
        var inputs: [InputFile] = []
        var assumptions: [Assumption] = []
        var usedLoss = Loss.meanSquaredError
        var file: AnalysisFileWriter?
        var plan = AnswerPlan()
        var notes: [String] = []
        let tested = Set(options.testing.places(among: indices.map { run.entries[$0].epoch }))
        let probed = Set(options.probing.places(among: indices.map { run.entries[$0].epoch }))
        try OrderedPipeline.run(count: indices.count, lookahead: lookahead(columns: layout.count)) { place in
            try step(
                indices[place], measurer: measurer, baseline: baseline, known: known, estimator: estimator,
                profiler: profiler, isProbed: probed.contains(place), isTested: tested.contains(place))
        } consume: { place, step in
            if let loss = step.loss { usedLoss = loss }
            if place == 0 {
                assumptions = step.assumptions
                if !assumptions.isEmpty { report(.assumed(assumptions)) }
                if step.result.attention.isEmpty { report(.noAttention(path: step.input.path)) }
                for map in step.result.attention
                where step.result.maps[Source(.attention, layer: map.layer)] == nil {
                    report(.otherLength(layer: map.layer, positions: map.positionCount))
                }
            }
            if plan.probes.isEmpty { plan.probes = step.plan.probes }
            if plan.interventions.isEmpty { plan.interventions = step.plan.interventions }
            inputs.append(step.input)
            builder.append(step.entry, plan: plan)
            if let path {
                if file == nil {
                    file = try AnalysisFileWriter(
                        creating: path, analysis: self, epochs: indices.count, hypotheses: hypotheses, layout: layout,
                        lossName: usedLoss.rawValue, first: step.result, plan: plan,
                        sources: step.measurements.keys.sorted())
                }
                try file?.append(step.entry, result: step.result, measurements: step.measurements)
            }
            notes = step.result.notes.map(\.description)
            report(.finished(index: place + 1, of: indices.count, epoch: step.entry.epoch))
        }
        for note in notes { report(.note(note)) }
        let timeline = builder.timeline(run: run.name, lossName: usedLoss.rawValue, expected: expected)
        try file?.commit()
        return Outcome(timeline: timeline, assumptions: assumptions, inputs: inputs, notes: notes)
    }

    /// How many finished checkpoints each worker may be ahead of the writing: a few, to even out their pace; of many instances, whose
    /// tables take most of the memory (9 bytes for each value and its reason), only one.
    private func lookahead(columns: Int) -> Int {
        let bytes = 9 * columns * probes.count * (options.methods.count + 2)
        return min(4, max(1, Self.waitingBytes / max(1, bytes)))
    }

    /// How much memory the finished checkpoints of one worker may take.
    private static let waitingBytes = 256 << 20

    /// All that one checkpoint yields.
    private struct Step: Sendable {
        let input: InputFile
        let assumptions: [Assumption]
        let loss: Loss?
        let result: CheckpointResult
        let measurements: [Source: Measurement]
        let entry: TimelineBuilder.Entry
        let plan: AnswerPlan
    }

    private func step(
        _ index: Int, measurer: Measurer, baseline: (source: Source, map: Tensor, measurement: Measurement),
        known: [Source: [Estimate]], estimator: Estimator, profiler: Profiler, isProbed: Bool,
        isTested: Bool
    ) throws -> Step {
        let entry = run.entries[index]
        return try aboutCheckpoint(index) {
            let (checkpoint, network) = try load(index)
            let prober = StateProber(graph: network.graph, probes: probes, hypotheses: hypotheses)
            let runner = try CheckpointRunner(
                network, path: entry.path, probes: probes, measurer: measurer, attributions: attributions,
                reading: options.reading,
                interventions: InterventionRunner(plan: interventions, loss: lossKind(network)),
                prober: isProbed ? prober : nil)
            var result = try runner.run()
            if isTested {
                // Few checkpoints are tested, so each takes all workers.
                result.tests += try Workers.$isWorker.withValue(false) {
                    try faithfulness.run(network, checkpoint, probes: probes, maps: result.maps)
                }
            }
            let loss = try self.loss(of: result, network, entry.path)
            let answers = CheckpointAnswers(
                interventions: result.interventions, probe: try result.states.flatMap { try prober?.run($0) },
                tests: result.tests)
            result.states = nil
            var (maps, measurements) = (result.maps, result.measurements)
            maps[baseline.source] = baseline.map
            measurements[baseline.source] = baseline.measurement
            return Step(
                input: InputFile(path: entry.path, sha256: checkpoint.sha256, epoch: entry.epoch),
                assumptions: network.assumptions, loss: loss?.kind, result: result, measurements: measurements,
                entry: try TimelineBuilder.entry(
                    epoch: entry.epoch, checkpoint: entry.fileName, loss: loss?.value, maps: maps,
                    measurements: measurements, known: known, answers: answers, estimator: estimator, profiler: profiler
                ),
                plan: plan(runner, options.probing == .none ? nil : prober))
        }
    }

    private var attributions: AttributionPlan {
        AttributionPlan(
            requests: options.methods, output: options.output, excludesDelimiter: options.excludesDelimiter)
    }

    private var faithfulness: FaithfulnessPlan {
        FaithfulnessPlan(
            choices: options.tests, methods: options.methods, output: options.output, reading: options.reading,
            architecture: options.architecture, seed: options.seed)
    }

    /// What the answers of a checkpoint are about.
    private func plan(_ runner: CheckpointRunner, _ prober: StateProber?) -> AnswerPlan {
        AnswerPlan(
            interventions: runner.possibleInterventions.map { intervention in
                let hypothesis: String? = if case .mask(let name) = intervention { name } else { nil }
                return AnswerPlan.Intervention(
                    name: intervention.name, label: intervention.label, hypothesis: hypothesis)
            },
            probes: prober.map { prober in
                prober.targets.map { AnswerPlan.Probe(target: $0.name, label: $0.label, layer: prober.layer) }
            } ?? [])
    }

    private func lossKind(_ network: Network) -> Loss {
        options.loss ?? network.lossName.flatMap(Loss.init(kerasName:)) ?? .meanSquaredError
    }

    private func aboutCheckpoint<Value>(_ index: Int, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch { throw BadCheckpoint(index: index, error: error) }
    }

    private func loss(
        of result: CheckpointResult, _ network: Network, _ path: String
    ) throws -> (kind: Loss, value: Double)? {
        guard let targets = probes.targets else { return nil }
        let loss = lossKind(network)
        guard let value = loss(predictions: result.predictions, targets: targets) else {
            throw AnalysisError.targetsDoNotFit(
                file: path, outputs: result.predictions.shape, targets: targets.shape, loss: loss.rawValue)
        }
        return (kind: loss, value: value)
    }

    private func uniformBaseline(
        _ measurer: Measurer
    ) -> (source: Source, map: Tensor, measurement: Measurement) {
        let map = Tensor(shape: [probes.count, probes.positions], repeating: 1)
        return (Source(.uniform), map, measurer.measure(map, instances: 0..<probes.count))
    }
}
