import CKernels
import Testing

@testable import Networks
@testable import Tensors

@Suite(
    "The two ways back through an LSTM agree", .enabled(if: fovea_has_matrix_unit(), "this machine has one way back"))
struct LSTMWayBackTests {
    /// Numbers of units with and without a rest beside whole tiles, and such a rest with few and with many units; rows of a batch that
    /// fill pieces of 32 and rows that do not.
    @Test(
        "With gradients of inputs, states and weights, for any number of units and rows",
        arguments: [64, 66, 70, 78, 100, 129], [1, 5, 16, 32, 40, 64])
    func agree(units: Int, batch: Int) throws {
        let layer = try layer(units: units, features: 34)
        var draws = Draws()
        let inputs = [[batch, 5, 34], [batch, units], [batch, units]].map { draws.tensor($0) }
        let cotangents = [[batch, 5, units], [batch, units], [batch, units]].map { draws.tensor($0) }
        let inParts = try backward(layer, inputs, cotangents, isPlain: false)
        let plain = try backward(layer, inputs, cotangents, isPlain: true)
        #expect(inParts.count == 6 && plain.count == 6)
        for (found, expected) in zip(inParts, plain) {
            let largest = expected.values.map(abs).max() ?? 0
            #expect(largest > 0 && found.shape == expected.shape)
            #expect(zip(found.values, expected.values).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
        }
    }

    @Test("A sample with infinite cotangents leaves the others as they are", arguments: [Float.infinity, .nan])
    func extremes(value: Float) throws {
        let layer = try layer(units: 100, features: 34)
        var draws = Draws()
        let inputs = [[32, 5, 34], [32, 100], [32, 100]].map { draws.tensor($0) }
        var cotangents: [Tensor] = [[32, 5, 100], [32, 100], [32, 100]].map { draws.tensor($0) }
        let untouched = try backward(layer, inputs, cotangents, isPlain: false)
        cotangents[0].values[(17 * 5 + 3) * 100 + 8] = value
        let found = try backward(layer, inputs, cotangents, isPlain: false)
        for (found, untouched) in zip(found.prefix(3), untouched) {
            let each = found.count / 32
            for sample in 0..<32 {
                let range = (sample * each)..<((sample + 1) * each)
                if sample == 17 {
                    #expect(found.values[range].contains { !$0.isFinite })
                } else {
                    #expect(found.values[range] == untouched.values[range])
                }
            }
        }
        for gradient in found.dropFirst(3) { #expect(gradient.values.contains { !$0.isFinite }) }
    }

    private func layer(units: Int, features: Int) throws -> LSTM {
        var material = LayerMaterial(
            name: "lstm", className: "LSTM",
            configuration: LayerConfiguration(
                layer: "lstm", kerasVersion: KerasVersion("2.15.0"),
                options: [
                    "units": .number(Double(units)), "return_sequences": .bool(true), "return_state": .bool(true),
                ]),
            inputShapes: [[nil, features], [units], [units]], stored: nil, checkpoint: nil)
        material.fresh = FreshWeights(seed: 3)
        return try LSTM(&material)
    }

    /// The cotangents of the inputs, then the gradients of the weights. A mask that masks nothing leads along the plain way.
    private func backward(
        _ layer: LSTM, _ inputs: [Tensor], _ cotangents: [Tensor], isPlain: Bool
    ) throws -> [Tensor] {
        let mask = isPlain ? Tensor(shape: Array(inputs[0].shape.prefix(2)), repeating: 1) : nil
        let output = try layer(LayerInput(inputs, masks: [mask, nil, nil]), recording: true)
        let pullback = try #require(output.weightPullback)
        let pulled = try pullback(cotangents)
        return pulled.inputs.compactMap(\.self) + pulled.weights.compactMap(\.self)
    }
}
