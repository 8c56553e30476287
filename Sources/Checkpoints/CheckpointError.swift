/// What can be wrong with checkpoints, named after what the user has. The description says what, where, and what to do next.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
    /// The file is of no format that Fovea knows.
    case unknownFormat(file: String, beginning: String)
    /// A sound HDF5 file, but not one that Keras wrote.
    case notKeras(file: String)
    /// A `.keras` archive that is damaged or lacks something.
    case badArchive(file: String, reason: String)
    /// An attribute that lists layers or weights is missing or makes no sense.
    case badListing(file: String, object: String, reason: String)
    /// The model's configuration cannot be read.
    case badConfiguration(file: String, reason: String)
    /// A weight that the architecture needs is not in the file.
    case missingWeight(layer: String, weight: String, file: String)
    /// A weight has another shape than the architecture needs.
    case wrongShape(layer: String, weight: String, found: [Int], expected: [Int], file: String)
    /// A weight holds NaN or infinite numbers.
    case nonFiniteWeight(layer: String, weight: String, count: Int, total: Int, file: String)
    /// A path that does not exist.
    case missing(path: String)
    /// A folder that the system refuses to list.
    case unreadableFolder(path: String)
    /// Nothing that could be analysed was found.
    case noCheckpoints(path: String, lookedAt: Int)
    /// Two files claim the same epoch.
    case duplicateEpoch(epoch: Int, first: String, second: String)
    /// The names do not say which number is the epoch.
    case ambiguousEpochs(example: String, candidates: [String])
    /// The pattern for epochs is no regular expression with a group.
    case badEpochPattern(pattern: String, reason: String)
    /// A name does not match the pattern for epochs.
    case noEpoch(file: String, pattern: String)
    /// The file given for the architecture has none.
    case noArchitecture(file: String)
    /// A layer or an option that the other Keras has not, or computes otherwise.
    case cannotTranslate(layer: String, reason: String)

    /// The message for the user: one paragraph.
    public var description: String {
        switch self {
        case .unknownFormat(let file, let beginning):
            "\(file): this is no Keras checkpoint: it starts with \(beginning), and neither HDF5 nor a .keras archive does. "
                + "Check that the file was copied or downloaded whole."
        case .notKeras(let file):
            "\(file): a sound HDF5 file, but not a Keras checkpoint: it has neither a `model_config` nor a `layer_names` "
                + "attribute. Pass the files that model.save(), model.save_weights() or ModelCheckpoint wrote; probe sets "
                + "go to --data."
        case .badArchive(let file, let reason):
            "\(file): this .keras archive cannot be used: \(reason). Copy it again, or save the model again."
        case .badListing(let file, let object, let reason):
            "\(file), object \(object): \(reason). The file is damaged or was not written by Keras; save the checkpoint again."
        case .badConfiguration(let file, let reason):
            "\(file): the model's configuration cannot be used: \(reason). Pass the architecture with --model "
                + "(a file of model.to_json(), or another checkpoint of the model), or save the checkpoint again."
        case .missingWeight(let layer, let weight, let file):
            "\(file): layer `\(layer)` has no weight `\(weight)`. The checkpoint does not belong to this architecture, or it "
                + "was cut short; check --model, or save the checkpoint again."
        case .wrongShape(let layer, let weight, let found, let expected, let file):
            "\(file): weight `\(weight)` of layer `\(layer)` has shape \(shapeText(found)), but the architecture needs "
                + "\(shapeText(expected)). Check that --model and the checkpoints are of the same model."
        case .nonFiniteWeight(let layer, let weight, let count, let total, let file):
            "\(file): weight `\(weight)` of layer `\(layer)` holds \(count) NaN or infinite number\(count == 1 ? "" : "s") "
                + "out of \(total). The training has diverged at or before this checkpoint; analyse the earlier ones, or "
                + "leave this one out (--skip-bad)."
        case .missing(let path):
            "\(path): there is no such file or folder. Check the spelling and the working directory."
        case .unreadableFolder(let path):
            "\(path): the folder cannot be listed. Check that it is a folder, and its permissions."
        case .noCheckpoints(let path, let lookedAt):
            "\(path): no Keras checkpoint found (\(lookedAt) file\(lookedAt == 1 ? "" : "s") looked at). Fovea takes files "
                + "ending in .h5, .hdf5 or .keras that hold a Keras model or its weights; pass the folder that "
                + "ModelCheckpoint wrote to, or the files themselves."
        case .duplicateEpoch(let epoch, let first, let second):
            "\(first) and \(second) both say epoch \(epoch). Pass the checkpoints of one training only (a glob such as "
                + "'ckpt-???.h5'), or say where the epoch stands with --epoch-pattern 'REGEX(\\d+)'."
        case .ambiguousEpochs(let example, let candidates):
            "\(example): the name does not say which number is the epoch (\(candidates.joined(separator: ", "))). "
                + "Say where it stands with --epoch-pattern, for example 'run3-(\\d+)'."
        case .badEpochPattern(let pattern, let reason):
            "--epoch-pattern '\(pattern)': \(reason). Give a regular expression whose first group is the epoch, for "
                + "example 'ckpt-(\\d+)'."
        case .noEpoch(let file, let pattern):
            "\(file): the name does not match --epoch-pattern '\(pattern)'. Correct the pattern, or leave the file out."
        case .noArchitecture(let file):
            "\(file): this file holds no architecture. --model takes a file of model.to_json(), or a full model "
                + "(.h5 with model_config)."
        case .cannotTranslate(let layer, let reason):
            "layer `\(layer)` cannot be written in the other Keras' dialect: \(reason). Write a weights-only format, or the "
                + "full format of the Keras that the checkpoint is from."
        }
    }
}

/// A shape as users write it: `(100, 400)`, `(1,)`, `()`.
func shapeText(_ shape: [Int]) -> String {
    shape.count == 1 ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
}
