import Checkpoints
import Files

/// A checkpoint that can be run: its graph, and what had to be assumed to build it.
public struct Network: Sendable {
    /// The graph with its weights.
    public private(set) var graph: LayerGraph
    /// What the file does not say and was taken to be so.
    public let assumptions: [Assumption]
    /// Layers of the configuration that reach no output and were left out, since one of them is of an unknown class.
    public let unused: [String]
    /// The name of the loss in the training's configuration, in Keras' words, if the file has it.
    public let lossName: String?
    /// The configuration that the graph was built from, in Keras' words, and the version of Keras whose dialect it is in.
    let configuration: JSONValue
    let kerasVersion: String?
    /// The training's configuration, if the file has it.
    let trainingConfiguration: JSONValue?

    /// The network of a checkpoint.
    ///
    /// - Parameters:
    ///   - checkpoint: The weights, and the architecture if it has one.
    ///   - architecture: An architecture that takes precedence, from `--model`.
    ///   - redraw: Layers whose weights are drawn anew instead of read.
    /// - Throws: ``NetworkError`` or `CheckpointError`.
    public init(_ checkpoint: Checkpoint, architecture: Architecture? = nil, redraw: WeightRedraw? = nil) throws {
        let configuration: JSONValue
        let version: String?
        if let architecture {
            (configuration, version) = (
                architecture.configuration, architecture.kerasVersion ?? checkpoint.kerasVersion
            )
            assumptions = []
        } else if let own = checkpoint.configuration {
            (configuration, version) = (own, checkpoint.kerasVersion)
            assumptions = []
        } else {
            (configuration, assumptions) = try ArchitectureInference(checkpoint: checkpoint).architecture()
            version = checkpoint.kerasVersion
        }
        do {
            let description = try KerasConfig.description(of: configuration, version: version)
            let used = description.withoutUnusedUnknowns()
            unused = used.dropped
            graph = try GraphBuilder(
                description: used.description, checkpoint: checkpoint, ignoring: Set(used.dropped), redraw: redraw
            ).graph()
        } catch let error as NetworkError {
            throw error.naming(file: architecture?.path ?? checkpoint.path)
        }
        self.configuration = configuration
        kerasVersion = version
        trainingConfiguration = checkpoint.trainingConfiguration ?? architecture?.trainingConfiguration
        lossName = Self.lossName(trainingConfiguration)
    }

    init(graph: LayerGraph, configuration: JSONValue, kerasVersion: String?, trainingConfiguration: JSONValue?) {
        (self.graph, self.configuration, self.kerasVersion) = (graph, configuration, kerasVersion)
        self.trainingConfiguration = trainingConfiguration
        (assumptions, unused) = ([], [])
        lossName = Self.lossName(trainingConfiguration)
    }

    /// The network with other weights, of the same layers.
    public func with(graph: LayerGraph) -> Network {
        var network = self
        network.graph = graph
        return network
    }

    /// The network with only these layers as its attention; see ``LayerGraph/watching(_:)``. No names: as it is.
    public func watching(_ layers: [String], file: String) throws -> Network {
        guard !layers.isEmpty else { return self }
        var network = self
        do { network.graph = try graph.watching(layers) } catch let error as NetworkError {
            throw error.naming(file: file)
        }
        return network
    }

    private static func lossName(_ training: JSONValue?) -> String? {
        let loss = training?["loss"]
        return loss?.string ?? loss?["config"]?["name"]?.string
    }
}

/// An architecture without weights: a file of `model.to_json()`, or a full checkpoint's.
public struct Architecture: Sendable {
    /// The model's configuration, `{"class_name", "config"}`.
    public let configuration: JSONValue
    let trainingConfiguration: JSONValue?
    /// The version of Keras in whose dialect it is written, if known.
    public let kerasVersion: String?
    /// The file's path, or what else the architecture is known by.
    public let path: String
    /// The file's SHA-256 in hexadecimal; empty for one that comes from no file.
    public let sha256: String

    /// An architecture made here.
    ///
    /// - Parameter name: What messages call it.
    public init(_ configuration: JSONValue, kerasVersion: String, name: String) {
        self.configuration = configuration
        self.kerasVersion = kerasVersion
        trainingConfiguration = nil
        path = name
        sha256 = ""
    }

    /// Reads an architecture.
    ///
    /// - Throws: `CheckpointError/noArchitecture(file:)`, `CheckpointError/badConfiguration(file:reason:)` or `FileError`.
    public init(reading path: String) throws {
        let bytes = try FileBytes(reading: path)
        self.path = path
        sha256 = bytes.sha256
        if let document = try JSONValue(document: bytes) {
            guard document["class_name"] != nil else { throw CheckpointError.noArchitecture(file: path) }
            configuration = document
            trainingConfiguration = document["compile_config"]
            kerasVersion = document["keras_version"]?.string
        } else {
            let checkpoint = try Checkpoint(path: path)
            guard let own = checkpoint.configuration else { throw CheckpointError.noArchitecture(file: path) }
            configuration = own
            trainingConfiguration = checkpoint.trainingConfiguration
            kerasVersion = checkpoint.kerasVersion
        }
    }
}
