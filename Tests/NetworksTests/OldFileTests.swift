import Checkpoints
import HDF5
import Networks
import TestSupport
import Tensors
import Testing

@Suite("Old files")
struct OldFileTests {
    @Test("Weights in CuDNN's layout are converted as Keras converts them", arguments: ["lstm", "gru"])
    func cudnn(_ kind: String) throws {
        let architecture = try Architecture(reading: Fixtures.path("cudnn/cudnn_\(kind).json"))
        let network = try Network(
            Checkpoint(path: Fixtures.path("cudnn/cudnn_\(kind).k2w.h5")), architecture: architecture)
        let expected = try HDF5File(path: Fixtures.path("cudnn/cudnn_\(kind).k2w.expected.h5"))
        let parameters = try #require(network.graph.nodes.first { $0.name == "rnn" }?.layer).parameters
        for parameter in parameters {
            #expect(largestDifference(parameter.value, try expected.tensor("/converted/\(parameter.name)")) < 1e-6)
        }
        let y = try network.graph.evaluate([expected.tensor("/x0")]).outputs[0]
        #expect(largestDifference(y, try expected.tensor("/y")) <= 2e-5)
    }

    @Test(
        "The attention layer that dissolved in 2020 is rebuilt",
        arguments: ["pkg_2020_09_sequential.k2.h5", "pkg_2021_03_functional.k2.h5"])
    func dissolved(_ name: String) throws {
        let network = try Network(Checkpoint(path: Fixtures.path("zoo/\(name)")))
        #expect(network.graph.attentionLayers == ["attention_weight"])
    }
}
