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

    /// Takes other values for ``parameters``, in their order, off the front of `values`.
    ///
    /// - Throws: ``NetworkError/notTrainable(layer:className:reason:)`` by layers that cannot be trained.
    mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws

    /// The shapes of the outputs for given shapes of the inputs.
    ///
    /// - Throws: ``NetworkError/wrongInput(layer:needs:found:)``.
    func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape]

    /// What a recorded call keeps of one sample of given shapes, as an estimate.
    ///
    /// - Throws: ``NetworkError/wrongInput(layer:needs:found:)``.
    func record(for inputs: [SampleShape]) throws -> LayerRecord

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

    /// A layer without weights takes nothing; one with weights that has no rule of its own says so.
    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        guard parameters.isEmpty else {
            throw NetworkError.notTrainable(
                layer: Self.kerasClasses[0], className: Self.kerasClasses[0], reason: "its weights cannot be replaced")
        }
    }
}

/// A weight of a layer under Keras' name.
public struct Parameter: Sendable {
    /// The last part of Keras' name: `kernel`, `recurrent_kernel`, ...
    public let name: String
    /// The values.
    public let value: Tensor
    /// Whether an optimiser changes it; not so for statistics that training itself keeps.
    public let isTrainable: Bool

    init(name: String, value: Tensor, isTrainable: Bool = true) {
        self.name = name
        self.value = value
        self.isTrainable = isTrainable
    }
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
    /// Where the numbers of layers come from that draw some in training; nil at inference, when they do nothing.
    public let training: TrainingNoise?

    /// Inputs with their masks; no masks by default.
    public init(
        _ tensors: [Tensor], masks: [Tensor?]? = nil, substitute: AttentionSubstitute? = nil, kept: Tensor? = nil,
        training: TrainingNoise? = nil
    ) {
        self.training = training
        self.kept = kept
        self.tensors = tensors
        self.masks = masks ?? tensors.map { _ in nil }
        self.substitute = substitute
    }
}

/// From the cotangents of a layer's outputs (nil = zero) to the cotangents of its inputs (nil = zero or not differentiable).
///
/// An attention layer whose weights were given appends the cotangent of those weights, and lets nothing through to what it would
/// have computed them from.
public typealias Pullback = ([Tensor?]) throws -> [Tensor?]

/// What comes back from a layer when the gradients of its weights are wanted too.
public struct PulledBack {
    /// The cotangents of the inputs, as a ``Pullback`` returns them.
    public var inputs: [Tensor?]
    /// The gradient of each of the layer's ``Layer/parameters``; nil = zero, and an empty list = all zero.
    public var weights: [Tensor?]

    /// Cotangents and gradients.
    public init(_ inputs: [Tensor?], weights: [Tensor?] = []) {
        self.inputs = inputs
        self.weights = weights
    }
}

/// As a ``Pullback``, with the gradients of the layer's weights from the same way back.
public typealias WeightPullback = ([Tensor?]) throws -> PulledBack

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
    /// The vector-Jacobian product with respect to inputs and weights, if the layer has weights and a rule for them.
    public var weightPullback: WeightPullback?
    /// New values of parameters that training itself moves, such as moving averages, in the order of the parameters; nil where nothing
    /// moves, and empty for most layers.
    public var movedParameters: [Tensor?] = []

    /// An output of a layer with weights, and one way back for both kinds of gradients.
    ///
    /// - Parameter backward: From the outputs' cotangents, and whether the gradients of the weights are wanted.
    init(
        _ tensors: [Tensor], masks: [Tensor?]? = nil, attention: Tensor? = nil,
        backward: @escaping (_ cotangents: [Tensor?], _ wantsWeights: Bool) throws -> PulledBack
    ) {
        self.init(tensors, masks: masks, attention: attention, pullback: { try backward($0, false).inputs })
        weightPullback = { try backward($0, true) }
    }

    /// An output.
    public init(_ tensors: [Tensor], masks: [Tensor?]? = nil, attention: Tensor? = nil, pullback: Pullback? = nil) {
        self.tensors = tensors
        self.masks = masks ?? tensors.map { _ in nil }
        self.attention = attention
        self.pullback = pullback
    }
}
