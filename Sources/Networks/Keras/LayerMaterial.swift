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

    /// Where the weights are stored; nil for a network that has none yet, whose weights are drawn by `fresh`.
    let checkpoint: Checkpoint?
    /// How the weights of a network are drawn that has none yet.
    var fresh: FreshWeights?
    /// What is drawn anew in place of stored weights, if anything.
    var redraw: WeightRedraw?
    /// The layer of the outermost graph that this material belongs to.
    var unit: String
    private(set) var remaining: ArraySlice<Checkpoint.StoredWeight>
    /// The stored layers of a nested model, where the format keeps them apart.
    private var children: [Checkpoint.StoredLayer]

    /// Material whose weights are the first of those given.
    init(
        name: String, className: String, configuration: LayerConfiguration, inputShapes: [SampleShape],
        taking weights: ArraySlice<Checkpoint.StoredWeight>, checkpoint: Checkpoint?
    ) {
        self.init(
            name: name, className: className, configuration: configuration, inputShapes: inputShapes, stored: nil,
            checkpoint: checkpoint)
        remaining = weights
    }

    init(
        name: String, className: String, configuration: LayerConfiguration, inputShapes: [SampleShape],
        stored: Checkpoint.StoredLayer?,
        checkpoint: Checkpoint?
    ) {
        self.name = name
        self.className = className
        self.configuration = configuration
        self.inputShapes = inputShapes
        self.checkpoint = checkpoint
        unit = name
        remaining = (stored?.weights ?? [])[...]
        children = stored?.children ?? []
    }

    /// Reads the next weight.
    ///
    /// - Parameters:
    ///   - name: The last part of Keras' name, such as `kernel`.
    ///   - shape: The needed shape; nil for an axis that only the file knows.
    ///   - anyPrefix: Whether the stored name may have something before it (`my_layer_Add_Wt`).
    /// - Throws: `CheckpointError` if the weight is missing, has another name or shape, or is not finite.
    public mutating func weight(_ name: String, shape: [Int?], anyPrefix: Bool = false) throws -> Tensor {
        if let fresh {
            return try fresh.value(
                layer: self.name, className: className, configuration: configuration, weight: name, shape: shape)
        }
        let file = checkpoint?.path ?? ""
        guard let checkpoint, let next = remaining.first,
            next.shortName == name || Int(next.shortName) != nil || (anyPrefix && next.shortName.hasSuffix(name))
        else {
            throw CheckpointError.missingWeight(layer: self.name, weight: name, file: file)
        }
        remaining.removeFirst()
        guard shape.count == next.shape.count else {
            throw CheckpointError.wrongShape(
                layer: self.name, weight: name, found: next.shape, expected: shape.map { $0 ?? -1 },
                file: checkpoint.path)
        }
        let expected = zip(shape, next.shape).map { $0 ?? $1 }
        let stored = try checkpoint.tensor(next, of: self.name, expecting: expected)
        return try redraw?.value(
            unit: unit, className: className, configuration: configuration, weight: name, place: next.path,
            stored: stored) ?? stored
    }

    /// Builds a wrapped layer from its own configuration `{"class_name", "config"}` and the next weights.
    ///
    /// - Parameters:
    ///   - wrapped: The configuration.
    ///   - name: The name for messages.
    ///   - inputShapes: The shapes it will be given; this layer's own by default.
    ///   - options: Options that replace those of the configuration.
    mutating func build(
        _ wrapped: JSONValue, name: String, inputShapes: [SampleShape]? = nil,
        changing options: [String: JSONValue] = [:]
    ) throws -> any Layer {
        let description = try KerasConfig.layer(
            wrapped, version: configuration.kerasVersion, name: name, changing: options)
        var inner = LayerMaterial(
            name: name, className: description.className, configuration: description.configuration,
            inputShapes: inputShapes ?? self.inputShapes, stored: nil, checkpoint: checkpoint)
        inner.redraw = redraw
        inner.fresh = fresh?.within(name == self.name ? nil : self.name)
        inner.unit = unit
        inner.remaining = remaining
        inner.children = children
        let layer = try LayerRegistry.type(for: description.className, layer: name).init(&inner)
        remaining = inner.remaining
        return layer
    }

    /// Builds a nested model's graph from its configuration and the next weights.
    mutating func buildGraph(className: String) throws -> LayerGraph {
        let description = try KerasConfig.description(
            className: className, config: .object(configuration.options), version: configuration.kerasVersion)
        let builder = GraphBuilder(
            description: description, checkpoint: checkpoint, fresh: fresh?.within(name), redraw: redraw,
            unit: redraw == nil ? nil : unit)
        if !children.isEmpty { return try builder.graph(stored: children) }
        return try builder.graph(taking: &remaining)
    }

    /// The extent of the last axis of the first input; nil if only the file knows it.
    var features: Int? { inputShapes.first?.last ?? nil }

    /// The stored shape of the next weight, if there is one.
    var nextShape: [Int]? { remaining.first?.shape }

    /// The stored weights that no call of ``weight(_:shape:)`` has taken.
    var unused: [String] { remaining.map(\.name) }
}
