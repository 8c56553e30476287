import HDF5
import Networks
import TestSupport
import Tensors
import Testing

@testable import Checkpoints
@testable import Training

@Suite("Training agrees with Keras")
struct KerasAgreementTests {
    static let tape = try? HDF5File(path: Fixtures.path("training/gradients.h5"))
    static let networks = tape?.children(of: "/").map(\.name) ?? []

    @Test("The fixture holds networks") func isThere() { #expect(Self.networks.count > 30) }

    @Test("Gradients of weights are those of GradientTape", arguments: networks)
    func gradients(_ name: String) throws {
        let file = try #require(Self.tape)
        let graph = try Network(Checkpoint(path: Fixtures.path("zoo/\(name)"))).graph
        let evaluation = try graph.evaluate(
            graph.inputs.indices.map { try file.tensor("\(name)/x\($0)") }, recording: true)
        let cotangents = try graph.outputs.indices.map { try file.tensor("\(name)/u\($0)") }
        let found = try evaluation.weightGradients(cotangents: cotangents)
        for (layer, gradients) in zip(graph.weightedLayers, found) {
            let expected = try file.tensor("\(name)/layers/\(layer.name)").values
            let values = zip(layer.parameters, gradients).flatMap { parameter, gradient in
                parameter.isTrainable
                    ? gradient?.values ?? [Float](repeating: 0, count: parameter.value.count) : []
            }
            #expect(values.count == expected.count)
            let scale = expected.reduce(Float(1e-3)) { max($0, abs($1)) }
            let worst = zip(values, expected).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            #expect(worst <= 1e-4 * scale, "\(layer.name): \(worst) of \(scale)")
        }
    }

    @Test(
        "Steps of the optimisers lead to the same losses and weights",
        arguments: [
            ("adam", Optimizer(.adam()), Loss.meanSquaredError),
            ("bahdanau", Optimizer(.adam(), learningRate: 0.01, clipping: .value(0.01)), .meanAbsoluteError),
            ("sgd", Optimizer(.sgd(), clipping: .norm(0.5)), .meanSquaredError),
            ("plain_momentum", Optimizer(.sgd(momentum: 0.9), clipping: .globalNorm(1)), .meanSquaredError),
            (
                "momentum", Optimizer(.sgd(momentum: 0.9, nesterov: true), learningRate: 0.05), .binaryCrossentropy
            ),
            ("rmsprop", Optimizer(.rmsprop(), learningRate: 0.01), .categoricalCrossentropy),
        ])
    func steps(_ name: String, _ optimizer: Optimizer, _ loss: Loss) throws {
        let file = try HDF5File(path: Fixtures.path("training/steps.h5"))
        let json = try #require(try file.stringsAttribute("config", at: name)?.first)
        let architecture = Architecture(try JSONParser.parse(json), kerasVersion: "2.21.0", name: name)
        var graph = try architecture.freshGraph(seed: 1)
        var flat = try file.tensor("\(name)/initial").values[...]
        graph = try graph.replacing(
            weights: graph.weightedLayers.flatMap { layer in
                layer.parameters.map { parameter in
                    defer { flat = flat.dropFirst(parameter.value.count) }
                    return Tensor(shape: parameter.value.shape, values: Array(flat.prefix(parameter.value.count)))
                }
            })
        #expect(flat.isEmpty)
        let isShared = file.object(at: "\(name)/x") == nil
        let (x, y) = try (file.tensor(isShared ? "x" : "\(name)/x"), file.tensor(isShared ? "y" : "\(name)/y"))
        var trainer = try Trainer(graph, optimizer: optimizer, loss: loss, workers: 2)
        for (step, expected) in try file.tensor("\(name)/losses").values.enumerated() {
            let rows = (8 * step)..<(8 * step + 8)
            let found = try trainer.train(on: TrainingData(inputs: [x[rows: rows]], targets: y[rows: rows]))
            #expect(abs(found - Double(expected)) <= 1e-4 * max(1, Double(expected)), "step \(step)")
        }
        let expected = try file.tensor("\(name)/final").values
        let found = trainer.weights.flatMap(\.values)
        #expect(found.count == expected.count)
        let worst = zip(found, expected).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(worst <= 1e-4, "\(worst)")
    }
}
