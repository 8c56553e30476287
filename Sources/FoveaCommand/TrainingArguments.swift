import ArgumentParser
import Foundation
import Fovea

/// What to learn from.
struct TrainingDataArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The task, see `fovea dataset --help`.", valueName: "name"))
    var task: String?

    @OptionGroup var taskOptions: TaskArguments

    @Option(
        help: ArgumentHelp("Your own sequences and targets instead of a task; needs --architecture.", valueName: "file")
    )
    var data: String?

    @Option(help: ArgumentHelp("The number of training sequences of a task.", valueName: "N"))
    var train = 20_000

    @Option(
        help: ArgumentHelp("The number of validation sequences; of your own data, the last ones.", valueName: "N"))
    var validation = 4_000

    func check() throws {
        guard (task == nil) != (data == nil) else {
            throw ValidationError("Name a task with --task, or your own data with --data.")
        }
        guard 1...100_000_000 ~= train else { throw ValidationError("--train \(train): it needs 1 to 100,000,000.") }
        guard 0...100_000_000 ~= validation else {
            throw ValidationError("--validation \(validation): it needs 0 to 100,000,000.")
        }
    }

    var fingerprint: [String: String] {
        [
            "--task": task ?? "", "--data": data ?? "", "--train": "\(train)", "--validation": "\(validation)",
            "task options": "\(taskOptions.taskOptions)",
        ]
    }

    /// The sequences. Training and validation follow from the seed; the test sequences are the same for every seed, so that runs of
    /// several seeds can be compared on them.
    func data(seed: UInt64) throws -> TrainingSet {
        if let data { return try ownData(data) }
        let task = try TaskRegistry.task(named: task ?? "", options: taskOptions.taskOptions)
        var seeds = SplitMix64(seed: seed ^ 0xF0EA_5EED)
        let training = try task.probeSet(count: train, seed: seeds.next())
        let validation = try self.validation > 0 ? task.probeSet(count: self.validation, seed: seeds.next()) : nil
        return TrainingSet(
            name: type(of: task).name, task: task, training: try TrainingData(training),
            validation: try validation.map(TrainingData.init), probes: try task.probeSet(count: 256, seed: 7))
    }

    private func ownData(_ path: String) throws -> TrainingSet {
        let all = try TrainingData(try ProbeSet(reading: path))
        guard validation < all.count else {
            throw ValidationError("--validation \(validation): \(path) has \(all.count) instances; some must be left.")
        }
        let split = all.count - validation
        func part(_ rows: Range<Int>) -> TrainingData {
            TrainingData(inputs: all.inputs.map { $0[rows: rows] }, targets: all.targets[rows: rows])
        }
        return TrainingSet(
            name: path, task: nil, training: part(0..<split),
            validation: validation > 0 ? part(split..<all.count) : nil, probes: nil)
    }
}

/// The sequences of a training.
struct TrainingSet {
    let name: String
    let task: (any SyntheticTask)?
    let training: TrainingData
    let validation: TrainingData?
    /// What the run is to be analysed on.
    let probes: ProbeSet?

    /// The loss that is natural for the task; of other data, the mean squared error.
    var loss: Loss { task.flatMap { Loss(kerasName: $0.answer.loss) } ?? .meanSquaredError }
}

