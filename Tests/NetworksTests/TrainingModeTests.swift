import Checkpoints
import Tensors
import Testing

@testable import Networks

@Suite("Layers that draw numbers in training")
struct TrainingModeTests {
    private func dropout(_ className: String, rate: Double, shape: [Int]) throws -> LayerGraph {
        let option = className == "GaussianNoise" ? "stddev" : "rate"
        let layers: [JSONValue] = [
            .object([
                "class_name": .string("InputLayer"),
                "config": .object([
                    "name": .string("x"),
                    "batch_input_shape": .array([.null] + shape.map { .number(Double($0)) }),
                ]),
            ]),
            .object([
                "class_name": .string(className),
                "config": .object(["name": .string("d"), option: .number(rate)]),
            ]),
        ]
        return try Architecture(
            .object(["class_name": .string("Sequential"), "config": .object(["layers": .array(layers)])]),
            kerasVersion: "2.21.0", name: "test"
        ).freshGraph(seed: 1)
    }

    @Test("Dropout sets its share to 0 and scales the rest so that the mean stays")
    func inverted() throws {
        let graph = try dropout("Dropout", rate: 0.2, shape: [5, 40])
        let x = Tensor(shape: [100, 5, 40], repeating: 1)
        let y = try graph.evaluate([x], recording: true, training: TrainingNoise(seed: 3)).outputs[0]
        #expect(y.values.allSatisfy { $0 == 0 || $0 == 1.25 })
        // 20,000 draws: five standard deviations are 0.014.
        #expect(abs(Double(y.values.count { $0 == 0 }) / 20_000 - 0.2) < 0.014)
        #expect(try graph.evaluate([x]).outputs[0] == x)
    }

    @Test("Dropout lets gradients through where it lets values through")
    func gradient() throws {
        let graph = try dropout("Dropout", rate: 0.5, shape: [10, 4])
        let x = Tensor(shape: [3, 10, 4], repeating: 1)
        let evaluation = try graph.evaluate([x], recording: true, training: TrainingNoise(seed: 3))
        #expect(try evaluation.gradients(cotangents: [x])[0] == evaluation.outputs[0])
    }

    @Test("SpatialDropout1D draws once for all steps of a feature")
    func spatial() throws {
        let graph = try dropout("SpatialDropout1D", rate: 0.5, shape: [6, 8])
        let y = try graph.evaluate([Tensor(shape: [4, 6, 8], repeating: 1)], training: TrainingNoise(seed: 3)).outputs[
            0]
        for step in 1..<6 { #expect(y.step(step) == y.step(0)) }
        #expect(y.values.contains(0) && y.values.contains(2))
    }

    @Test(
        "Gaussian layers have the deviation they name",
        arguments: [("GaussianNoise", 0.5, 0.5), ("GaussianDropout", 0.2, 0.5)])
    func gaussian(_ className: String, _ option: Double, _ deviation: Double) throws {
        let graph = try dropout(className, rate: option, shape: [5, 40])
        let y = try graph.evaluate([Tensor(shape: [100, 5, 40], repeating: 1)], training: TrainingNoise(seed: 3))
            .outputs[0]
        let values = y.values.map(Double.init)
        let mean = values.reduce(0, +) / 20_000
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
        #expect(abs(mean - 1) < 0.02 && abs(variance.squareRoot() - deviation) < 0.02)
    }

    @Test("A part of a batch draws what the whole batch draws there")
    func parts() throws {
        let graph = try dropout("Dropout", rate: 0.5, shape: [3, 4])
        let x = Tensor(shape: [10, 3, 4], repeating: 1)
        let whole = try graph.evaluate([x], training: TrainingNoise(seed: 9)).outputs[0]
        let part = try graph.evaluate([x[rows: 6..<10]], training: TrainingNoise(seed: 9, firstSample: 6)).outputs[0]
        #expect(part == whole[rows: 6..<10])
    }
}
