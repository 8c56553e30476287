import Files
import Tensors

/// A model as it is saved: its configuration and its weights, in no format yet.
///
/// Made from a network that was read (`Network.savedModel`) or trained, and written by ``write(as:to:)``.
public struct SavedModel: Sendable {
    /// A layer of the outermost model.
    public struct Layer: Sendable {
        /// The name, by which the configuration knows it.
        public var name: String
        /// The class in Keras' words.
        public var className: String
        /// The weights in Keras' order, named as `Layer.parameters` names them: `kernel`, `recurrent_kernel`, `forward/kernel`, and
        /// those of a nested model `inner_layer/kernel`.
        public var weights: [(name: String, value: Tensor)]
        /// The shapes of its outputs without the batch axis, where known; Keras 3 notes them beside each connection.
        public var outputShapes: [[Int?]]

        /// A layer.
        public init(
            name: String, className: String, weights: [(name: String, value: Tensor)] = [], outputShapes: [[Int?]] = []
        ) {
            self.name = name
            self.className = className
            self.weights = weights
            self.outputShapes = outputShapes
        }
    }

    /// `{"class_name": "Sequential" or "Functional", "config": {...}}`, in the dialect of ``kerasVersion``.
    public var configuration: JSONValue
    /// The layers in the configuration's order, those without weights too.
    public var layers: [Layer]
    /// The training's configuration (`loss`, `optimizer_config`), or nil.
    public var trainingConfiguration: JSONValue?
    /// The version of Keras whose dialect the configuration is in; 2 and 3 differ.
    public var kerasVersion: String

    /// A model to be saved.
    public init(
        configuration: JSONValue, layers: [Layer], trainingConfiguration: JSONValue? = nil,
        kerasVersion: String = SavedModel.keras2
    ) {
        self.configuration = configuration
        self.layers = layers
        self.trainingConfiguration = trainingConfiguration
        self.kerasVersion = kerasVersion
    }

    /// The version that files in the dialect of Keras 2 say they are of: the tf_keras that they are checked with.
    public static let keras2 = "2.21.0"
    /// The version that files in the dialect of Keras 3 say they are of: the Keras that they are checked with.
    public static let keras3 = "3.15.1"

    /// Whether the configuration is in the dialect of Keras 3.
    var isKeras3: Bool { Int(kerasVersion.prefix { $0.isNumber }) ?? 2 >= 3 }
}

/// The formats that Fovea writes, each with the dialect that its usual reader understands.
public enum CheckpointFormat: String, CaseIterable, Sendable {
    /// `save_weights('x.h5')` of Keras 2: weights by layer name.
    case legacyWeights = "weights-h5"
    /// `save('x.h5')` of Keras 2: the configuration, in Keras 2's dialect, and weights by layer name.
    case legacyFull = "h5"
    /// `save_weights('x.weights.h5')` of Keras 3: weights by class and number.
    case v3Weights = "weights-v3"
    /// `save('x.keras')` of Keras 3: a zip archive of the configuration, in Keras 3's dialect, and v3 weights.
    case kerasArchive = "keras"

    /// What the format is, in a few words.
    public var summary: String {
        switch self {
        case .legacyWeights: "weights only, by layer name: load_weights of tf_keras and Keras 2"
        case .legacyFull: "model and weights as one HDF5 file: load_model of tf_keras and Keras 2"
        case .v3Weights: "weights only, by class: load_weights of Keras 3"
        case .kerasArchive: "model and weights as a .keras archive: load_model of Keras 3"
        }
    }

    /// The format that a file's name asks for: `.weights.h5`, `.h5` or `.hdf5`, `.keras`; nil for other names.
    public init?(fileName name: String) {
        let name = name.lowercased()
        if name.hasSuffix(".weights.h5") || name.hasSuffix(".weights.hdf5") {
            self = .v3Weights
        } else if name.hasSuffix(".h5") || name.hasSuffix(".hdf5") {
            self = .legacyFull
        } else if name.hasSuffix(".keras") {
            self = .kerasArchive
        } else {
            return nil
        }
    }
}

extension SavedModel {
    /// Writes the model; the file appears whole or not at all. The same model gives the same bytes.
    ///
    /// - Throws: ``CheckpointError/cannotTranslate(layer:reason:)`` where the other Keras has no such thing,
    ///   ``CheckpointError/badConfiguration(file:reason:)`` if layers and configuration do not fit, `FileError`, or `HDF5Error`.
    public func write(as format: CheckpointFormat, to path: String) throws {
        switch format {
        case .legacyWeights:
            try LegacyWriting(model: SavedStructure(self, path: path)).writeWeights(version: kerasVersion, to: path)
        case .legacyFull:
            let model = try inKeras2()
            try LegacyWriting(model: SavedStructure(model, path: path)).writeModel(model, to: path)
        case .v3Weights: try V3Writing(model: SavedStructure(self, path: path)).write(to: path)
        case .kerasArchive:
            let model = try inKeras3()
            try AtomicFile.write(ArchiveWriting(model: model, path: path).bytes(), to: path)
        }
    }
}
