import Checkpoints
import Foundation
import HDF5
import Networks
import TestSupport
import Tensors
import Testing

/// Models written by Keras, with Keras' own numbers beside them.
struct ZooCase: CustomTestStringConvertible, Sendable {
    let folder: String
    let name: String
    let weights: String

    var testDescription: String { weights }

    /// A file of the model that has its architecture.
    var fullModel: String {
        [".h5", ".keras", ".json"].map { Fixtures.path("\(folder)/\(name)\($0)") }
            .first { FileManager.default.fileExists(atPath: $0) } ?? ""
    }

    /// `CASE.TAG.expected.h5` with each of the files of the same model: `CASE.TAG.h5`, `CASE.TAGw.h5`, `CASE.TAG.weights.h5`,
    /// `CASE.TAG.keras`, ...
    static let all: [ZooCase] = ["zoo", "zoo-keras212", "keras"].flatMap { folder in
        Fixtures.names(in: folder, ending: ".expected.h5").flatMap { expected in
            let name = String(expected.dropLast(".expected.h5".count))
            return (Fixtures.names(in: folder, ending: ".h5") + Fixtures.names(in: folder, ending: ".keras"))
                .filter { file in
                    file.hasPrefix(name) && file != expected
                        && file.dropFirst(name.count).first.map { ".w".contains($0) } == true
                }
                .map { ZooCase(folder: folder, name: name, weights: $0) }
        }
    }
}

@Suite("Networks built from Keras' files compute what Keras computes")
struct KerasZooTests {
    @Test("Predictions, attention, layers and Jacobians agree", arguments: ZooCase.all)
    func agrees(_ zoo: ZooCase) throws {
        let expected = try HDF5File(path: Fixtures.path("\(zoo.folder)/\(zoo.name).expected.h5"))
        let checkpoint = try Checkpoint(path: Fixtures.path("\(zoo.folder)/\(zoo.weights)"))
        let architecture =
            checkpoint.configuration == nil
            ? try Architecture(reading: zoo.fullModel) : nil
        let graph = try Network(checkpoint, architecture: architecture).graph
        let x = try expected.tensor("/x0")
        let evaluation = try graph.evaluate([x], recording: true)
        let y = try expected.tensor("/y")
        #expect(largestDifference(evaluation.outputs[0], y) <= 2e-5)
        for (layer, weights) in evaluation.attention {
            #expect(largestDifference(weights, try expected.tensor("/attention/\(layer)")) <= 2e-5)
        }
        #expect(expected.children(of: "/attention").count == evaluation.attention.count)
        try compareWeights(of: graph, with: expected)
        for (index, node) in graph.nodes.enumerated() where node.layer != nil {
            let path = "/layers/\(node.name)/0"
            guard expected.object(at: path) != nil else { continue }
            #expect(largestDifference(evaluation.outputs(ofNode: index)[0], try expected.tensor(path)) <= 5e-5)
        }
        if expected.object(at: "/jac0") != nil {
            let input = LayerGraph.TensorID(node: graph.inputs[0])
            let jacobian = try jacobianOf(evaluation, y, input, shape: x.shape)
            #expect(largestRowwiseDifference(jacobian, try expected.tensor("/jac0")) <= 1e-3)
        } else {
            // Tokens have no gradient; their embedding has.
            let node = try #require(graph.nodes.firstIndex { $0.className == "Embedding" })
            let embedded = evaluation.outputs(ofNode: node)[0]
            #expect(largestDifference(embedded, try expected.tensor("/embedding_out")) <= 5e-5)
            let jacobian = try jacobianOf(evaluation, y, .init(node: node), shape: embedded.shape)
            #expect(largestRowwiseDifference(jacobian, try expected.tensor("/jac_embedding")) <= 1e-3)
        }
    }

    /// Each of `model.weights` is there once, under its name, bit for bit.
    private func compareWeights(of graph: LayerGraph, with expected: HDF5File) throws {
        guard expected.object(at: "/weights") != nil else { return }
        var seen: Set<String> = []
        var parameters = graph.nodes.flatMap { node in
            seen.insert(node.name).inserted ? node.layer?.parameters ?? [] : []
        }
        for number in expected.children(of: "/weights") {
            let path = "/weights/\(number.name)"
            let name = try #require(try expected.stringsAttribute("name", at: path)?.first)
            let short = name.split(separator: "/").last?.split(separator: ":").first.map(String.init)
            let value = try expected.tensor(path)
            let index = parameters.firstIndex { parameter in
                // Ours say `forward/kernel` where Keras' wrapped layers have names of their own.
                parameter.value == value
                    && parameter.name.split(separator: "/").last.map { short?.hasSuffix($0) } == true
            }
            let found = try #require(index, "\(name)")
            parameters.remove(at: found)
        }
        #expect(parameters.isEmpty)
    }

    /// N × flattened outputs × the tensor's shape.
    private func jacobianOf(
        _ evaluation: Evaluation, _ y: Tensor, _ target: LayerGraph.TensorID, shape: [Int]
    ) throws -> Tensor {
        let (count, outputs) = (y.shape[0], y.count / y.shape[0])
        let width = shape.dropFirst().reduce(1, *)
        var jacobian = Tensor(shape: [count, outputs] + shape.dropFirst(), repeating: 0)
        for output in 0..<outputs {
            var cotangent = Tensor(shape: y.shape, repeating: 0)
            for instance in 0..<count { cotangent.values[instance * outputs + output] = 1 }
            let gradient = try evaluation.gradients(cotangents: [cotangent], of: [target])[0]
            for instance in 0..<count {
                for index in 0..<width {
                    jacobian.values[(instance * outputs + output) * width + index] =
                        gradient.values[instance * width + index]
                }
            }
        }
        return jacobian
    }
}
