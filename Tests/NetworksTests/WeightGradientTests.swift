import Checkpoints
import Networks
import TestSupport
import Tensors
import Testing

@Suite("Gradients of weights agree with finite differences")
struct WeightGradientTests {
    /// All but the case of every activation function, whose kinks a finite step jumps over.
    static let models =
        ["zoo", "keras", "zoo-keras212"].flatMap { folder in
            Fixtures.names(in: folder, ending: ".h5").map { "\(folder)/\($0)" }
        }.filter { name in !["expected", "k2w", "weights", "activations"].contains { name.contains($0) } }

    /// For random directions v in the space of all weights and a random cotangent u: u . (f(w + hv) - f(w - hv)) / 2h against v . gradient.
    @Test("On every network of the zoo", arguments: models)
    func agrees(_ name: String) throws {
        let graph = try Network(Checkpoint(path: Fixtures.path(name))).graph
        var draws = Draws()
        let inputs = draws.inputs(of: graph, batch: 3)
        let layers = graph.weightedLayers
        for layer in [nil] + layers.map(\.node) {
            let evaluation = try graph.evaluate(inputs, recording: true)
            let cotangents = evaluation.outputs.map { draws.tensor($0.shape) }
            let gradients = try evaluation.weightGradients(cotangents: cotangents)
            // All weights at once, then one layer at a time; of length 1, so that the step stays small however many there are.
            var direction = layers.map { weighted in
                weighted.parameters.map { parameter in
                    parameter.isTrainable && (layer == nil || layer == weighted.node)
                        ? draws.tensor(parameter.value.shape) : Tensor(shape: parameter.value.shape, repeating: 0)
                }
            }
            let length = direction.joined().reduce(0.0) { $0 + dot($1, $1) }.squareRoot()
            for (index, tensors) in direction.enumerated() {
                direction[index] = tensors.map { tensor in
                    Tensor(shape: tensor.shape, values: tensor.values.map { $0 / Float(length) })
                }
            }
            let product = zip(gradients.joined(), direction.joined()).reduce(0.0) { $0 + dot($1.0, $1.1) }
            // A rectifier's kink may lie within a step, hardly within the shortest.
            let differences = try [1e-2, 2e-3, 2e-4].map { step in
                try Self.difference(graph, inputs, cotangents, along: direction, step)
            }
            let norm = gradients.joined().reduce(0.0) { $0 + dot($1, $1) }.squareRoot()
            #expect(
                differences.contains { abs(product - $0) <= 1e-3 * max(1, norm) },
                "layer \(layer.map { graph.nodes[$0].name } ?? "all"): \(product), \(differences)")
        }
    }

    /// The central difference of u . f along a direction in the space of the weights.
    private static func difference(
        _ graph: LayerGraph, _ inputs: [Tensor], _ cotangents: [Tensor], along direction: [[Tensor]], _ step: Double
    ) throws -> Double {
        let values = try [step, -step].map { step in
            let moved = zip(graph.weightedLayers, direction).flatMap { layer, direction in
                zip(layer.parameters, direction).map { parameter, v in
                    Tensor(
                        shape: v.shape, values: zip(parameter.value.values, v.values).map { $0 + Float(step) * $1 })
                }
            }
            let outputs = try graph.replacing(weights: moved).evaluate(inputs).outputs
            return zip(outputs, cotangents).reduce(0.0) { $0 + dot($1.0, $1.1) }
        }
        return (values[0] - values[1]) / (2 * step)
    }

    @Test("Every gradient has the shape of its weight", arguments: models)
    func shapes(_ name: String) throws {
        let graph = try Network(Checkpoint(path: Fixtures.path(name))).graph
        var draws = Draws()
        let evaluation = try graph.evaluate(draws.inputs(of: graph, batch: 2), recording: true)
        let gradients = try evaluation.weightGradients(cotangents: evaluation.outputs.map { draws.tensor($0.shape) })
        for (layer, gradients) in zip(graph.weightedLayers, gradients) {
            #expect(gradients.count == layer.parameters.count)
            for (parameter, gradient) in zip(layer.parameters, gradients) where parameter.isTrainable {
                #expect(gradient?.shape == parameter.value.shape, "\(layer.name)/\(parameter.name)")
            }
        }
    }

    @Test("Weights that are replaced by themselves change nothing", arguments: models)
    func identity(_ name: String) throws {
        let graph = try Network(Checkpoint(path: Fixtures.path(name))).graph
        var draws = Draws()
        let inputs = draws.inputs(of: graph, batch: 2)
        let same = try graph.replacing(weights: graph.weightedLayers.flatMap { $0.parameters.map(\.value) })
        #expect(try same.evaluate(inputs).outputs == graph.evaluate(inputs).outputs)
    }
}

/// The inner product in Float64; nil counts as zero.
private func dot(_ a: Tensor?, _ b: Tensor?) -> Double {
    guard let a, let b else { return 0 }
    return zip(a.values, b.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
}

/// Numbers in [-1, 1) from a fixed start, and inputs that fit a network.
struct Draws {
    private var state: UInt64 = 5

    mutating func tensor(_ shape: [Int]) -> Tensor {
        Tensor(shape: shape) { buffer in
            for index in 0..<buffer.count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                buffer[index] = Float(state >> 40) * 0x1p-23 - 1
            }
        }
    }

    mutating func inputs(of graph: LayerGraph, batch: Int) -> [Tensor] {
        graph.inputs.indices.map { index in
            let values = tensor([batch] + graph.inputShape(index).map { $0 ?? 5 })
            let takesTokens = graph.differentiableInput(index).node != graph.inputs[index]
            return takesTokens
                ? Tensor(shape: values.shape, values: values.values.map { (abs($0) * 5).rounded(.down) }) : values
        }
    }
}
