import Checkpoints
import Tensors

/// What a layer is built from: its options, the shapes it will be given, and its stored weights, read in Keras' order.
public struct LayerMaterial {
    /// The layer's name.
    public let name: String
    /// The class in Keras' words, for types that serve several classes.
    public let className: String
    /// The options.
    public let configuration: LayerConfiguration
    /// The shapes of its inputs.
    public let inputShapes: [SampleShape]

    let checkpoint: Checkpoint
    private var remaining: ArraySlice<Checkpoint.StoredWeight>

    init(
        name: String, className: String, configuration: LayerConfiguration, inputShapes: [SampleShape], stored: Checkpoint.StoredLayer?,
        checkpoint: Checkpoint
    ) {
        self.name = name
        self.className = className
        self.configuration = configuration
        self.inputShapes = inputShapes
        self.checkpoint = checkpoint
        remaining = (stored?.weights ?? [])[...]
    }

    /// Reads the next weight.
    ///
    /// - Parameters:
    ///   - name: The last part of Keras' name, such as `kernel`.
    ///   - shape: The needed shape; nil for an axis that only the file knows.
    /// - Throws: `CheckpointError` if the weight is missing, has another name or shape, or is not finite.
    public mutating func weight(_ name: String, shape: [Int?]) throws -> Tensor {
        guard let next = remaining.first, next.shortName == name || Int(next.shortName) != nil else {
            throw CheckpointError.missingWeight(layer: self.name, weight: name, file: checkpoint.path)
        }
        remaining.removeFirst()
        guard shape.count == next.shape.count else {
            throw CheckpointError.wrongShape(
                layer: self.name, weight: name, found: next.shape, expected: shape.map { $0 ?? -1 }, file: checkpoint.path)
        }
        let expected = zip(shape, next.shape).map { $0 ?? $1 }
        return try checkpoint.tensor(next, of: self.name, expecting: expected)
    }

    /// The extent of the last axis of the first input; nil if only the file knows it.
    var features: Int? { inputShapes.first?.last ?? nil }

    /// The stored shape of the next weight, if there is one.
    var nextShape: [Int]? { remaining.first?.shape }

    /// The stored weights that no call of ``weight(_:shape:)`` has taken.
    var unused: [String] { remaining.map(\.name) }
}
