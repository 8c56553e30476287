import Foundation
import Metrics
import Networks
import TestSupport
import Testing

@testable import Faithfulness
@testable import Tensors

@Suite("Adversarial attention")
struct AdversarialAttentionTests {
    /// The first three inputs of the reference: few enough positions to try every attention on a grid.
    private static let short = Tensor(shape: [1, 3, 1], values: Array(TinyNetwork.input.values.prefix(3)))

    /// The largest divergence within the tolerance over a grid of all distributions on three positions.
    private func best(_ subject: Subject, tolerance: Double, steps: Int = 150) throws -> Double {
        let test = try AttentionUnderTest(subject, layer: TinyNetwork.layer, instances: 0..<1)
        let own = test.weights.values.map { Double($0) }
        var best = 0.0
        for i in 0...steps {
            for j in 0...(steps - i) {
                let p = [i, j, steps - i - j].map { Double($0) / Double(steps) }
                let output = try test.outputs(with: Tensor(shape: [1, 3], values: p.map(Float.init)))
                guard output.space.change(test.outputs[0], output[0]) <= tolerance else { continue }
                let terms = zip(p, own).map { p, q -> Double in
                    let m = (p + q) / 2
                    return (p > 0 ? p * log2(p / m) : 0) + (q > 0 ? q * log2(q / m) : 0)
                }
                best = max(best, terms.reduce(0, +) / 2)
            }
        }
        return best
    }

    @Test(
        "What is found is as good as the best of a grid, and within the tolerance", arguments: TinyNetwork.all,
        [0.002, 0.01, 0.05])
    func optimum(_ network: TinyNetwork, tolerance: Double) throws {
        let subject = try network.subject(inputs: Self.short)
        let result = try AdversarialAttention(tolerance: tolerance)(subject, layer: TinyNetwork.layer)
        let reached = try #require(result.divergence.values[0].value)
        let change = try #require(result.change.values[0].value)
        #expect(change <= tolerance)
        let grid = try best(subject, tolerance: tolerance)
        #expect(reached >= grid - 0.01, "\(reached) against \(grid) on the grid")
        // The weights are what the numbers say.
        let test = try AttentionUnderTest(subject, layer: TinyNetwork.layer, instances: 0..<1)
        let output = try test.outputs(with: result.weights)
        #expect(abs(output.space.change(test.outputs[0], output[0]) - change) < 1e-6)
        #expect(abs(result.weights.values.reduce(0, +) - 1) < 1e-5)
        #expect(0...1 ~= (result.feasibility.values[0].value ?? -1))
    }

    /// JS is convex, so without a constraint its maximum is all weight where the own attention has least:
    /// 1 - H of the mixture in closed form, with q the least weight.
    @Test("With any change allowed, all weight goes where the own attention has least")
    func unconstrained() throws {
        let network = TinyNetwork(.luong)
        let result = try AdversarialAttention(tolerance: 100)(network.subject(), layer: TinyNetwork.layer)
        let q = network.reference("attention").min() ?? 0
        let m = (1 + q) / 2
        let bound = (-log2(m) + q * log2(q / m) + (1 - q)) / 2
        let reached = try #require(result.divergence.values[0].value)
        #expect(reached <= bound + 1e-6)
        #expect(reached > 0.99 * bound)
        #expect(result.feasibility.values == [.value(1)])
    }

    @Test("With no change allowed the own attention is all there is, and the seed is all that chance depends on")
    func tight() throws {
        let subject = try TinyNetwork(.bahdanau).subject()
        let none = try AdversarialAttention(tolerance: 0, steps: 20)(subject, layer: TinyNetwork.layer)
        #expect((none.change.values[0].value ?? 1) == 0)
        let test = AdversarialAttention(tolerance: 0.01, steps: 20, seed: 9)
        let first = try test(subject, layer: TinyNetwork.layer)
        #expect(try test(subject, layer: TinyNetwork.layer).weights == first.weights)
    }

    @Test("One instance has no spread of outputs to take the tolerance from")
    func constant() throws {
        let result = try AdversarialAttention()(TinyNetwork(.luong).subject(), layer: TinyNetwork.layer)
        #expect(result.divergence.values == [.undefined(.constantOutput)])
        #expect(result.tolerance == nil)
        let sigmoid = try AdversarialAttention()(
            TinyNetwork(.luong).subject(activation: "sigmoid"), layer: TinyNetwork.layer)
        #expect(sigmoid.tolerance == 0.05)
    }
}
