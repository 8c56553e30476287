import Tensors

/// Token vectors, `keras.layers.Embedding`: tokens B×T → B×T×d; with `mask_zero`, token 0 is masked.
///
/// Tokens have no gradient; ask for the gradient with respect to this layer's output.
public struct Embedding: Layer {
    public static let kerasClasses = ["Embedding"]

    /// The vectors, vocabulary×d.
    public private(set) var embeddings: Tensor
    /// Whether token 0 is padding.
    public let masksZero: Bool
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        let options = material.configuration
        embeddings = try material.weight(
            "embeddings", shape: [try options.positive("input_dim"), try options.positive("output_dim")])
        masksZero = try options.bool("mask_zero", default: false)
    }

    public var parameters: [Parameter] { [Parameter(name: "embeddings", value: embeddings)] }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws { embeddings = values.removeFirst() }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] { [inputs[0] + [embeddings.shape[1]]] }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let tokens = input.tensors[0]
        let (vocabulary, width) = (embeddings.shape[0], embeddings.shape[1])
        guard let bad = tokens.values.first(where: { !(0..<Float(vocabulary) ~= $0) || $0 != $0.rounded() }) else {
            let y = Tensor(shape: tokens.shape + [width]) { result in
                for (place, token) in tokens.values.enumerated() {
                    for unit in 0..<width {
                        result[place * width + unit] = embeddings.values[Int(token) * width + unit]
                    }
                }
            }
            let mask = masksZero ? tokens.map { $0 == 0 ? 0 : 1 } : nil
            let shape = embeddings.shape
            return LayerOutput([y], masks: [mask]) { cotangents, wantsWeights in
                guard wantsWeights, let cotangent = cotangents[0] else { return PulledBack([nil]) }
                var sum = Tensor(shape: shape, repeating: 0)
                sum.values.withUnsafeMutableBufferPointer { sum in
                    for (place, token) in tokens.values.enumerated() {
                        let row = Int(token) * width
                        for unit in 0..<width { sum[row + unit] += cotangent.values[place * width + unit] }
                    }
                }
                return PulledBack([nil], weights: [sum])
            }
        }
        throw NetworkError.dataMismatch(
            input: "layer `\(name)`", needs: "tokens, whole numbers from 0 to \(vocabulary - 1)", found: "\(bad)")
    }
}
