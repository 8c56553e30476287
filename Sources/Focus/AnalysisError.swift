/// What can stop an analysis. The description says what, where, and what to do.
public enum AnalysisError: Error, Equatable, CustomStringConvertible {
    /// A checkpoint computes something that is not finite, though its weights are.
    case nonFiniteOutput(file: String, what: String, instance: Int)
    /// An attention layer's maps have another length than the probe set's sequences.
    case attentionLength(file: String, layer: String, positions: Int, probePositions: Int)
    /// The targets have another shape than the outputs.
    case targetsDoNotFit(file: String, outputs: [Int], targets: [Int], loss: String)
    /// The expected hypothesis does not exist.
    case unknownHypothesis(name: String, known: [String])
    /// An option names something that there is not.
    case unknownName(option: String, name: String, known: [String])
    /// Every checkpoint was bad.
    case nothingUsable(count: Int)
    /// A folder that `analyze` did not write, or of another version.
    case badAnalysis(path: String, reason: String)

    /// The message for the user: one paragraph.
    public var description: String {
        switch self {
        case .nonFiniteOutput(let file, let what, let instance):
            "\(file): \(what) of instance \(instance) is NaN or infinite though all weights are finite: the numbers overflow on "
                + "the way. Check that the probe set is scaled as the training data was; leave the checkpoint out with "
                + "--skip-bad."
        case .attentionLength(let file, let layer, let positions, let probePositions):
            "\(file): attention layer `\(layer)` weighs \(positions) positions, but the sequences have \(probePositions), so its "
                + "weights cannot be set against masks over the input. Choose another layer with --attention."
        case .targetsDoNotFit(let file, let outputs, let targets, let loss):
            "\(file): the model's outputs have shape (\(outputs.map(String.init).joined(separator: ", "))), the targets "
                + "(\(targets.map(String.init).joined(separator: ", "))), which does not fit the loss \(loss). Correct the "
                + "probe set, or name the loss with --loss."
        case .unknownHypothesis(let name, let known):
            "--expect \(name): there is no hypothesis of this name. There are: \(known.joined(separator: ", "))."
        case .unknownName(let option, let name, let known):
            "\(option) \(name): there is none of this name for this data. There are: \(known.joined(separator: ", "))."
        case .nothingUsable(let count):
            "none of the \(count) checkpoints could be used; see the messages above."
        case .badAnalysis(let path, let reason):
            "\(path): \(reason). Pass the folder that `fovea analyze -o` wrote, or analyse the run again."
        }
    }
}
