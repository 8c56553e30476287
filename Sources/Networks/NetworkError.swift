/// What can be wrong with an architecture or with what a network is given. The description says what, where, and what to do.
public enum NetworkError: Error, Equatable, CustomStringConvertible {
    /// A layer class that Fovea does not know.
    case unknownLayer(layer: String, className: String, known: [String])
    /// A layer that would run code from the file.
    case codeInLayer(layer: String, className: String)
    /// A model class that is neither Sequential nor a supported graph.
    case unsupportedModel(className: String)
    /// An option of a layer that Fovea has no rule for.
    case unsupportedOption(layer: String, option: String, value: String, supported: String)
    /// The configuration misses something, or it has the wrong type.
    case badConfiguration(layer: String, reason: String)
    /// A layer is given a shape it cannot take.
    case wrongInput(layer: String, needs: String, found: String)
    /// The data does not fit the network.
    case dataMismatch(input: String, needs: String, found: String)
    /// A layer that was asked for does not exist.
    case noSuchLayer(name: String, known: [String])
    /// One of the above, in a file.
    indirect case inFile(String, NetworkError)
    /// Names and shapes of the weights suggest no single network.
    case cannotInfer(file: String, reason: String)
    /// The checkpoint has layers with weights that the architecture has not, or the other way round.
    case architectureMismatch(file: String, reason: String)
    /// A layer that Fovea runs but has no rule to train.
    case notTrainable(layer: String, className: String, reason: String)

    /// The message for the user: one paragraph.
    public var description: String {
        switch self {
        case .unknownLayer(let layer, let className, let known):
            "layer `\(layer)`: Fovea does not know the class `\(className)`. It knows \(known.joined(separator: ", ")). "
                + "Analyse a model built from these, or ask for the layer in an issue."
        case .codeInLayer(let layer, let className):
            "layer `\(layer)` is a `\(className)`: its code is stored in the file, and Fovea never runs code from a file. "
                + "Replace it by built-in layers and save the model again."
        case .unsupportedModel(let className):
            "the model is of class `\(className)`, which Fovea cannot rebuild: it reads Sequential and functional "
                + "models. Subclassed models keep their graph in Python code; rebuild the model as a functional one and save it "
                + "again."
        case .unsupportedOption(let layer, let option, let value, let supported):
            "layer `\(layer)`: `\(option)` is \(value), for which Fovea has no rule; it supports \(supported)."
        case .badConfiguration(let layer, let reason):
            "layer `\(layer)`: \(reason). The configuration is damaged or from an unknown Keras version; pass the "
                + "architecture with --model, or save the model again."
        case .wrongInput(let layer, let needs, let found):
            "layer `\(layer)` needs \(needs), but gets \(found). Check that --model and the checkpoints are of the same model."
        case .dataMismatch(let input, let needs, let found):
            "the data does not fit the model: \(input) needs \(needs), but the probe set has \(found). Pass sequences prepared "
                + "as for the training."
        case .noSuchLayer(let name, let known):
            "there is no layer `\(name)`. There are: \(known.joined(separator: ", "))."
        case .inFile(let file, let error): "\(file): \(error)"
        case .cannotInfer(let file, let reason):
            "\(file): the file holds weights only, and their names and shapes do not suggest one network: \(reason). Pass the "
                + "architecture with --model: a file of model.to_json(), or a full checkpoint of the same model."
        case .notTrainable(let layer, let className, let reason):
            "layer `\(layer)` of class `\(className)` cannot be trained by Fovea: \(reason). Train the model with Keras, or "
                + "leave that part out."
        case .architectureMismatch(let file, let reason):
            "\(file): the weights do not fit the architecture: \(reason). Check that --model and the checkpoints are of the "
                + "same model."
        }
    }
}

extension NetworkError {
    /// The error with the file it is about, unless it names one already.
    public func naming(file: String) -> NetworkError {
        switch self {
        case .inFile, .cannotInfer, .architectureMismatch: self
        default: .inFile(file, self)
        }
    }
}

/// A sample's shape as Keras prints it: `(None, 20, 1)`.
public func kerasShapeText(_ shape: SampleShape) -> String {
    "(" + (["None"] + shape.map { $0.map(String.init) ?? "None" }).joined(separator: ", ") + ")"
}
