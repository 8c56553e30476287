import Checkpoints
import Foundation
import Networks
import Tensors
import Testing

@testable import Training

@Suite("A training with its files")
struct SessionTests {
    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "fovea-training-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func session(
        _ folder: String, epochs: Int, resuming: Bool = false, keep: Int? = nil, every: Int = 1,
        format: CheckpointFormat = .legacyFull, stopping: EarlyStopping? = nil, rate: Double = 0.01,
        optimizer: OptimizerRule = .adam(), options: [String: String] = ["--seed": "7"]
    ) throws -> TrainingSession {
        let plan = try TrainingSession.Plan(
            folder: folder, name: CheckpointName("ckpt-{epoch:02d}.h5"), format: format, every: every, keep: keep,
            epochs: epochs, stopping: stopping)
        return try TrainingSession(
            SmallTraining.network(), trainer: SmallTraining.trainer(Optimizer(optimizer, learningRate: rate)),
            training: SmallTraining.data(40, seed: 1), validation: SmallTraining.data(20, seed: 2), plan: plan,
            options: options, resuming: resuming)
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test("Writes a checkpoint per epoch that holds the trained weights, and the history")
    func writes() throws {
        let folder = try folder()
        var session = try session(folder, epochs: 2)
        #expect(try session.run() == .completed)
        #expect(try names(folder) == ["ckpt-00.h5", "ckpt-01.h5", "ckpt-02.h5", "history.csv", "training.state"])
        let network = try Network(Checkpoint(path: "\(folder)/ckpt-02.h5"))
        #expect(network.graph.weightedLayers.flatMap { $0.parameters.map(\.value) } == session.trainer.weights)
        #expect(network.lossName == "mse")
        let rows = try String(contentsOfFile: "\(folder)/history.csv", encoding: .utf8).split(separator: "\n")
        #expect(rows.first == "epoch,loss,val_loss,seconds" && rows.count == 4)
        #expect(rows[1].hasPrefix("0,,"))
    }

    @Test(
        "Goes on after an interruption to the same files, bit for bit",
        arguments: [OptimizerRule.adam(), .rmsprop(), .sgd(momentum: 0.9)])
    func resumes(_ rule: OptimizerRule) throws {
        let (whole, parts) = try (folder(), folder())
        var first = try session(whole, epochs: 4, optimizer: rule)
        _ = try first.run()
        var half = try session(parts, epochs: 2, optimizer: rule)
        _ = try half.run()
        // A checkpoint written just before the state was, as a kill may leave it.
        try Data("half".utf8).write(to: URL(fileURLWithPath: "\(parts)/ckpt-03.h5"))
        var rest = try session(parts, epochs: 4, resuming: true, optimizer: rule)
        _ = try rest.run()
        #expect(rest.trainer.weights == first.trainer.weights)
        #expect(rest.trainer.optimizer == first.trainer.optimizer)
        for name in try names(whole) where name.hasPrefix("ckpt") {
            #expect(
                FileManager.default.contentsEqual(atPath: "\(whole)/\(name)", andPath: "\(parts)/\(name)"), "\(name)")
        }
        #expect(rest.history.map(\.validationLoss) == first.history.map(\.validationLoss))
    }

    @Test("Keeps the latest checkpoints only, if asked")
    func keeps() throws {
        let folder = try folder()
        var session = try session(folder, epochs: 5, keep: 2, every: 2)
        _ = try session.run()
        #expect(try names(folder).filter { $0.hasPrefix("ckpt") } == ["ckpt-04.h5", "ckpt-05.h5"])
    }

    @Test("Stops without progress, and writes the best epoch")
    func stopsEarly() throws {
        let folder = try folder()
        // No epoch is better by a thousand than the first.
        let stopping = EarlyStopping(patience: 2, minDelta: 1000, restoresBest: true)
        var session = try session(folder, epochs: 50, stopping: stopping)
        #expect(try session.run() == .stoppedEarly(best: 1))
        #expect(session.history.last?.epoch == 3)
        let best = try Network(Checkpoint(path: "\(folder)/best/ckpt-01.h5"))
        let first = try Network(Checkpoint(path: "\(folder)/ckpt-01.h5"))
        #expect(
            best.graph.weightedLayers.map { $0.parameters.map(\.value) }
                == first.graph.weightedLayers.map { $0.parameters.map(\.value) })
    }

    @Test("Keeps what it had when the loss is no number any more")
    func diverges() throws {
        let folder = try folder()
        var session = try session(folder, epochs: 5, rate: 1e30, optimizer: .sgd())
        let end = try session.run()
        guard case .diverged(let error) = end, case .notFinite = error else {
            Issue.record("it ended as \(end)")
            return
        }
        #expect(try names(folder).contains("ckpt-00.h5"))
        for name in try names(folder) where name.hasPrefix("ckpt") {
            #expect(throws: Never.self) { try Network(Checkpoint(path: "\(folder)/\(name)")) }
        }
    }

    @Test("Refuses a folder in use, nothing to resume, other options, and a damaged state")
    func refusals() throws {
        let folder = try folder()
        #expect(throws: TrainingError.nothingToResume(folder: folder)) {
            try session(folder, epochs: 1, resuming: true)
        }
        var first = try session(folder, epochs: 1)
        _ = try first.run()
        #expect(throws: TrainingError.folderInUse(folder: folder)) { try session(folder, epochs: 1) }
        #expect(throws: TrainingError.otherOptions(folder: folder, option: "--seed", before: "7", now: "8")) {
            try session(folder, epochs: 1, resuming: true, options: ["--seed": "8"])
        }
        let state = "\(folder)/training.state"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: state))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: state))
        #expect {
            try session(folder, epochs: 1, resuming: true)
        } throws: { error in
            if case TrainingError.damagedState = error { true } else { false }
        }
    }
}
