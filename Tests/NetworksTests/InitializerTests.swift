import Checkpoints
import Foundation
import HDF5
import TestSupport
import Testing

@testable import Networks
@testable import Tensors

@Suite("Weights are drawn anew as Keras draws them")
struct InitializerTests {
    private func draw(_ initializer: KerasInitializer, _ shape: [Int]) -> Tensor {
        var state: UInt64 = 42
        return initializer(shape) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53
        }
    }

    private func deviation(_ tensor: Tensor) -> Double {
        let mean = tensor.values.reduce(0.0) { $0 + Double($1) } / Double(tensor.count)
        return (tensor.values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(tensor.count))
            .squareRoot()
    }

    struct Scaled: Sendable, CustomTestStringConvertible {
        let name: String
        let shape: [Int]
        /// The formula of the paper that Keras cites.
        let deviation: Double
        let limit: Double
        var testDescription: String { "\(name) \(shape)" }
    }

    @Test(
        "Spread and limits are those of the papers",
        arguments: [
            Scaled(
                name: "GlorotUniform", shape: [200, 300], deviation: (2.0 / 500).squareRoot(),
                limit: (6.0 / 500).squareRoot()),
            Scaled(
                name: "glorot_uniform", shape: [5, 20, 80], deviation: (2.0 / 500).squareRoot(),
                limit: (6.0 / 500).squareRoot()),
            Scaled(name: "he_normal", shape: [200, 100], deviation: 0.1, limit: 0.2 / 0.8796),
            Scaled(name: "LecunUniform", shape: [300, 100], deviation: (1.0 / 300).squareRoot(), limit: 0.1),
            Scaled(name: "random_uniform", shape: [100, 100], deviation: 0.05 / 3.0.squareRoot(), limit: 0.05),
            Scaled(name: "TruncatedNormal", shape: [100, 100], deviation: 0.05 * 0.8796, limit: 0.1),
        ])
    func spread(_ test: Scaled) throws {
        let initializer = try #require(KerasInitializer(.string(test.name)))
        let tensor = draw(initializer, test.shape)
        #expect(abs(deviation(tensor) / test.deviation - 1) < 0.03)
        let largest = tensor.values.reduce(0.0) { max($0, Double(abs($1))) }
        #expect(largest <= test.limit * 1.0001 && largest > 0.95 * test.limit)
    }

    @Test("Orthogonal matrices have orthonormal rows or columns", arguments: [[12, 48], [48, 12], [20, 20]])
    func orthogonal(_ shape: [Int]) {
        let matrix = draw(.orthogonal(gain: 1), shape)
        let isWide = shape[0] <= shape[1]
        let gram = isWide ? matrix.matmul(matrix, rightTransposed: true) : matrix.matmul(matrix, transposed: true)
        let count = min(shape[0], shape[1])
        for row in 0..<count {
            for column in 0..<count {
                #expect(abs(gram.values[row * count + column] - (row == column ? 1 : 0)) < 1e-5)
            }
        }
    }

    @Test("Configurations name initialisers as text or as a class with options")
    func configurations() {
        let constant = JSONValue.object([
            "class_name": .string("Constant"), "config": .object(["value": .number(0.25)]),
        ])
        #expect(KerasInitializer(constant) == .constant(0.25))
        let scaling = JSONValue.object([
            "class_name": .string("VarianceScaling"),
            "config": .object(["scale": .number(2), "mode": .string("fan_out"), "distribution": .string("uniform")]),
        ])
        #expect(KerasInitializer(scaling) == .varianceScaling(scale: 2, mode: .fanOut, distribution: .uniform))
        #expect(KerasInitializer(.string("my_initializer")) == nil)
    }

    @Test("An LSTM gets zero biases with ones for the forget gate, and an orthogonal recurrent kernel")
    func lstm() throws {
        let checkpoint = try Checkpoint(path: Fixtures.path("zoo/pkg_luong.k2.h5"))
        let graph = try Network(checkpoint, redraw: WeightRedraw(layers: ["lstm"], seed: 1)).graph
        let lstm = try #require(graph.nodes.first { $0.name == "lstm" }?.layer as? LSTM)
        let u = lstm.units
        #expect(lstm.bias?.values == (0..<(4 * u)).map { u..<(2 * u) ~= $0 ? 1 : 0 })
        let gram = lstm.recurrentKernel.matmul(lstm.recurrentKernel, rightTransposed: true)
        for index in 0..<u { #expect(abs(gram.values[index * u + index] - 1) < 1e-5) }
        let limit = (6.0 / Double(lstm.kernel.shape[0] + 4 * u)).squareRoot()
        #expect(lstm.kernel.values.allSatisfy { Double(abs($0)) <= limit })
    }

    @Test(
        "Every network of the zoo can lose all it learned, and still runs",
        arguments: Fixtures.names(in: "zoo", ending: ".k2.h5").filter { !$0.contains("expected") })
    func everyNetwork(_ name: String) throws {
        let checkpoint = try Checkpoint(path: Fixtures.path("zoo/\(name)"))
        let trained = try Network(checkpoint).graph
        let layers = Set(trained.nodes.map(\.name))
        let redrawn = try Network(checkpoint, redraw: WeightRedraw(layers: layers, seed: 3)).graph
        let file = try HDF5File(path: Fixtures.path("zoo/\(name.replacing(".h5", with: ".expected.h5"))"))
        let inputs = try trained.inputs.indices.map { try file.tensor("/x\($0)") }
        let outputs = try redrawn.evaluate(inputs).outputs
        #expect(outputs.allSatisfy { $0.values.allSatisfy(\.isFinite) })
        // Every kernel is another one, nested ones included; biases and scales may have kept their first values.
        for (before, after) in zip(trained.nodes, redrawn.nodes) {
            for (old, new) in zip(before.layer?.parameters ?? [], after.layer?.parameters ?? []) {
                #expect(old.value.shape == new.value.shape)
                if old.name.hasSuffix("kernel") { #expect(old.value != new.value, "\(before.name) \(old.name)") }
            }
        }
    }
}
