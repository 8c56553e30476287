import Checkpoints
import Files
import Foundation
import Networks
import Tensors

/// A training with its files in one folder: checkpoints, `history.csv` and the state to resume from.
///
/// Each file appears whole or not at all, the state last: whatever the moment of an interruption, what the state says has been written, and
/// going on from it writes the same files as without the interruption.
public struct TrainingSession: Sendable {
    /// Where and when what is written.
    public struct Plan: Sendable {
        /// The folder.
        public let folder: String
        /// The checkpoints' names.
        public let name: CheckpointName
        /// Their format.
        public let format: CheckpointFormat
        /// A checkpoint after each so many epochs, and after the last one.
        public let every: Int
        /// How many of the latest checkpoints stay; nil for all.
        public let keep: Int?
        /// The number of epochs.
        public let epochs: Int
        /// When to stop before.
        public let stopping: EarlyStopping?

        /// A plan.
        ///
        /// - Throws: ``TrainingError/badOption(name:value:needs:)``.
        public init(
            folder: String, name: CheckpointName, format: CheckpointFormat, every: Int = 1, keep: Int? = nil,
            epochs: Int, stopping: EarlyStopping? = nil
        ) throws {
            for (option, value) in [("--every", every), ("--keep", keep ?? 1), ("--epochs", epochs)] where value < 1 {
                throw TrainingError.badOption(name: option, value: "\(value)", needs: "at least 1")
            }
            if let stopping, stopping.patience < 1 {
                throw TrainingError.badOption(name: "--patience", value: "\(stopping.patience)", needs: "at least 1")
            }
            (self.folder, self.name, self.format, self.every) = (folder, name, format, every)
            (self.keep, self.epochs, self.stopping) = (keep, epochs, stopping)
        }

        var state: String { "\(folder)/\(TrainingState.fileName)" }
    }

    /// The trainer with the weights of now.
    public private(set) var trainer: Trainer
    /// The epochs so far, from 0, the network before the training.
    public private(set) var history: [EpochRecord] = []
    /// The best epoch so far.
    public private(set) var best: TrainingState.Best?
    private let network: Network
    private let training: TrainingData
    private let validation: TrainingData?
    private let plan: Plan
    private let options: [String: String]

    /// A training, begun or resumed.
    ///
    /// - Parameters:
    ///   - network: The architecture and training configuration that checkpoints are written with.
    ///   - options: What the training is begun with, option by option; to resume it, all must be the same.
    ///   - resuming: Whether to go on with the training in the folder.
    /// - Throws: ``TrainingError`` or `FileError`.
    public init(
        _ network: Network, trainer: Trainer, training: TrainingData, validation: TrainingData?, plan: Plan,
        options: [String: String], resuming: Bool
    ) throws {
        (self.network, self.trainer, self.training, self.validation) = (network, trainer, training, validation)
        (self.plan, self.options) = (plan, options)
        guard FileManager.default.fileExists(atPath: plan.state) else {
            if resuming { throw TrainingError.nothingToResume(folder: plan.folder) }
            return
        }
        guard resuming else { throw TrainingError.folderInUse(folder: plan.folder) }
        let state = try TrainingState(reading: plan.state)
        for name in Set(state.options.keys).union(options.keys).sorted() where state.options[name] != options[name] {
            throw TrainingError.otherOptions(
                folder: plan.folder, option: name, before: state.options[name] ?? "(none)",
                now: options[name] ?? "(none)")
        }
        guard state.weights.map(\.shape) == trainer.weights.map(\.shape) else {
            throw TrainingError.damagedState(path: plan.state, reason: "its weights are not those of the network")
        }
        history = state.history
        best = state.best
        try self.trainer.resume(
            weights: state.weights, slots: state.slots, steps: state.steps, epochs: state.history.last?.epoch ?? 0)
    }

