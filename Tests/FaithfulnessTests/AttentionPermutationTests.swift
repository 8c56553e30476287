import Checkpoints
import HDF5
import Metrics
import Networks
import TestSupport
import Testing

@testable import Faithfulness
@testable import Tensors

@Suite("Attention permutation")
struct AttentionPermutationTests {
    @Test("The median change over given orders agrees with the reference", arguments: TinyNetwork.all)
    func reference(_ network: TinyNetwork) throws {
        let flat = network.reference("attention_permutation", "permutations").map(Int.init)
        let orders = stride(from: 0, to: flat.count, by: 6).map { Array(flat[$0..<($0 + 6)]) }
        #expect(orders.count == 9)
        let result = try AttentionPermutation(orders: orders)(network.subject(), layer: TinyNetwork.layer)
        let expected = network.reference("attention_permutation", "median_abs_dy")[0]
        // A difference of 1.6e-3 between outputs of 0.4 in single precision: 3e-8 / 1.6e-3.
        expectClose(result.medianChange.values[0], expected, 4e-5)
        expectClose(result.largestWeight.values[0], network.reference("attention").max() ?? 0, 1e-6)
    }

    /// The outputs of all 720 orders by the closed form would be the truth; a sample of them agrees in the median.
    @Test("Random shuffles depend on the seed alone, and come near the median over all orders")
    func random() throws {
        let network = TinyNetwork(.luong)
        let copies = Tensor(
            shape: [70, 6, 1], values: Array(repeating: TinyNetwork.input.values, count: 70).flatMap { $0 })
        let (one, many) = (try network.subject(), try network.subject(inputs: copies))
        let first = try AttentionPermutation(seed: 4)(many, layer: TinyNetwork.layer).medianChange.values
        #expect(try AttentionPermutation(seed: 4)(many, layer: TinyNetwork.layer).medianChange.values == first)
        #expect(try AttentionPermutation(seed: 5)(many, layer: TinyNetwork.layer).medianChange.values != first)
        // Each instance draws for itself, whatever runs beside it.
        let alone = try AttentionPermutation(seed: 4)(one, layer: TinyNetwork.layer).medianChange.values[0]
        expectClose(first[0], alone.value ?? .nan, 1e-3)
        #expect(first[0] != first[1])
        let all = try AttentionPermutation(orders: permutations(of: 6))(one, layer: TinyNetwork.layer)
        let exact = try #require(all.medianChange.values[0].value)
        let mean = try #require(InstanceScores(id: "", label: "", values: first).mean)
        #expect(abs(mean - exact) < 0.1 * exact)
    }

    @Test("Nothing changes where there is one position")
    func onePosition() throws {
        let subject = try TinyNetwork(.bahdanau).subject(inputs: Tensor(shape: [2, 1, 1], values: [0.3, 0.8]))
        let result = try AttentionPermutation()(subject, layer: TinyNetwork.layer)
        #expect(result.medianChange.values == [.value(0), .value(0)])
        #expect(result.largestWeight.values == [.value(1), .value(1)])
    }

    @Test("Padding keeps its place: with one valid position nothing moves")
    func padding() throws {
        let network = try TinyNetwork(.luong).subject()
        let subject = try Subject(network.graph, inputs: network.inputs, lengths: [1])
        let result = try AttentionPermutation()(subject, layer: TinyNetwork.layer)
        #expect(result.medianChange.values == [.value(0)])
    }

    @Test(
        "Networks of every layout of attention can be tested",
        arguments: [
            "transformer.k2.h5", "embed_lstm_att.k2.h5", "attention_3d_block_2017.k2.h5", "dot_attention.k2.h5",
            "bilstm_concat_att.k3.keras", "luong_by_hand.k2.h5",
        ])
    func layouts(_ file: String) throws {
        let graph = try Network(Checkpoint(path: Fixtures.path("zoo/\(file)"))).graph
        let stem = file.replacing(".keras", with: "").replacing(".h5", with: "")
        let data = try HDF5File(path: Fixtures.path("zoo/\(stem).expected.h5"))
        let subject = try Subject(graph, inputs: graph.inputs.indices.map { try data.tensor("/x\($0)") })
        let layer = try #require(graph.attentionLayers.first)
        let result = try AttentionPermutation(draws: 20)(subject, layer: layer)
        #expect(result.medianChange.values.allSatisfy { ($0.value ?? -1) > 0 })
        #expect(result.largestWeight.values.allSatisfy { 0...1.0001 ~= ($0.value ?? -1) })
    }

    @Test("A layer without attention, and options that make no sense, are refused")
    func errors() throws {
        let subject = try TinyNetwork(.luong).subject()
        #expect(throws: FaithfulnessError.noSuchAttention(layer: "lstm", known: ["attention"])) {
            try AttentionPermutation()(subject, layer: "lstm")
        }
        #expect(throws: FaithfulnessError.self) { try AttentionPermutation(draws: 0)(subject, layer: "attention") }
        #expect(throws: FaithfulnessError.self) {
            try AttentionPermutation(orders: [[0, 1, 2]])(subject, layer: "attention")
        }
    }

    private func permutations(of count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        return permutations(of: count - 1).flatMap { order in
            (0..<count).map { place in
                var longer = order
                longer.insert(count - 1, at: place)
                return longer
            }
        }
    }
}
