import Attribution
import Checkpoints
import Foundation
import HDF5
import TestSupport
import Testing

@testable import Networks
@testable import Tensors

@Suite("Attention can be replaced in every network that has some")
struct SubstitutionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let path: String
        let expected: String
        var testDescription: String { (path as NSString).lastPathComponent }

        /// One file of every zoo case whose reference holds attention.
        static let all: [Case] = {
            let folder = Fixtures.path("zoo")
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.filter { $0.hasSuffix(".expected.h5") }.sorted().compactMap { name in
                let stem = name.replacingOccurrences(of: ".expected.h5", with: "")
                let file = [".h5", ".keras"].map { "\(folder)/\(stem)\($0)" }.first {
                    FileManager.default.fileExists(atPath: $0)
                }
                return file.map { Case(path: $0, expected: "\(folder)/\(name)") }
            }
        }()
    }

    private func evaluation(_ test: Case) throws -> (Evaluation, LayerGraph)? {
        let graph = try Network(Checkpoint(path: test.path)).graph
        guard !graph.attentionLayers.isEmpty else { return nil }
        let file = try HDF5File(path: test.expected)
        let inputs = try graph.inputs.indices.map { try file.tensor("/x\($0)") }
        return (try graph.evaluate(inputs, recording: true), graph)
    }

    @Test("The own weights put in by hand change nothing", arguments: Case.all)
    func own(_ test: Case) throws {
        guard let (evaluation, _) = try evaluation(test) else { return }
        let own = Dictionary(
            evaluation.attention.map { ($0.layer, AttentionSubstitute(weights: $0.weights)) }, uniquingKeysWith: { $1 })
        let again = try evaluation.substituting(own)
        for (first, second) in zip(evaluation.outputs, again.outputs) {
            #expect(zip(first.values, second.values).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($0)) })
        }
    }

    @Test("The gradient with respect to the weights agrees with finite differences", arguments: Case.all)
    func gradient(_ test: Case) throws {
        guard let (evaluation, graph) = try evaluation(test), let map = evaluation.attention.last else { return }
        let given = try evaluation.substituting([map.layer: AttentionSubstitute(weights: map.weights)], recording: true)
        let ones = given.outputs.map { Tensor(shape: $0.shape, repeating: 1) }
        let back = try given.backpropagate(cotangents: ones, to: [graph.differentiableInput(0)])
        let gradient = try #require(back.attention[map.layer])
        #expect(gradient.count == map.weights.count)
        // Move all weights at once along a fixed direction; the first instance's outputs say how the sum moves.
        let direction = (0..<map.weights.count).map { Float(($0 * 7919) % 13) / 13 - 0.5 }
        func total(_ step: Float) throws -> Double {
            var moved = map.weights
            for index in 0..<moved.count { moved.values[index] += step * direction[index] }
            return try evaluation.substituting([map.layer: AttentionSubstitute(weights: moved)]).outputs
                .reduce(0) { $0 + $1.values.reduce(0) { $0 + Double($1) } }
        }
        let step: Float = 1e-2
        let numeric = try (total(step) - total(-step)) / Double(2 * step)
        let analytic = zip(gradient.values, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(numeric - analytic) <= 2e-2 * max(1, abs(analytic)), "\(numeric) against \(analytic)")
    }

    @Test("Zeroing the query path changes the founding model's output but not its attention")
    func queryPath() throws {
        let graph = try Network(Checkpoint(path: Fixtures.path("zoo/pkg_luong.k2.h5"))).graph
        let layer = try #require(graph.attentionLayers.first)
        #expect(graph.hasQueryPath(layer))
        let file = try HDF5File(path: Fixtures.path("zoo/pkg_luong.k2.expected.h5"))
        let evaluation = try graph.evaluate([try file.tensor("/x0")], recording: true)
        let without = try evaluation.substituting([layer: AttentionSubstitute(keepsQuery: false)])
        #expect(without.attention[0].weights == evaluation.attention[0].weights)
        #expect(without.outputs[0] != evaluation.outputs[0])
    }
}