/// What to train.
struct TrainingModelArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The LSTM's units.", valueName: "N"))
    var units = 100

    @Option(help: ArgumentHelp("The attention's score: luong or bahdanau.", valueName: "name"))
    var score = "luong"

    @Option(help: ArgumentHelp("The attention's output units.", valueName: "N"))
    var attentionUnits = 128

    @Option(help: ArgumentHelp("The rate of the dropout after the attention.", valueName: "rate"))
    var dropout = 0.2

    @Option(help: ArgumentHelp("The width of token vectors, for tasks over tokens.", valueName: "N"))
    var embedding = 32

    @Option(
        help: ArgumentHelp(
            "Another architecture: the JSON of Keras' model.to_json(), or a full checkpoint.", valueName: "file"))
    var architecture: String?

    func check() throws {
        for (option, value) in [("--units", units), ("--attention-units", attentionUnits), ("--embedding", embedding)]
        where !(1...65_536 ~= value) {
            throw ValidationError("\(option) \(value): it needs 1 to 65536.")
        }
        guard ["luong", "bahdanau"].contains(score) else {
            throw ValidationError("--score \(score): it needs luong or bahdanau.")
        }
        guard 0..<1 ~= dropout else { throw ValidationError("--dropout \(dropout): it needs 0 to below 1.") }
    }

    /// The network's architecture.
    func architecture(for data: TrainingSet) throws -> Architecture {
        if let architecture { return try Architecture(reading: architecture) }
        guard let task = data.task else {
            throw ValidationError("--data needs --architecture: nothing says what network to train on it.")
        }
        let inputs: ModelTemplate.Inputs =
            switch task.inputs {
            case .numbers(let features): .numbers(features: features)
            case .tokens(let vocabulary): .tokens(vocabulary: vocabulary, width: embedding)
            }
        return ModelTemplate.founding(
            units: units, score: score, attentionUnits: attentionUnits, dropout: dropout, length: task.length,
            inputs: inputs, outputs: task.answer.outputs, activation: task.answer.activation)
    }

    func fingerprint(_ architecture: Architecture) -> [String: String] {
        guard self.architecture == nil else { return ["--architecture": architecture.sha256] }
        return [
            "--units": "\(units)", "--score": score, "--attention-units": "\(attentionUnits)",
            "--dropout": "\(dropout)", "--embedding": "\(embedding)",
        ]
    }
}

/// How to train.
struct TrainingStepArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Sequences per step.", valueName: "N"))
    var batch = 64

    @Option(help: ArgumentHelp("The seed of data, weights, order and dropout.", valueName: "S"))
    var seed: UInt64 = 7

    @Option(help: ArgumentHelp("adam, sgd or rmsprop, with Keras' defaults.", valueName: "name"))
    var optimizer = "adam"

    @Option(help: ArgumentHelp("The learning rate; Keras' default of the optimizer.", valueName: "rate"))
    var learningRate: Double?

    @Option(help: ArgumentHelp("The momentum of sgd.", valueName: "m"))
    var momentum = 0.0

    @Option(
        help: ArgumentHelp("mse, mae, bce, cce or scce; the one that is natural for the task.", valueName: "name"))
    var loss: Loss?

    @Option(help: ArgumentHelp("Cut gradients to [-v, v].", valueName: "v"))
    var clipValue: Double?

    @Option(help: ArgumentHelp("Scale each weight's gradient down to this norm.", valueName: "v"))
    var clipNorm: Double?

    @Option(help: ArgumentHelp("Scale all gradients together down to this norm.", valueName: "v"))
    var clipGlobalNorm: Double?

    @Option(help: ArgumentHelp("Stop after so many epochs without progress.", valueName: "epochs"))
    var patience: Int?

    @Option(help: ArgumentHelp("Progress smaller than this counts as none.", valueName: "v"))
    var minDelta = 0.0

    @Flag(help: "With --patience: write the best epoch's weights into best/ at the end.")
    var restoreBest = false

    @Option(help: ArgumentHelp("Threads, each with a part of every batch; one per processor.", valueName: "N"))
    var workers: Int?

    var stopping: EarlyStopping? {
        patience.map { EarlyStopping(patience: $0, minDelta: minDelta, restoresBest: restoreBest) }
    }

    func check() throws {
        guard 1...1_000_000 ~= batch else { throw ValidationError("--batch \(batch): it needs 1 to 1,000,000.") }
        guard ["adam", "sgd", "rmsprop"].contains(optimizer) else {
            throw ValidationError("--optimizer \(optimizer): it needs adam, sgd or rmsprop.")
        }
        let positive = [
            ("--learning-rate", learningRate), ("--clip-value", clipValue), ("--clip-norm", clipNorm),
            ("--clip-global-norm", clipGlobalNorm),
        ]
        for (option, value) in positive {
            if let value, !(value > 0 && value.isFinite) {
                throw ValidationError("\(option) \(value): it needs a number above 0.")
            }
        }
        guard [clipValue, clipNorm, clipGlobalNorm].compactMap({ $0 }).count <= 1 else {
            throw ValidationError("Clip gradients in one way: --clip-value, --clip-norm or --clip-global-norm.")
        }
        guard 0..<1 ~= momentum, momentum == 0 || optimizer == "sgd" else {
            throw ValidationError("--momentum \(momentum): it needs 0 to below 1, and --optimizer sgd.")
        }
        guard patience.map({ $0 >= 1 }) ?? true else { throw ValidationError("--patience: it needs at least 1.") }
        guard patience != nil || !(restoreBest || minDelta != 0) else {
            throw ValidationError("--restore-best and --min-delta go with --patience.")
        }
        guard workers.map({ 1...1024 ~= $0 }) ?? true else { throw ValidationError("--workers: it needs 1 to 1024.") }
    }

    func makeOptimizer() -> Optimizer {
        let rule: OptimizerRule =
            switch optimizer {
            case "sgd": .sgd(momentum: momentum)
            case "rmsprop": .rmsprop()
            default: .adam()
            }
        let clipping =
            clipValue.map(GradientClipping.value) ?? clipNorm.map(GradientClipping.norm)
            ?? clipGlobalNorm.map(GradientClipping.globalNorm)
        return Optimizer(rule, learningRate: learningRate, clipping: clipping)
    }

    func fingerprint(_ trainer: Trainer) -> [String: String] {
        [
            "--batch": "\(batch)", "--seed": "\(seed)", "--optimizer": optimizer, "--momentum": "\(momentum)",
            "--learning-rate": "\(trainer.optimizer.learningRate)", "--loss": trainer.loss.rawValue,
            "clipping": trainer.optimizer.clipping.map { "\($0)" } ?? "none", "--workers": "\(trainer.workers)",
            "--patience": patience.map(String.init) ?? "", "--min-delta": "\(minDelta)",
            "--restore-best": "\(restoreBest)",
        ]
    }
}

