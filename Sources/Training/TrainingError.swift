/// What can be wrong with a training. The description says what, where, and what to do.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// An option that no training can have.
    case badOption(name: String, value: String, needs: String)
    /// The data does not fit the loss or the network's output.
    case badTargets(reason: String)
    /// A network with more than one output, or masked steps at its output.
    case unsupportedOutput(reason: String)
    /// The loss, the gradients or the weights are no longer numbers.
    case notFinite(epoch: Int, batch: Int)
    /// There is nothing to resume.
    case nothingToResume(folder: String)
    /// The folder holds a training already.
    case folderInUse(folder: String)
    /// The training to be resumed was begun with other options.
    case otherOptions(folder: String, option: String, before: String, now: String)
    /// The file of the training's state is damaged.
    case damagedState(path: String, reason: String)
    /// A checkpoint name that cannot be filled in.
    case badTemplate(template: String, reason: String)

    /// The message for the user: one paragraph.
    public var description: String {
        switch self {
        case .badOption(let name, let value, let needs): "\(name) \(value): it needs \(needs)."
        case .badTargets(let reason): "the training data does not fit: \(reason)."
        case .unsupportedOutput(let reason):
            "the network cannot be trained by Fovea: \(reason). Train it with Keras and analyse its checkpoints."
        case .notFinite(let epoch, let batch):
            "the training diverged: in batch \(batch) of epoch \(epoch) the loss is not a number any more. Lower the learning "
                + "rate or clip the gradients (--clip-norm 1)."
        case .nothingToResume(let folder):
            "\(folder): there is no training to resume: it holds no \(TrainingState.fileName). Start one without --resume."
        case .folderInUse(let folder):
            "\(folder): it holds a training already. Go on with --resume, or name another folder."
        case .otherOptions(let folder, let option, let before, let now):
            "\(folder): the training there was begun with \(option) \(before), not \(now). Repeat the command that began it, "
                + "with --resume; only --epochs may change."
        case .damagedState(let path, let reason):
            "\(path): the training's state cannot be read: \(reason). Start the training anew in another folder."
        case .badTemplate(let template, let reason):
            "--checkpoint-name `\(template)`: \(reason). Name checkpoints as Keras' ModelCheckpoint does, such as "
                + "ckpt-{epoch:03d}.h5 or {epoch:02d}-{val_loss:.2f}.keras."
        }
    }
}
