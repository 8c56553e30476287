import Attribution
import Checkpoints
import HDF5
import Networks
import TestSupport
import Tensors
import Testing

@Suite("Layer-wise relevance") struct RelevanceTests {
    private func subject(_ name: String, output: OutputChoice = .automatic) throws -> AttributionSubject {
        let graph = try Network(Checkpoint(path: Fixtures.path("zoo/\(name).h5"))).graph
        let file = try HDF5File(path: Fixtures.path("zoo/\(name).expected.h5"))
        let inputs = try graph.inputs.indices.map { try file.tensor("/x\($0)") }
        return try AttributionSubject(graph: graph, inputs: inputs, output: output)
    }

    @Test(
        "goes through every layer that has a rule, and is finite",
        arguments: [
            "pkg_luong.k2", "pkg_bahdanau.k2", "pkg_luong_gru.k2", "pkg_2020_09_sequential.k2",
            "pkg_2021_03_functional.k2",
            "luong_by_hand.k2", "tutorial_repeat_permute.k2", "ssa_weighted.k2", "gru_reset_before.k2",
            "stacked_lstm.k2",
            "lstm_nobias_backwards.k2", "masking_lstm.k2", "masking_gap.k2", "embed_maskzero_lstm.k2", "nested.k2",
            "timedist.k2",
            "bigru_last.k2", "lstm_relu.k2",
        ])
    func runs(_ name: String) throws {
        let subject = try subject(name)
        let values = try LayerwiseRelevance()(subject).values
        #expect(values.shape == subject.values.shape)
        #expect(values.values.allSatisfy(\.isFinite) && values.values.contains { $0 != 0 })
    }

    @Test(
        "is refused with the layer's name and the layers that have a rule",
        arguments: ["transformer.k2", "conv_pool.k2", "dot_attention.k2"])
    func refused(_ name: String) throws {
        let subject = try subject(name)
        let error = #expect(throws: AttributionError.self) { try LayerwiseRelevance()(subject) }
        let text = "\(try #require(error))"
        #expect(
            text.contains("has no rule for the layer `") && text.contains("LSTM")
                && text.contains("integrated gradients"))
    }

    /// Layers by their JSON and the shapes of their weights, all biases zero.
    static let recurrent: [(json: String, shapes: [(name: String, shape: [Int])], width: Int)] = [
        (
            #"{"class_name": "LSTM", "config": {"name": "middle", "units": 4}}"#,
            [("kernel", [2, 16]), ("recurrent_kernel", [4, 16]), ("bias", [16])], 4
        ),
        (
            #"{"class_name": "LSTM", "config": {"name": "middle", "units": 4, "go_backwards": true, "activation": "relu"}}"#,
            [("kernel", [2, 16]), ("recurrent_kernel", [4, 16]), ("bias", [16])], 4
        ),
        (
            #"{"class_name": "GRU", "config": {"name": "middle", "units": 4, "reset_after": true}}"#,
            [("kernel", [2, 12]), ("recurrent_kernel", [4, 12]), ("bias", [2, 12])], 4
        ),
        (
            #"{"class_name": "GRU", "config": {"name": "middle", "units": 4, "reset_after": false}}"#,
            [("kernel", [2, 12]), ("recurrent_kernel", [4, 12]), ("bias", [12])], 4
        ),
    ]

    @Test("adds up to the output where no layer has a bias, with epsilon 0", arguments: recurrent.indices)
    func conservation(_ index: Int) throws {
        let layer = Self.recurrent[index]
        let graph = try SmallModel.sequential(features: 2, layer: layer.json, shapes: layer.shapes, width: layer.width)
        try expectConservation(graph)
    }

    @Test("adds up to the output of both directions, however they are joined", arguments: ["concat", "sum", "ave"])
    func bidirectional(_ mode: String) throws {
        let json = """
            {"class_name": "Bidirectional", "config": {"name": "middle", "merge_mode": "\(mode)",
              "layer": {"class_name": "LSTM", "config": {"name": "inner", "units": 3}}}}
            """
        let shapes = ["forward", "backward"].flatMap { side in
            [("\(side)/kernel", [2, 12]), ("\(side)/recurrent_kernel", [3, 12]), ("\(side)/bias", [12])]
        }
        let graph = try SmallModel.sequential(features: 2, layer: json, shapes: shapes, width: mode == "concat" ? 6 : 3)
        try expectConservation(graph)
    }

    private func expectConservation(_ graph: LayerGraph) throws {
        let subject = try AttributionSubject(
            graph: graph, inputs: [SmallModel.sequences(count: 5, time: 6, features: 2)], output: .sum)
        let values = try LayerwiseRelevance(epsilon: 0)(subject).values
        for instance in 0..<subject.count {
            let row = values[row: instance].values
            // Terms of both signs cancel: the tolerance goes by the largest.
            let scale = max(1, Double(row.map(abs).max() ?? 0))
            let sum = row.reduce(0.0) { $0 + Double($1) }
            #expect(abs(sum - subject.outputValues[instance]) <= 1e-5 * scale)
        }
    }

    @Test("of a masked step is 0")
    func masked() throws {
        let subject = try subject("masking_gap.k2")
        let values = try LayerwiseRelevance()(subject).values
        let width = values.shape[2]
        var masked = 0
        for place in 0..<(values.count / width) {
            let range = (place * width)..<((place + 1) * width)
            guard subject.inputs[0].values[range].allSatisfy({ $0 == 0 }) else { continue }
            masked += 1
            #expect(values.values[range].allSatisfy { $0 == 0 })
        }
        #expect(masked > 0)
    }
}
