import Checkpoints
import Networks
import TestSupport
import Tensors
import Testing

@Suite("Vector-Jacobian products agree with finite differences")
struct FiniteDifferenceTests {
    /// All but the case of every activation function, whose kinks a finite step jumps over; its Jacobian is compared with Keras'.
    static let models = Fixtures.names(in: "zoo", ending: ".h5").filter { name in
        !["expected", "k2w", "weights", "activations"].contains { name.contains($0) }
    }

    /// For a random direction v and random cotangent u: u . (f(x + hv) - f(x - hv)) / 2h against v . VJP(u).
    @Test("On every network of the zoo", arguments: models)
    func agrees(_ name: String) throws {
        let graph = try Network(Checkpoint(path: Fixtures.path("zoo/\(name)"))).graph
        // Tokens are no place to take small steps.
        if graph.nodes.contains(where: { $0.className == "Embedding" }) { return }
        let shape = [3] + graph.inputShape(0).map { $0 ?? 5 }
        var state: UInt64 = 5
        func random(_ shape: [Int]) -> Tensor {
            Tensor(shape: shape) { buffer in
                for index in 0..<buffer.count {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    buffer[index] = Float(state >> 40) * 0x1p-23 - 1
                }
            }
        }
        let x = random(shape)
        for _ in 0..<5 {
            let evaluation = try graph.evaluate([x], recording: true)
            let u = random(evaluation.outputs[0].shape)
            let v = random(shape)
            let gradient = try evaluation.gradients(cotangents: [u])[0]
            let product = zip(gradient.values, v.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            let h: Float = 1e-2
            let outputs = try [h, -h].map { step in
                try graph.evaluate([Tensor(shape: shape, values: zip(x.values, v.values).map { $0 + step * $1 })])
                    .outputs[0]
            }
            let difference = zip(zip(outputs[0].values, outputs[1].values), u.values).reduce(0.0) { sum, pair in
                sum + Double(pair.1) * (Double(pair.0.0) - Double(pair.0.1)) / (2 * Double(h))
            }
            #expect(abs(product - difference) <= 2e-3 * max(1, abs(difference)), "\(product), \(difference)")
        }
    }
}
