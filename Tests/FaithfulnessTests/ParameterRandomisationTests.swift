import Attribution
import Checkpoints
import Metrics
import Networks
import TestSupport
import Testing

@testable import Faithfulness
@testable import Tensors

@Suite("Model-parameter randomisation")
struct ParameterRandomisationTests {
    private static let inputs = Tensor(
        shape: [4, 6, 1], values: (0..<24).map { Float(($0 * 7) % 11) / 11 + 0.05 })

    private func saliency(_ network: Network) throws -> Tensor {
        let evaluation = try network.graph.evaluate([Self.inputs], recording: true)
        return Saliency()(try InputGradient(of: evaluation, in: network.graph))
    }

    @Test("Layers lose their weights from the output downwards, one more at each step, or one alone")
    func orders() throws {
        try TinyNetwork(.luong).withFile { path in
            let checkpoint = try Checkpoint(path: path)
            let cascading = try ParameterRandomisation()(checkpoint, map: saliency)
            #expect(cascading.map(\.layer) == ["dense", "attention", "lstm"])
            #expect(cascading.map(\.randomised.count) == [1, 2, 3])
            let independent = try ParameterRandomisation(order: .independent)(checkpoint, map: saliency)
            #expect(independent.map(\.randomised) == [["dense"], ["attention"], ["lstm"]])
            // The first step is the same either way, and no step is the untouched network.
            #expect(cascading[0].similarity.values == independent[0].similarity.values)
            for step in cascading + independent {
                #expect(step.similarity.values.allSatisfy { -1...1 ~= ($0.value ?? 2) })
            }
            let again = try ParameterRandomisation()(checkpoint, map: saliency)
            #expect(again.map(\.similarity) == cascading.map(\.similarity))
        }
    }

    @Test("A map of the input alone survives everything, one of random weights nothing")
    func extremes() throws {
        try TinyNetwork(.bahdanau).withFile { path in
            let checkpoint = try Checkpoint(path: path)
            let input = try ParameterRandomisation()(checkpoint) { _ in Self.inputs.reshaped([4, 6]) }
            for step in input { for value in step.similarity.values { expectClose(value, 1, 1e-12) } }
            let constant = try ParameterRandomisation()(checkpoint) { _ in Tensor(shape: [4, 6], repeating: 1) }
            #expect(constant[0].similarity.values[0] == .undefined(.constantMap))
        }
    }

    @Test("Only the layers named are drawn anew; what is drawn does not depend on the others")
    func untouched() throws {
        try TinyNetwork(.luong).withFile { path in
            let checkpoint = try Checkpoint(path: path)
            func weights(_ layers: Set<String>) throws -> [String: [Tensor]] {
                let network = try Network(checkpoint, redraw: WeightRedraw(layers: layers, seed: 5))
                return Dictionary(
                    network.graph.nodes.map { ($0.name, ($0.layer?.parameters ?? []).map(\.value)) },
                    uniquingKeysWith: { first, _ in first })
            }
            let (none, dense, both) = (try weights([]), try weights(["dense"]), try weights(["dense", "lstm"]))
            #expect(none["lstm"] == dense["lstm"])
            #expect(none["dense"] != dense["dense"])
            #expect(dense["dense"] == both["dense"])
            #expect(both["lstm"] != none["lstm"])
        }
    }
}
