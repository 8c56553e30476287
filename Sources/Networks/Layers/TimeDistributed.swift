import Tensors

/// A layer applied to every step, `keras.layers.TimeDistributed`.
public struct TimeDistributed: Layer {
    public static let kerasClasses = ["TimeDistributed"]

    /// The layer that each step goes through.
    package private(set) var inner: any Layer
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        guard let wrapped = material.configuration.nested("layer") else {
            throw NetworkError.badConfiguration(layer: name, reason: "its configuration lacks `layer`")
        }
        inner = try material.build(
            wrapped, name: name, inputShapes: material.inputShapes.map { Array($0.dropFirst()) })
    }

    public var parameters: [Parameter] { inner.parameters }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        try inner.takeParameters(&values)
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard inputs.count == 1, inputs[0].count >= 2 else {
            throw NetworkError.wrongInput(
                layer: name, needs: "a sequence", found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        return try inner.outputShapes(for: [Array(inputs[0].dropFirst())]).map { [inputs[0][0]] + $0 }
    }

    /// What the inner layer keeps at every step; all steps go through it at once.
    public func record(for inputs: [SampleShape]) throws -> LayerRecord {
        let steps = stepCount(inputs.first)
        let inner = try inner.record(for: inputs.map { Array($0.dropFirst()) })
        return LayerRecord(count: steps * inner.count)
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let (batch, time) = (x.shape[0], x.shape[1])
        // Each step is a sample of its own.
        let flat = x.reshaped([batch * time] + x.shape.dropFirst(2))
        let result = try inner(LayerInput([flat], training: input.training?.times(time)), recording: recording)
        let unfold = { (tensor: Tensor) in tensor.reshaped([batch, time] + tensor.shape.dropFirst()) }
        var output = LayerOutput(result.tensors.map(unfold), masks: result.tensors.map { _ in input.masks[0] })
        output.movedParameters = result.movedParameters
        let fold = { (cotangents: [Tensor?]) in
            cotangents.map { $0.map { $0.reshaped([batch * time] + $0.shape.dropFirst(2)) } }
        }
        if let pullback = result.pullback {
            output.pullback = { try pullback(fold($0)).map { $0?.reshaped(x.shape) } }
        }
        if let pullback = result.weightPullback {
            output.weightPullback = { cotangents in
                let pulled = try pullback(fold(cotangents))
                return PulledBack(pulled.inputs.map { $0?.reshaped(x.shape) }, weights: pulled.weights)
            }
        }
        return output
    }
}
