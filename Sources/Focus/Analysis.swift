import Checkpoints
import Metrics
import Networks
import Tasks
import Tensors

/// The main job: a run's checkpoints on a probe set, followed over the epochs.
public struct Analysis: Sendable {
    /// The run.
    public internal(set) var run: Run
    /// The probe set.
    public let probes: ProbeSet
    /// What is asked for.
    public let options: AnalysisOptions
    let hypotheses: HypothesisSet
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
    /// - Throws: `ProbeSetError` for masks that fit nothing, ``AnalysisError/unknownHypothesis(name:known:)``, what is wrong with a
    ///   history that was named.
    public init(of run: Run, on probes: ProbeSet, options: AnalysisOptions = AnalysisOptions()) throws {
        self.run = run
        self.probes = probes
        self.options = options
        hypotheses = try HypothesisSet(probes: probes, rules: options.rules)
        let known = hypotheses.hypotheses.map(\.name)
        if let expected = options.expected, !known.contains(expected) {
            throw AnalysisError.unknownHypothesis(name: expected, known: known)
        }
        // What is wrong with a file that was named is said before anything is computed.
        if case .file = options.history { _ = try options.history.history(of: run) }
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
    ///   - progress: Kept up to date from the workers, several times for each checkpoint.
    ///   - report: Called with each event, on the calling thread.
    /// - Throws: What is wrong with the first unusable checkpoint (unless they are to be skipped), or with writing.
    public func run(
        writingTo path: String? = nil, progress: AnalysisProgress? = nil, report: (Event) -> Void = { _ in }
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
                let outcome = try attempt(usable, writingTo: path, progress: progress, report: report)
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

    private func load(_ index: Int) throws -> (checkpoint: Checkpoint, network: Network) {
        let checkpoint = try run.checkpoint(at: index)
        return (checkpoint, try network(of: checkpoint))
    }

    private func network(of checkpoint: Checkpoint) throws -> Network {
        try Network(checkpoint, architecture: options.architecture)
            .watching(options.attentionLayers, file: checkpoint.path)
    }

    private func attempt(
        _ indices: [Int], writingTo path: String?, progress: AnalysisProgress?, report: (Event) -> Void
    ) throws -> AnalysisAssembly.Outcome {
        let bench = try AnalysisBench(self, progress: progress)
        progress?.begin(checkpoints: indices.count, instances: probes.count)
        var assembly = AnalysisAssembly(self, bench, epochs: indices.count, writingTo: path)
        let epochs = indices.map { run.entries[$0].epoch }
        let tested = Set(options.testing.places(among: epochs))
        let probed = Set(options.probing.places(among: epochs))
        let lookahead = lookahead(columns: bench.measurer.layout.count)
        try OrderedPipeline.run(count: indices.count, lookahead: lookahead) { place in
            let index = indices[place]
            return try aboutCheckpoint(index) {
                let (checkpoint, network) = try load(index)
                let findings = try findings(
                    of: checkpoint, network, bench, isProbed: probed.contains(place), isTested: tested.contains(place))
                return try bench.step(findings, of: run.entries[index])
            }
        } consume: { place, step in
            try assembly.add(step, report: report)
        }
        return try assembly.finish(report: report)
    }

    /// How many finished checkpoints each worker may be ahead of the writing: a few, to even out their pace; of many instances, whose
    /// tables take most of the memory (9 bytes for each value and its reason), only one.
    private func lookahead(columns: Int) -> Int {
        let bytes = 9 * columns * probes.count * (options.methods.count + 2)
        return min(4, max(1, Self.waitingBytes / max(1, bytes)))
    }

    /// How much memory the finished checkpoints of one worker may take.
    private static let waitingBytes = 256 << 20

    /// What a checkpoint says by itself.
    func findings(
        of checkpoint: Checkpoint, isProbed: Bool, isTested: Bool, _ bench: AnalysisBench
    ) throws -> CheckpointFindings {
        try findings(of: checkpoint, network(of: checkpoint), bench, isProbed: isProbed, isTested: isTested)
    }

    private func findings(
        of checkpoint: Checkpoint, _ network: Network, _ bench: AnalysisBench, isProbed: Bool, isTested: Bool
    ) throws -> CheckpointFindings {
        let prober = StateProber(graph: network.graph, probes: probes, hypotheses: hypotheses)
        let runner = try CheckpointRunner(
            network, path: checkpoint.path, probes: probes, measurer: bench.measurer, attributions: attributions,
            reading: options.reading,
            interventions: InterventionRunner(plan: interventions, loss: lossKind(network)),
            prober: isProbed ? prober : nil, progress: bench.progress)
        var result = try runner.run()
        // Few checkpoints are tested, so each takes all workers.
        let faithfulness =
            isTested
            ? try Workers.$isWorker.withValue(false) {
                try self.faithfulness.run(network, checkpoint, probes: probes, maps: result.maps)
            } : []
        let loss = try self.loss(of: result, network, checkpoint.path)
        let probe = try result.states.flatMap { try prober?.run($0) }
        result.states = nil
        let notes = result.notes.map(\.description)
        result.notes = []
        return CheckpointFindings(
            sha256: checkpoint.sha256, assumptions: network.assumptions, lossKind: loss?.kind, loss: loss?.value,
            result: result, probe: probe, isProbed: isProbed, faithfulness: faithfulness, isTested: isTested,
            plan: plan(runner, options.probing == .none ? nil : prober), notes: notes)
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
        options.loss ?? network.lossName.flatMap(Loss.init(kerasName:)) ?? options.usualLoss
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
}
