import Checkpoints
import Foundation
import HDF5
import Metrics
import Networks
import TestSupport
import Testing

@testable import Faithfulness
@testable import Tensors

@Suite("Erasure of attention weights")
struct WeightErasureTests {
    @Test("Zeroed and renormalised weights give the reference's outputs", arguments: TinyNetwork.all)
    func outputs(_ network: TinyNetwork) throws {
        let test = try AttentionUnderTest(network.subject(), layer: TinyNetwork.layer, instances: 0..<1)
        let expected = network.reference("attention_zeroed_renormalised_outputs_k1_to_Tminus1")
        let order = descending(test.overPositions(test.weights, 0))
        #expect(order == network.reference("erasure", "order").map(Int.init))
        for (place, output) in expected.enumerated() {
            var weights = test.weights
            #expect(test.erase(order.prefix(place + 1), of: 0, in: &weights))
            // The weights' rounding grows with what they are divided by.
            expectClose(.value(Double(try test.outputs(with: weights)[0][0])), output, 1e-6)
        }
        #expect(expected.count == 5)
    }

    @Test("The derivative with respect to attention agrees with the reference", arguments: TinyNetwork.all)
    func gradient(_ network: TinyNetwork) throws {
        let test = try AttentionUnderTest(network.subject(), layer: TinyNetwork.layer, instances: 0..<1)
        let found = try test.gradient().values
        for (value, expected) in zip(found, network.reference("gradient_wrt_attention")) {
            expectClose(.value(Double(value)), expected, 2e-6)
        }
    }

    @Test("Against every other weight in turn, the largest differs by the closed form", arguments: TinyNetwork.all)
    func single(_ network: TinyNetwork) throws {
        let subject = try network.subject()
        let result = try SingleErasure(draws: 500, seed: 3)(subject, layer: TinyNetwork.layer)
        let output = network.reference("output")[0]
        let largest = abs(output - network.reference("attention_zeroed_renormalised_outputs_k1_to_Tminus1")[0])
        expectClose(result.largest.values[0], largest, 1e-5)
        #expect(result.largestFlips == nil && result.randomFlips == nil)
        let difference = try #require(result.difference.values[0].value)
        let random = try #require(result.random.values[0].value)
        #expect(abs(difference - (largest - random)) < 1e-6)
        // The mean over the five others, from the reference's attention, states and head: what 500 draws come near.
        let others = try (0..<6).filter { $0 != Int(network.reference("erasure", "order")[0]) }.map { position in
            let test = try AttentionUnderTest(subject, layer: TinyNetwork.layer, instances: 0..<1)
            var weights = test.weights
            _ = test.erase([position], of: 0, in: &weights)
            return abs(Double(try test.outputs(with: weights)[0][0]) - output)
        }
        #expect(abs(random - others.reduce(0, +) / 5) < 0.1 * random)
    }

    @Test(
        "By attention, a change beyond the tolerance comes at the share that the reference's outputs say",
        arguments: TinyNetwork.all)
    func cumulative(_ network: TinyNetwork) throws {
        let subject = try network.subject()
        let changes = network.reference("attention_zeroed_renormalised_outputs_k1_to_Tminus1").map {
            abs($0 - network.reference("output")[0])
        }
        for tolerance in [0, 0.03, 0.05, 0.06, 0.08] {
            let result = try CumulativeErasure(tolerance: tolerance)(subject, layer: TinyNetwork.layer)
            let expected = changes.firstIndex { $0 > tolerance }.map { Metric.value(Double($0 + 1) / 6) }
            #expect(result.fractions[.attention]?.values == [expected ?? .undefined(.neverReached)])
            #expect(result.fractions.count == 4)
        }
        #expect(
            try CumulativeErasure()(subject, layer: TinyNetwork.layer).fractions[.random]?.values == [
                .undefined(.constantOutput)
            ])
    }

    @Test("A decision that the sign of the context settles turns over as soon as the gradient's order says")
    func decisions() throws {
        let subject = try TinyNetwork(.luong).subject(activation: "sigmoid")
        #expect(subject.outputKind == .probability)
        let result = try CumulativeErasure()(subject, layer: TinyNetwork.layer)
        // All outputs of the reference are above 0, probabilities above one half: no erasure turns the decision over.
        for scores in result.fractions.values { #expect(scores.values == [.undefined(.neverReached)]) }
        let single = try SingleErasure()(subject, layer: TinyNetwork.layer)
        #expect(single.largestFlips?.values == [.value(0)])
        #expect(single.randomFlips?.values == [.value(0)])
        // JS in bits of (p, 1-p) before and after, from the reference's outputs.
        let (p, q) = (0.6004740679611507, 1 / (1 + exp(-0.3904459094665157)))
        let m = (p + q) / 2
        let expected =
            (p * log2(p / m) + (1 - p) * log2((1 - p) / (1 - m)) + q * log2(q / m) + (1 - q) * log2((1 - q) / (1 - m)))
            / 2
        // 1.3e-5 bits from probabilities known to 3e-8.
        expectClose(single.largest.values[0], expected, 2e-2)
    }

    @Test("One position has nothing to erase")
    func onePosition() throws {
        let subject = try TinyNetwork(.luong).subject(inputs: Tensor(shape: [2, 1, 1], values: [0.1, 0.9]))
        #expect(try SingleErasure()(subject, layer: "attention").difference.values[0] == .undefined(.tooFewPositions))
        let fractions = try CumulativeErasure()(subject, layer: "attention").fractions
        #expect(fractions[.attention]?.values == [.undefined(.tooFewPositions), .undefined(.tooFewPositions)])
    }

    @Test("A classifier of the zoo is turned over by some order, never later than all positions")
    func classifier() throws {
        let graph = try Network(Checkpoint(path: Fixtures.path("zoo/embed_lstm_att.k2.h5"))).graph
        let data = try HDF5File(path: Fixtures.path("zoo/embed_lstm_att.k2.expected.h5"))
        let subject = try Subject(graph, inputs: [try data.tensor("/x0")])
        let layer = try #require(graph.attentionLayers.first)
        let result = try CumulativeErasure(tolerance: 1e-4)(subject, layer: layer)
        for scores in result.fractions.values {
            for value in scores.values.compactMap(\.value) { #expect(value > 0 && value < 1) }
            #expect(scores.values.count == subject.count)
        }
    }
}
