import Foundation
import Tensors

/// The weighted sum over time of DeepMoji (Felbo et al. 2017) and textgenrnn: with e = h W and m its largest entry,
/// a_t = exp(e_t - m) / (sum_s exp(e_s - m) + 1e-7), output = sum_t a_t h_t. Masked steps have a_t = 0.
public struct AttentionWeightedAverage: AttentionLayer {
    public static let kerasClasses = ["AttentionWeightedAverage"]
    /// `K.epsilon()`, which the original adds to the denominator.
    private static let epsilon: Float = 1e-7

    private var kernel: Tensor
    private let returnsAttention: Bool
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        kernel = try material.weight("W", shape: [material.features, 1], anyPrefix: true)
        returnsAttention = try material.configuration.bool("return_attention", default: false)
    }

    public var attentionKind: String { "weighted average (DeepMoji), many-to-one" }

    public var parameters: [Parameter] { [Parameter(name: "W", value: kernel)] }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws { kernel = values.removeFirst() }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard inputs.count == 1, inputs[0].count == 2 else {
            throw NetworkError.wrongInput(
                layer: name, needs: "a sequence", found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        return [[inputs[0][1]]] + (returnsAttention ? [[inputs[0][0]]] : [])
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let (batch, time, width) = (x.shape[0], x.shape[1], x.shape[2])
        let given = input.substitute?.weights
        let weights = given ?? Self.weights(x.matmul(kernel).reshaped([batch, time]), mask: input.masks[0])
        let row = weights.reshaped([batch, 1, time])
        let result = row.batchedMatmul(x).reshaped([batch, width])
        return LayerOutput([result] + (returnsAttention ? [weights] : []), attention: weights) {
            [kernel] cotangents, wantsWeights in
            var dWeights = cotangents.count > 1 ? cotangents[1] : nil
            var dX: Tensor?
            if let cotangent = cotangents[0]?.reshaped([batch, 1, width]) {
                dX = row.batchedMatmul(cotangent, transposed: true)
                let fromSum = cotangent.batchedMatmul(x, rightTransposed: true).reshaped([batch, time])
                if dWeights == nil { dWeights = fromSum } else { dWeights?.add(fromSum) }
            }
            guard let dWeights else { return PulledBack([nil]) }
            guard given == nil else { return PulledBack([dX, dWeights]) }
            let dLogits = Activation.softmax.pullback(dWeights, x: weights, y: weights).reshaped([batch, time, 1])
            let throughLogits = dLogits.matmul(kernel, rightTransposed: true)
            dX?.add(throughLogits)
            return PulledBack([dX ?? throughLogits], weights: wantsWeights ? [x.outerSum(dLogits)] : [])
        }
    }

    /// The weights of each row of scores, B×T.
    private static func weights(_ scores: Tensor, mask: Tensor?) -> Tensor {
        let time = scores.shape[1]
        return Tensor(shape: scores.shape) { result in
            for start in stride(from: 0, to: scores.count, by: max(1, time)) {
                let row = scores.values[start..<(start + time)]
                // The original takes the largest of all scores, masked ones included.
                let largest = row.max() ?? 0
                var sum: Float = 0
                for place in row.indices {
                    let isValid = mask?.values[place] != 0
                    result[place] = isValid ? Foundation.exp(row[place] - largest) : 0
                    sum += result[place]
                }
                for place in row.indices { result[place] /= sum + epsilon }
            }
        }
    }
}
