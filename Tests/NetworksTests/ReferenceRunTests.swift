import Attribution
import Checkpoints
import HDF5
import Networks
import TestSupport
import Tensors
import Testing

/// The epochs of the bundled run, read from its folder.
private let runEpochs: [Int] = (try? Run(at: Fixtures.run).entries.map(\.epoch)) ?? []

@Suite("The bundled run, without any architecture given")
struct ReferenceRunTests {
    @Test("Has all thirty kept epochs")
    func epochs() {
        #expect(runEpochs.count == 30)
        #expect(runEpochs.first == 0 && runEpochs.last == 200)
    }

    @Test("Attention, predictions and gradients agree with Keras", arguments: runEpochs)
    func agrees(_ epoch: Int) throws {
        let number = String(repeating: "0", count: 3 - String(epoch).count) + String(epoch)
        let network = try Network(Checkpoint(path: "\(Fixtures.run)/ckpt-\(number).h5"))
        let reference = try HDF5File(path: Fixtures.path("run-luong/reference.h5"))
        let probes = try HDF5File(path: "\(Fixtures.run)/probes.h5")
        for set in ["rnd256", "test10"] {
            let x = try probes.tensor("/\(set)/inputs")
            let group = "/epoch-\(number)/\(set)"
            let evaluation = try network.graph.evaluate([x], recording: true)
            #expect(evaluation.attention.map(\.layer) == ["attention_weight"])
            let attention = try #require(evaluation.attention.first?.weights)
            #expect(largestDifference(attention, try reference.tensor("\(group)/attention")) <= 2e-5)
            #expect(largestDifference(evaluation.outputs[0], try reference.tensor("\(group)/prediction")) <= 2e-5)
            let gradient = try InputGradient(of: evaluation, in: network.graph)
            let grad = try reference.tensor("\(group)/grad")
            #expect(largestRowwiseDifference(gradient.gradient, grad) <= 1e-3)
            let product = Tensor(shape: x.shape, values: zip(grad.values, x.values).map(*))
            #expect(
                largestRowwiseDifference(
                    GradientTimesInput()(gradient), product.reshaped([x.shape[0], x.shape[1]])) <= 1e-3)
        }
    }

    @Test("Says what it assumes")
    func assumptions() throws {
        let network = try Network(Checkpoint(path: "\(Fixtures.run)/ckpt-200.h5"))
        #expect(network.assumptions.contains { $0.layer == "dense" && $0.text.contains("linear") })
        #expect(network.assumptions.contains { $0.layer == "lstm" && $0.text.contains("return_sequences") })
    }
}
