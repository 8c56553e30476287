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

    @Test("A graph that joins its layers is guessed from the widths, as textgenrnn's files need")
    func joined() throws {
        let network = try Network(Checkpoint(path: Fixtures.path("keras/weighted_average.k2w.h5")))
        let expected = try HDF5File(path: Fixtures.path("keras/weighted_average.k2.expected.h5"))
        let evaluation = try network.graph.evaluate([expected.tensor("/x0")])
        let weights = try #require(evaluation.attention.first { $0.layer == "attention" }).weights
        #expect(largestDifference(weights, try expected.tensor("/attention/attention")) <= 2e-5)
        // What no weight says takes Keras' default, and is said.
        let texts = network.assumptions.map { "\($0.layer): \($0.text)" }
        #expect(texts.contains { $0.hasPrefix("output: activation = linear") })
        #expect(texts.contains { $0.hasPrefix("rnn_concat: it joins") })
    }

    @Test("Recurrent layers of every kind are guessed", arguments: ["bigru_last", "gru_reset_before", "pkg_luong_gru"])
    func recurrent(_ name: String) throws {
        let network = try Network(Checkpoint(path: Fixtures.path("zoo/\(name).k2w.h5")))
        let expected = try HDF5File(path: Fixtures.path("zoo/\(name).k2.expected.h5"))
        let y = try network.graph.evaluate([expected.tensor("/x0")]).outputs[0]
        #expect(largestDifference(y, try expected.tensor("/y")) <= 2e-5)
    }
}
