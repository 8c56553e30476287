/// Layers that do nothing at test time: `keras.layers.Dropout`, `SpatialDropout1D`, `GaussianNoise`, `GaussianDropout`,
/// `AlphaDropout`, `ActivityRegularization`.
public struct Dropout: Layer {
    public static let kerasClasses = [
        "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization",
    ]

    public init(_ material: inout LayerMaterial) throws {}

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] { inputs }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        LayerOutput(input.tensors, masks: input.masks, pullback: { $0 })
    }
}
