import Tensors

/// The shape of one sample, without the batch axis; nil for an axis of any extent.
public typealias SampleShape = [Int?]

/// A layer of a network as a value: its weights and options, and nothing that changes.
///
/// What a backward pass needs is returned by the forward pass inside the pullback, never kept in the layer, so a layer can be
/// called from several workers at once and any number of times in one graph.
public protocol Layer: Sendable {
    /// The names under which Keras' configurations know the layer, see ``LayerRegistry``.
    static var kerasClasses: [String] { get }

    /// A layer from its configuration, its stored weights and the shapes it will be given.
    ///
    /// - Throws: ``NetworkError`` for options Fovea has no rule for, `CheckpointError` for weights that are missing or of the
    ///   wrong shape.
    init(_ material: inout LayerMaterial) throws

    /// The weights by name, in Keras' order.
    var parameters: [Parameter] { get }

    /// The shapes of the outputs for given shapes of the inputs.
    ///
    /// - Throws: ``NetworkError/wrongInput(layer:needs:found:)``.
    func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape]

    /// The outputs, and on request the pullback.
    func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput
}

/// A layer that computes attention weights and returns them in ``LayerOutput/attention``.
public protocol AttentionLayer: Layer {
    /// Its kind in words, such as "dot-product attention".
    var attentionKind: String { get }
    /// Whether the query also reaches the output past the attention, as the last state does in the package `attention`.
    var hasQueryPath: Bool { get }
}

extension AttentionLayer {
    /// Most layers' outputs depend on the query through the weights alone.
    public var hasQueryPath: Bool { false }
}

/// What stands in for a layer's own attention in an intervention.
public struct AttentionSubstitute: Sendable {
    /// The weights to use, of the shape that the layer computes; nil: its own.
    public var weights: Tensor?
    /// Whether the query reaches the output past the attention, where the layer has such a path.
    public var keepsQuery: Bool

    /// Given weights, or the layer's own.
    public init(weights: Tensor? = nil, keepsQuery: Bool = true) {
        self.weights = weights
        self.keepsQuery = keepsQuery
    }
}

extension Layer {
    /// A layer without weights.
    public var parameters: [Parameter] { [] }
}

/// A weight of a layer under Keras' name.
public struct Parameter: Sendable {
    /// The last part of Keras' name: `kernel`, `recurrent_kernel`, ...
    public let name: String
    /// The values.
    public let value: Tensor
}

/// What a layer is called with: one batch of each input, and the mask that travels with it.
public struct LayerInput: Sendable {
    /// The inputs, each with the batch as its first axis.
    public let tensors: [Tensor]
    /// For each input its mask B×T (1 = valid, 0 = masked), or nil where nothing is masked.
    public let masks: [Tensor?]
    /// For attention layers: what stands in for their own attention, if anything.
    public let substitute: AttentionSubstitute?
    /// What the layer kept of an earlier call with the same inputs, in ``LayerOutput/kept``.
    public let kept: Tensor?

    /// Inputs with their masks; no masks by default.
    public init(
        _ tensors: [Tensor], masks: [Tensor?]? = nil, substitute: AttentionSubstitute? = nil, kept: Tensor? = nil
    ) {
        self.tensors = tensors
        self.masks = masks ?? tensors.map { _ in nil }
        self.substitute = substitute
        self.kept = kept
    }
}

/// From the cotangents of a layer's outputs (nil = zero) to the cotangents of its inputs (nil = zero or not differentiable).
///
/// An attention layer whose weights were given appends the cotangent of those weights, and lets nothing through to what it would
/// have computed them from.
public typealias Pullback = ([Tensor?]) throws -> [Tensor?]

/// What a layer returns.
public struct LayerOutput {
    /// The outputs, each with the batch as its first axis.
    public var tensors: [Tensor]
    /// The mask that travels with each output.
    public var masks: [Tensor?]
    /// The attention weights, if the layer computes any: B×T (many-to-one), B×Tq×Tk or B×H×Tq×Tk.
    public var attention: Tensor?
    /// The vector-Jacobian product, if it was asked for.
    public var pullback: Pullback?
    /// What depends on the inputs but not on the attention, for calls on the same inputs with other attention.
    public var kept: Tensor?

    /// An output.
    public init(_ tensors: [Tensor], masks: [Tensor?]? = nil, attention: Tensor? = nil, pullback: Pullback? = nil) {
        self.tensors = tensors
        self.masks = masks ?? tensors.map { _ in nil }
        self.attention = attention
        self.pullback = pullback
    }
}
