import Files
import HDF5
import Tensors

/// One saved file of a training: the architecture (if the file has it), the weights by layer, and the epoch.
///
/// Opening a checkpoint reads its table of contents; the weights themselves are read one by one by ``tensor(_:of:expecting:)``,
/// which compares the stored shape with the needed one before it takes memory.
public struct Checkpoint: Sendable {
    /// The formats of checkpoints.
    public enum Format: String, Sendable {
        /// `model.save('x.h5')` of Keras 2: architecture and weights.
        case legacyModel = "Keras HDF5 model"
        /// `model.save_weights('x.h5')` of Keras 2: weights by layer name, no architecture.
        case legacyWeights = "Keras HDF5 weights"
        /// `model.save_weights('x.weights.h5')`: weights by class and number, no architecture.
        case v3Weights = "Keras v3 weights"
        /// `model.save('x.keras')`: a zip archive of configuration and v3 weights.
        case archive = "Keras archive"
    }

    /// A weight as the file lists it.
    public struct StoredWeight: Sendable, Equatable {
        /// The name in the file, such as `lstm/lstm_cell/kernel:0`.
        public let name: String
        /// The stored shape. A file may declare any; extents beyond 2^31 - 1, which nothing needs, are given as that.
        public let shape: [Int]
        /// Where the data is in the file.
        package let path: String

        init(name: String, shape: [Int], path: String) {
            self.name = name
            self.shape = shape.map { min($0, Int(Int32.max)) }
            self.path = path
        }

        /// The number of elements, or the largest number where it does not fit.
        public var elementCount: Int {
            shape.reduce(1) { count, extent in
                let (product, overflow) = count.multipliedReportingOverflow(by: extent)
                return overflow ? .max : product
            }
        }

        /// The last part of the name without Keras' `:0`: `kernel`, `bias`, ...
        public var shortName: String {
            let last = name.split(separator: "/").last.map(String.init) ?? name
            return last.split(separator: ":").first.map(String.init) ?? last
        }
    }

    /// A layer as the file lists it; layers without weights are listed too.
    public struct StoredLayer: Sendable, Equatable {
        /// The layer's name.
        public let name: String
        /// Its weights in Keras' order.
        public let weights: [StoredWeight]
        /// The layers of a nested model, where the format keeps them apart.
        public var children: [StoredLayer] = []
    }

    /// The path as it was given.
    public let path: String
    /// The epoch, if the name says it.
    public var epoch: Int?
    /// How the file is laid out.
    public let format: Format
    /// The version of Keras that wrote the file, if it says so.
    public let kerasVersion: String?
    /// The model's configuration: `{"class_name", "config"}`; nil for weights-only files.
    public let configuration: JSONValue?
    /// The training's configuration (loss, optimiser), if the file has it.
    public let trainingConfiguration: JSONValue?
    /// The layers in the file's order.
    public let layers: [StoredLayer]
    /// The file's SHA-256 in hexadecimal. Computed at each call, half a millisecond per megabyte.
    public var sha256: String { bytes.sha256 }
    private let bytes: FileBytes

    /// Whether weights that hold NaN or infinities are handed out all the same; for inspection only.
    public var allowsNonFinite = false

    let file: HDF5File

    /// Opens a checkpoint, going by its content and not by its name.
    ///
    /// - Throws: ``CheckpointError``, `FileError` or `HDF5Error`, each naming the file.
    public init(path: String, epoch: Int? = nil) throws {
        try self.init(bytes: FileBytes(reading: path), epoch: epoch)
    }

