import Fovea

/// Epochs of the founding training: 20,000 sequences in batches of 64 with Adam, then the loss of 4,000 others.
struct TrainingWork: PeerWork {
    private var trainer: Trainer
    private let training: TrainingData
    private let validation: TrainingData
    private var loss = 0.0

    /// - Parameter checkpoint: The weights to start with.
    init(checkpoint: String) throws {
        let task = try SumBeforeDelimiter()
        training = try TrainingData(task.probeSet(count: 20_000, seed: 7))
        validation = try TrainingData(task.probeSet(count: 4000, seed: 8))
        trainer = try Trainer(
            Network(Checkpoint(path: checkpoint)).graph, optimizer: Optimizer(.adam()), loss: .meanSquaredError)
    }

    mutating func run() throws {
        _ = try trainer.runEpoch(training)
        loss = try trainer.validate(validation)
    }

    func write(to path: String) throws { try FoveaPeer.write([Float(loss)], to: path) }
}