    /// Runs the epochs that are left.
    ///
    /// - Parameters:
    ///   - progress: Called after each step with the epoch, the instances seen in it and the mean loss so far.
    ///   - finished: Called after each epoch, when its files are written.
    /// - Returns: How it ended; a training that diverged keeps what it had before.
    /// - Throws: `FileError` or `HDF5Error` if something cannot be written, `NetworkError` or ``TrainingError`` for data that does not fit.
    public mutating func run(
        progress: (_ epoch: Int, _ seen: Int, _ loss: Double) -> Void = { _, _, _ in },
        finished: (EpochRecord) -> Void = { _ in }
    ) throws -> TrainingEnd {
        if history.isEmpty {
            let start = ContinuousClock.now
            let loss = try validation.map { try trainer.validate($0) }
            try record(EpochRecord(epoch: 0, loss: nil, validationLoss: loss, seconds: start.seconds))
            if let record = history.last { finished(record) }
        }
        while trainer.epochs < plan.epochs {
            if let best, hasStalled { return try stop(at: best) }
            let start = ContinuousClock.now
            let epoch = trainer.epochs + 1
            do {
                let loss = try trainer.runEpoch(training) { progress(epoch, $0, $1) }
                let validationLoss = try validation.map { try trainer.validate($0) }
                guard validationLoss?.isFinite ?? true else {
                    return .diverged(.notFinite(epoch: epoch, batch: training.count / trainer.batchSize + 1))
                }
                try record(
                    EpochRecord(epoch: epoch, loss: loss, validationLoss: validationLoss, seconds: start.seconds))
            } catch let error as TrainingError {
                guard case .notFinite = error else { throw error }
                return .diverged(error)
            }
            if let record = history.last { finished(record) }
        }
        if let best, hasStalled { return try stop(at: best) }
        return .completed
    }

    private var hasStalled: Bool {
        guard let stopping = plan.stopping, let best else { return false }
        return trainer.epochs - best.epoch >= stopping.patience
    }

    private mutating func stop(at best: TrainingState.Best) throws -> TrainingEnd {
        if plan.stopping?.restoresBest == true, !best.weights.isEmpty {
            try trainer.restore(weights: best.weights)
            // In a folder of its own, where it is not taken for one of the run's epochs.
            try FileManager.default.createDirectory(atPath: "\(plan.folder)/best", withIntermediateDirectories: true)
            if let record = history.first(where: { $0.epoch == best.epoch }) {
                try write(to: "\(plan.folder)/best/\(plan.name(record))")
            }
        }
        return .stoppedEarly(best: best.epoch)
    }

    private mutating func record(_ record: EpochRecord) throws {
        history.append(record)
        if record.epoch > 0, let loss = record.watched,
            loss < (best?.loss ?? .infinity) - (plan.stopping?.minDelta ?? 0)
        {
            let isWanted = plan.stopping?.restoresBest == true
            best = TrainingState.Best(epoch: record.epoch, loss: loss, weights: isWanted ? trainer.weights : [])
        }
        if plan.isDue(record.epoch) { try write(to: plan.path(record)) }
        try AtomicFile.write(history.csv, to: "\(plan.folder)/history.csv")
        let state = TrainingState(
            options: options, history: history, weights: trainer.weights, slots: trainer.optimizer.slots,
            steps: trainer.optimizer.steps, best: best)
        try state.write(to: plan.state)
        removeOldCheckpoints()
    }

    private func write(to path: String) throws {
        try network.with(graph: trainer.graph).savedModel().write(as: plan.format, to: path)
    }

    /// Only files that this training has written are ever removed.
    private func removeOldCheckpoints() {
        guard let keep = plan.keep else { return }
        for record in history.filter({ plan.isDue($0.epoch) }).dropLast(keep) {
            try? FileManager.default.removeItem(atPath: plan.path(record))
        }
    }
}

extension TrainingSession.Plan {
    /// Whether an epoch has a checkpoint.
    fileprivate func isDue(_ epoch: Int) -> Bool { epoch % every == 0 || epoch == epochs }

    fileprivate func path(_ record: EpochRecord) -> String { "\(folder)/\(name(record))" }
}

extension ContinuousClock.Instant {
    /// Seconds from then to now.
    fileprivate var seconds: Double { (ContinuousClock.now - self) / .seconds(1) }
}