    init(bytes: FileBytes, epoch: Int?) throws {
        if bytes.bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            try self.init(archive: bytes, epoch: epoch)
            return
        }
        guard HDF5File.hasSignature(bytes.bytes) else {
            throw CheckpointError.unknownFormat(file: bytes.path, beginning: describeBeginning(bytes.bytes))
        }
        let file = try HDF5File(bytes: bytes.bytes, name: bytes.path)
        let attributes = file.attributeNames(at: "/")
        let isLegacy = ["model_config", "layer_names", "layer_names0"].contains(where: attributes.contains)
        if !isLegacy, V3HDF5.isRoot(file) {
            self.init(
                path: bytes.path, epoch: epoch, format: .v3Weights, kerasVersion: nil, configuration: nil,
                trainingConfiguration: nil, layers: V3HDF5(file: file).layers(), bytes: bytes, file: file)
        } else {
            self = try LegacyHDF5(file: file).checkpoint(epoch: epoch, bytes: bytes)
        }
    }

    private init(archive bytes: FileBytes, epoch: Int?) throws {
        let archive = try KerasArchive(bytes)
        let configuration: JSONValue
        do {
            configuration = try JSONParser.parse(archive.configuration)
        } catch {
            throw CheckpointError.badConfiguration(
                file: bytes.path, reason: "its member `config.json` is no JSON: \(error)")
        }
        let version = archive.metadata.flatMap { try? JSONParser.parse($0) }?["keras_version"]?.string
        let file = try HDF5File(bytes: archive.weights, name: bytes.path)
        guard V3HDF5.isRoot(file) else {
            throw CheckpointError.badArchive(file: bytes.path, reason: "`model.weights.h5` holds no layers")
        }
        self.init(
            path: bytes.path, epoch: epoch, format: .archive, kerasVersion: version, configuration: configuration,
            trainingConfiguration: configuration["compile_config"], layers: V3HDF5(file: file).layers(),
            bytes: bytes, file: file)
    }

    init(
        path: String, epoch: Int?, format: Format, kerasVersion: String?, configuration: JSONValue?,
        trainingConfiguration: JSONValue?, layers: [StoredLayer], bytes: FileBytes, file: HDF5File
    ) {
        self.path = path
        self.epoch = epoch
        self.format = format
        self.kerasVersion = kerasVersion
        self.configuration = configuration
        self.trainingConfiguration = trainingConfiguration
        self.layers = layers
        self.bytes = bytes
        self.file = file
    }

    /// The layer of a name, if the file has it.
    public func layer(named name: String) -> StoredLayer? { layers.first { $0.name == name } }

    /// Reads one weight.
    ///
    /// - Parameters:
    ///   - weight: The weight, from ``layers``.
    ///   - layer: Its layer's name, for messages.
    ///   - shape: The shape that the architecture needs, or nil to take the stored one.
    /// - Throws: ``CheckpointError/wrongShape(layer:weight:found:expected:file:)`` before anything is read,
    ///   ``CheckpointError/nonFiniteWeight(layer:weight:count:total:file:)``, or `HDF5Error`.
    public func tensor(
        _ weight: StoredWeight, of layer: String, expecting shape: [Int]? = nil
    ) throws -> Tensor {
        if let shape, shape != weight.shape {
            throw CheckpointError.wrongShape(
                layer: layer, weight: weight.shortName, found: weight.shape, expected: shape, file: path)
        }
        let (_, values) = try file.floats(at: weight.path)
        if !allowsNonFinite {
            // A sum is non-finite if any term is; the slow count is for the message only. A sum of finite terms may overflow,
            // in which case the count finds nothing.
            let count = values.reduce(0, +).isFinite ? 0 : values.count { !$0.isFinite }
            if count > 0 {
                throw CheckpointError.nonFiniteWeight(
                    layer: layer, weight: weight.shortName, count: count, total: values.count, file: path)
            }
        }
        return Tensor(shape: weight.shape, values: values)
    }
}

/// The first bytes of a file in words.
private func describeBeginning(_ bytes: [UInt8]) -> String {
    if bytes.isEmpty { return "nothing (it is empty)" }
    let start = bytes.prefix(16)
    if start.allSatisfy({ 0x20..<0x7F ~= $0 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
        let text =
            String(decoding: start, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return "the text \"\(text)\""
    }
    return "the bytes " + start.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
