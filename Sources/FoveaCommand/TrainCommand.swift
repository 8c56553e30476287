import ArgumentParser
import Files
import Foundation
import Fovea

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a network on a built-in task, one Keras-readable checkpoint per epoch.",
        discussion: """
            Trains the founding model, LSTM, attention, dropout and a dense layer, or any architecture of layers that Fovea knows, with \
            Keras' initialisers, losses and optimisers. The folder gets checkpoints from epoch 0 on, history.csv, the task's test \
            sequences as probes.h5, and training.state, from which --resume goes on to the same result bit for bit. The same seed, \
            machine and number of workers give the same checkpoints.
            """)

    @OptionGroup(title: "Data") var data: TrainingDataArguments
    @OptionGroup(title: "Model") var model: TrainingModelArguments
    @OptionGroup(title: "Training") var steps: TrainingStepArguments
    @OptionGroup(title: "Checkpoints") var files: TrainingFileArguments

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        try data.check()
        try model.check()
        try steps.check()
        try files.check()
        guard data.data == nil || model.architecture != nil else {
            throw ValidationError("--data needs --architecture: nothing says what network to train on it.")
        }
    }

    func run() throws {
        Workers.keepFreedMemory()
        try train()
        guard data.task != nil, !quiet else { return }
        Console(quiet: quiet).print(
            """
            fovea analyze \(shellWord(files.output)) --data \(shellWord(files.output + "/probes.h5")) -o \
            \(shellWord(files.output + "/analysis"))
            open \(shellWord(files.output + "/analysis/report.html"))
            """)
    }

    /// The training, and nothing said of what might follow it.
    func train() throws {
        let console = Console(quiet: quiet)
        let data = try data.data(seed: steps.seed)
        let architecture = try model.architecture(for: data)
        try architecture.requireTrainable()
        let loss = steps.loss ?? data.loss
        let optimizer = steps.makeOptimizer()
        let network = try Network(
            fresh: architecture, seed: steps.seed,
            training: optimizer.kerasConfiguration(loss: loss, kerasVersion: architecture.kerasVersion))
        let trainer = try Trainer(
            network.graph, optimizer: optimizer, loss: loss, batchSize: steps.batch, seed: steps.seed,
            workers: steps.workers)
        let plan = try files.plan(stopping: steps.stopping)
        let folder = try OutputFolder(creating: files.output)
        do {
            var session = try TrainingSession(
                network, trainer: trainer, training: data.training, validation: data.validation, plan: plan,
                options: options(trainer, architecture), resuming: files.resume)
            announce(data, loss, network, session, console)
            try data.probes?.write(to: "\(files.output)/probes.h5")
            try train(&session, console, size: data.training.count)
        } catch {
            folder.removeIfMade()
            throw error
        }
    }

    private func train(_ session: inout TrainingSession, _ console: Console, size: Int) throws {
        let total = files.epochs
        let end = try session.run(
            progress: { epoch, seen, loss in
                let done = (epoch - 1) * size + seen
                console.progress(done, of: total * size, "epoch \(epoch)/\(total)  loss \(short(loss))")
            },
            finished: { record in
                let losses = [("loss", record.loss), ("val_loss", record.validationLoss)]
                    .compactMap { name, value in value.map { "\(name) \(short($0))" } }.joined(separator: "  ")
                let seconds = String(format: "%.2f", record.seconds)
                console.note("epoch \(record.epoch)/\(total)  \(losses)  \(seconds) s")
            })
        switch end {
        case .completed: break
        case .stoppedEarly(let best): console.note("stopped: no progress since epoch \(best)")
        case .diverged(let error):
            let last = session.history.last?.epoch ?? 0
            throw TrainingStopped(error: error, folder: files.output, lastEpoch: last)
        }
    }

    private func announce(
        _ data: TrainingSet, _ loss: Loss, _ network: Network, _ session: TrainingSession, _ console: Console
    ) {
        let validation = data.validation.map { ", \($0.count) for validation" } ?? ""
        console.note(
            "\(data.name): \(data.training.count) sequences\(validation); \(network.graph.parameterCount) parameters")
        let other = data.validation ?? data.training
        if let baseline = loss.constantBaseline(learntFrom: data.training.targets, on: other.targets) {
            console.note("the best constant answer has a loss (\(loss.rawValue)) of \(short(baseline))")
        }
        if files.resume, let last = session.history.last { console.note("going on after epoch \(last.epoch)") }
    }

    /// What the result depends on, to be compared by a resumed training.
    private func options(_ trainer: Trainer, _ architecture: Architecture) -> [String: String] {
        data.fingerprint.merging(model.fingerprint(architecture)) { own, _ in own }
            .merging(steps.fingerprint(trainer)) { own, _ in own }
            .merging(files.fingerprint) { own, _ in own }
    }
}

/// A loss for people: four significant digits.
private func short(_ value: Double) -> String { String(format: "%.4g", value) }

/// A word for the shell, quoted where it must be.
private func shellWord(_ text: String) -> String {
    let plain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+=:,".contains($0)) }
    return plain && !text.isEmpty ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
}

/// A training that diverged, and what is left of it.
struct TrainingStopped: Error, CustomStringConvertible {
    let error: TrainingError
    let folder: String
    let lastEpoch: Int

    var description: String {
        "\(error) Everything up to epoch \(lastEpoch) is kept in \(folder)."
    }
}
