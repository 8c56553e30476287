import Tensors

/// Layers that apply one activation function: `keras.layers.Activation`, `ReLU`, `LeakyReLU`, `ELU`.
public struct ActivationLayer: Layer {
    public static let kerasClasses = ["Activation", "ReLU", "LeakyReLU", "ELU"]

    /// The function.
    public let activation: Activation

    public init(_ material: inout LayerMaterial) throws {
        let options = material.configuration
        switch material.className {
        case "Activation": activation = try options.activation("activation", default: .linear)
        case "ReLU":
            activation = .reluFamily(
                maximum: try options.has("max_value") ? Float(options.double("max_value", default: 0)) : nil,
                slope: Float(try options.double("negative_slope", default: 0)),
                threshold: Float(try options.double("threshold", default: 0)))
        case "ELU": activation = .elu(alpha: Float(try options.double("alpha", default: 1)))
        default:
            // Keras 2 says `alpha`, Keras 3 `negative_slope`.
            let option = options.has("negative_slope") ? "negative_slope" : "alpha"
            activation = .leakyRelu(slope: Float(try options.double(option, default: 0.3)))
        }
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] { inputs }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let y = activation(x)
        guard recording else { return LayerOutput([y], masks: input.masks) }
        let activation = activation
        return LayerOutput([y], masks: input.masks) { cotangents in
            [cotangents[0].map { activation.pullback($0, x: x, y: y) }]
        }
    }
}

/// A rectifier with a learnt slope below zero, `keras.layers.PReLU`; shared axes have extent 1.
public struct PReLU: Layer {
    public static let kerasClasses = ["PReLU"]

    /// The slopes, of the sample's shape or 1 along shared axes.
    public private(set) var alpha: Tensor

    public init(_ material: inout LayerMaterial) throws {
        let rank = material.inputShapes.first?.count ?? 0
        let shared = material.configuration.axes("shared_axes") ?? []
        let extents: SampleShape = (0..<rank).map { shared.contains($0 + 1) ? 1 : material.inputShapes[0][$0] }
        alpha = try material.weight("alpha", shape: material.fresh == nil ? extents.map { _ in nil } : extents)
    }

    public var parameters: [Parameter] { [Parameter(name: "alpha", value: alpha)] }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws { alpha = values.removeFirst() }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] { inputs }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let broadcast = try Broadcast(from: [1] + alpha.shape, to: x.shape)
        let slopes = broadcast.expand(alpha.reshaped([1] + alpha.shape)), shape = alpha.shape
        let y = zip3(x, slopes, slopes) { x, slope, _ in x > 0 ? x : slope * x }
        return LayerOutput([y], masks: input.masks) { cotangents, wantsWeights in
            guard let cotangent = cotangents[0] else { return PulledBack([nil]) }
            var pulled = PulledBack([zip3(cotangent, x, slopes) { d, x, slope in x > 0 ? d : slope * d }])
            if wantsWeights {
                let dSlopes = zip3(cotangent, x, slopes) { d, x, _ in x > 0 ? 0 : d * x }
                pulled.weights = [broadcast.collapse(dSlopes).reshaped(shape)]
            }
            return pulled
        }
    }
}