/// What is written.
struct TrainingFileArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The number of epochs.", valueName: "N"))
    var epochs = 200

    @Option(help: ArgumentHelp("A checkpoint after each so many epochs.", valueName: "N"))
    var every = 1

    @Option(help: ArgumentHelp("Keep only the latest checkpoints.", valueName: "N"))
    var keep: Int?

    @Option(
        help: ArgumentHelp(
            "The checkpoints' names, as Keras' ModelCheckpoint: {epoch:03d}, {loss:.3f}, {val_loss:.2f}.",
            valueName: "template"))
    var checkpointName = "ckpt-{epoch:03d}.h5"

    @Option(help: ArgumentHelp("The checkpoints' format, for names that leave a choice.", valueName: "format"))
    var format: CheckpointFormat?

    @Flag(help: "Go on with the training in the folder; repeat the command that began it. --epochs may grow.")
    var resume = false

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to.", valueName: "folder"))
    var output: String

    func check() throws {
        guard 1...1_000_000 ~= epochs else { throw ValidationError("--epochs \(epochs): it needs 1 to 1,000,000.") }
        guard every >= 1 else { throw ValidationError("--every \(every): it needs at least 1.") }
        guard keep.map({ $0 >= 1 }) ?? true else { throw ValidationError("--keep: it needs at least 1.") }
        do { _ = try CheckpointName(checkpointName) } catch { throw ValidationError("\(error)") }
        guard let byName = CheckpointFormat(fileName: checkpointName) else {
            throw ValidationError(
                "--checkpoint-name \(checkpointName): Keras goes by a file's ending; end it in .h5, .weights.h5 or .keras."
            )
        }
        // A legacy file of weights has the same ending as a full model.
        guard (format == .legacyWeights ? .legacyFull : format ?? byName) == byName else {
            throw ValidationError(
                "--format \(format?.rawValue ?? ""): Keras would take a file named \(checkpointName) for \(byName.rawValue). "
                    + "Choose another --checkpoint-name.")
        }
    }

    func plan(stopping: EarlyStopping?) throws -> TrainingSession.Plan {
        try TrainingSession.Plan(
            folder: output, name: CheckpointName(checkpointName),
            format: format ?? CheckpointFormat(fileName: checkpointName) ?? .legacyFull, every: every, keep: keep,
            epochs: epochs, stopping: stopping)
    }

    var fingerprint: [String: String] {
        ["--checkpoint-name": checkpointName, "--format": format?.rawValue ?? "", "--every": "\(every)"]
    }
}
