import Networks
import Tasks
import Tensors
import Testing

@testable import Training

/// A small training of the founding kind.
struct SmallTraining {
    static let task = try? SumBeforeDelimiter(TaskOptions(length: 6))

    static func data(_ count: Int, seed: UInt64) throws -> TrainingData {
        try TrainingData(#require(task).probeSet(count: count, seed: seed))
    }

    static func network(seed: UInt64 = 7, dropout: Double = 0.2) throws -> Network {
        try Network(
            fresh: ModelTemplate.founding(units: 6, attentionUnits: 5, dropout: dropout, length: 6), seed: seed,
            training: Optimizer(.adam()).kerasConfiguration(loss: .meanSquaredError, kerasVersion: nil))
    }

    static func trainer(
        _ optimizer: Optimizer = Optimizer(.adam(), learningRate: 0.01), seed: UInt64 = 7, workers: Int = 2,
        dropout: Double = 0.2
    ) throws -> Trainer {
        try Trainer(
            network(seed: seed, dropout: dropout).graph, optimizer: optimizer, loss: .meanSquaredError, batchSize: 16,
            seed: seed, workers: workers)
    }
}

@Suite("The trainer")
struct TrainerTests {
    @Test("Comes to the same weights from the same seed, bit for bit")
    func repeats() throws {
        let data = try SmallTraining.data(70, seed: 1)
        let weights = try (0..<2).map { _ in
            var trainer = try SmallTraining.trainer()
            for _ in 0..<3 { _ = try trainer.runEpoch(data) }
            return trainer.weights
        }
        #expect(weights[0] == weights[1])
    }

    @Test("Comes to other weights from another seed")
    func differs() throws {
        let data = try SmallTraining.data(32, seed: 1)
        let weights = try [UInt64(7), 8].map { seed in
            var trainer = try SmallTraining.trainer(seed: seed)
            _ = try trainer.runEpoch(data)
            return trainer.weights
        }
        #expect(weights[0] != weights[1])
    }

    @Test("Draws the same dropout however many workers divide a batch")
    func workers() throws {
        let data = try SmallTraining.data(48, seed: 1)
        let weights = try [1, 2, 3].map { workers in
            var trainer = try SmallTraining.trainer(workers: workers)
            _ = try trainer.runEpoch(data)
            return trainer.weights.flatMap(\.values)
        }
        for other in weights.dropFirst() {
            // Sums in another order differ in the last bits; other draws would differ in the second digit.
            #expect(zip(weights[0], other).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    @Test("Learns: the loss falls below the best constant answer's")
    func learns() throws {
        let (data, validation) = try (SmallTraining.data(512, seed: 1), SmallTraining.data(128, seed: 2))
        var trainer = try SmallTraining.trainer(dropout: 0)
        for _ in 0..<15 { _ = try trainer.runEpoch(data) }
        let baseline = try #require(
            Loss.meanSquaredError.constantBaseline(learntFrom: data.targets, on: validation.targets))
        #expect(try trainer.validate(validation) < 0.5 * baseline)
    }

    @Test("Stops before a step that would spoil the weights")
    func diverges() throws {
        let data = try SmallTraining.data(64, seed: 1)
        var trainer = try SmallTraining.trainer(Optimizer(.sgd(), learningRate: 1e30))
        #expect {
            for _ in 0..<3 { _ = try trainer.runEpoch(data) }
        } throws: { error in
            if case TrainingError.notFinite = error { true } else { false }
        }
    }

    @Test("Refuses targets that the loss cannot take")
    func refusesTargets() throws {
        let data = try SmallTraining.data(16, seed: 1)
        let wide = TrainingData(inputs: data.inputs, targets: Tensor(shape: [16, 2], repeating: 0))
        var trainer = try SmallTraining.trainer()
        #expect(throws: TrainingError.self) { try trainer.runEpoch(wide) }
        var classifier = try Trainer(
            SmallTraining.network().graph, optimizer: Optimizer(.adam()), loss: .binaryCrossentropy)
        #expect(throws: TrainingError.self) { try classifier.runEpoch(data) }
    }
}

@Suite("Losses")
struct LossGradientTests {
    @Test("Have gradients that agree with finite differences", arguments: Loss.allCases)
    func gradients(_ loss: Loss) throws {
        let predictions = Tensor(shape: [3, 2], values: [0.2, 0.8, 0.55, 0.45, 0.3, 0.7])
        let targets =
            loss == .sparseCategoricalCrossentropy
            ? Tensor(shape: [3, 1], values: [1, 0, 0]) : Tensor(shape: [3, 2], values: [0, 1, 1, 0, 1, 0])
        let gradient = loss.gradient(predictions: predictions, targets: targets, divisor: 3)
        for place in 0..<6 {
            let values = try [Float(1e-3), -1e-3].map { step in
                var moved = predictions
                moved.values[place] += step
                return try #require(loss(predictions: moved, targets: targets))
            }
            #expect(abs(Double(gradient.values[place]) - (values[0] - values[1]) / 2e-3) < 1e-3)
        }
    }

    @Test("Know the best constant answer: mean, median, frequency")
    func baselines() {
        let training = Tensor(shape: [4, 1], values: [0, 0, 0, 8])
        #expect(Loss.meanSquaredError.constantBaseline(learntFrom: training, on: training) == 12)
        #expect(Loss.meanAbsoluteError.constantBaseline(learntFrom: training, on: training) == 2)
        let labels = Tensor(shape: [4, 1], values: [0, 1, 1, 0])
        let entropy = Loss.sparseCategoricalCrossentropy.constantBaseline(learntFrom: labels, on: labels)
        #expect(abs((entropy ?? 0) - 0.693147) < 1e-5)
    }
}

@Suite("Checkpoints' names")
struct CheckpointNameTests {
    /// As Python's `template.format(epoch=7, loss=0.5, val_loss=0.126)` gives them.
    @Test(
        "Are what Python's format makes of the template",
        arguments: [
            ("ckpt-{epoch:03d}.h5", "ckpt-007.h5"), ("{epoch}-{val_loss:.2f}.keras", "7-0.13.keras"),
            ("w.{epoch:02d}-{loss:.4f}.weights.h5", "w.07-0.5000.weights.h5"),
            ("{epoch:d}_{val_loss:.1e}.h5", "7_1.3e-01.h5"),
            ("{epoch:4d}{val_loss}.h5", "   70.126.h5"),
        ])
    func format(_ template: String, _ expected: String) throws {
        let record = EpochRecord(epoch: 7, loss: 0.5, validationLoss: 0.126, seconds: 1)
        #expect(try CheckpointName(template)(record) == expected)
    }

    @Test(
        "Are refused where they would not do",
        arguments: ["ckpt.h5", "{epoch", "{epoch:x}.h5", "{epoch:03d}-{acc:.2f}.h5", "a/{epoch}.h5", "{epoch:.2f}.h5"])
    func refusal(_ template: String) {
        #expect(throws: TrainingError.self) { try CheckpointName(template) }
    }
}
