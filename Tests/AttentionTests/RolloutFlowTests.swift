import Checkpoints
import Foundation
import HDF5
import Networks
import TestSupport
import Testing

@testable import Attention
@testable import Tensors

@Suite("Attention is followed through stacked self-attention")
struct RolloutFlowTests {
    /// The reference: numpy for rollout, networkx for flow, over 3 layers of 2 heads on 4 positions.
    private struct Reference: Decodable {
        let attention_layers_heads: [[[[Double]]]]
        let rollout: [[[Double]]]
        let rollout_no_residual: [[[Double]]]
        let flow_last_layer_raw: [[Double]]
        let flow_last_layer_normalised: [[Double]]

        struct Document: Decodable { let rollout_flow: Reference }

        static func load() throws -> Reference {
            let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("golden_metrics.json")))
            return try JSONDecoder().decode(Document.self, from: data).rollout_flow
        }

        /// The matrices of the layers, heads averaged, in double precision.
        func matrices(hasResidual: Bool) -> [[Double]] {
            attention_layers_heads.map { heads in
                let n = heads[0].count
                let mean = (0..<(n * n)).map { place in
                    heads.reduce(0) { $0 + $1[place / n][place % n] } / Double(heads.count)
                }
                return AttentionStack.normalised(mean, positions: n, hasResidual: hasResidual)
            }
        }

        /// The maps as a network would give them, in single precision, once per instance.
        func maps(instances: Int) -> [AttentionMap] {
            attention_layers_heads.enumerated().map { index, heads in
                let (h, n) = (heads.count, heads[0].count)
                let values = heads.flatMap { $0.flatMap { $0.map(Float.init) } }
                return AttentionMap(
                    layer: "layer\(index)",
                    weights: Tensor(
                        shape: [instances, h, n, n], values: Array(repeating: values, count: instances).flatMap { $0 }))
            }
        }
    }

    private func agree(_ found: [Double], _ expected: [Double], _ tolerance: Double = 1e-12) -> Bool {
        found.count == expected.count
            && zip(found, expected).allSatisfy { abs($0 - $1) <= max(1e-15, tolerance * abs($1)) }
    }

    @Test("Rollout agrees with numpy at every layer", arguments: [true, false])
    func rollout(hasResidual: Bool) throws {
        let reference = try Reference.load()
        let products = AttentionRollout.products(reference.matrices(hasResidual: hasResidual), positions: 4)
        let expected = hasResidual ? reference.rollout : reference.rollout_no_residual
        #expect(products.count == expected.count)
        for (found, layer) in zip(products, expected) { #expect(agree(found, layer.flatMap { $0 })) }
    }

    @Test("Flow agrees with networkx for every pair of positions")
    func flow() throws {
        let reference = try Reference.load()
        let network = AttentionFlow.network(reference.matrices(hasResidual: true), positions: 4)
        for row in 0..<4 {
            let flows = AttentionFlow.flows(from: row, network, layers: 3, positions: 4)
            #expect(agree(flows, reference.flow_last_layer_raw[row]))
            let sum = flows.reduce(0, +)
            #expect(agree(flows.map { $0 / sum }, reference.flow_last_layer_normalised[row]))
        }
    }

    @Test("Both agree with the reference when they start from a network's single-precision maps")
    func fromMaps() throws {
        let reference = try Reference.load()
        let stack = try AttentionStack(reference.maps(instances: 3))
        let rollout = try AttentionRollout()(stack)
        let last = reference.rollout[2]
        // The weights' own rounding, 6e-8 each, through three products.
        let close = { (found: [Float], expected: [Double]) in agree(found.map(Double.init), expected, 1e-6) }
        #expect(close(rollout.weights.values, Array(repeating: last.flatMap { $0 }, count: 3).flatMap { $0 }))
        #expect(close(try rollout.overPositions(.index(1)).values, Array(repeating: last[1], count: 3).flatMap { $0 }))
        let flow = try AttentionFlow()(stack)
        #expect(flow.shape == [3, 4])
        #expect(close(flow[row: 2].values, reference.flow_last_layer_normalised[3]))
        let raw = try AttentionFlow(isNormalised: false)(stack, queries: .all)
        #expect(raw.shape == [12, 4])
        #expect(close(raw[rows: 8..<12].values, reference.flow_last_layer_raw.flatMap { $0 }))
        let mean = try AttentionFlow()(stack, queries: .mean)
        let expected = (0..<4).map { j in reference.flow_last_layer_normalised.reduce(0) { $0 + $1[j] } / 4 }
        #expect(close(mean[row: 0].values, expected))
    }

    @Test(
        "Through one layer, rollout and flow are the network's own attention mixed with the residual",
        arguments: ["transformer.k2.h5", "transformer.k3.keras"])
    func oneLayer(_ file: String) throws {
        let graph = try Network(Checkpoint(path: Fixtures.path("zoo/\(file)"))).graph
        let stem = file.replacing(".keras", with: "").replacing(".h5", with: "")
        let data = try HDF5File(path: Fixtures.path("zoo/\(stem).expected.h5"))
        let evaluation = try graph.evaluate(graph.inputs.indices.map { try data.tensor("/x\($0)") })
        let map = try #require(AttentionMap.maps(of: evaluation).first)
        let stack = try AttentionStack([map], heads: .head(0))
        let own = try map.overPositions(.all, heads: .head(0))
        let rollout = try AttentionRollout()(stack).overPositions(.all)
        let flow = try AttentionFlow(isNormalised: false)(stack, queries: .all)
        let positions = map.positionCount
        for index in 0..<own.count {
            let isDiagonal = index % positions == index / positions % positions
            let expected = (own.values[index] + (isDiagonal ? 1 : 0)) / 2
            #expect(abs(rollout.values[index] - expected) < 1e-6)
            #expect(abs(flow.values[index] - expected) < 1e-6)
        }
    }

    @Test("The largest flow is the smallest cut, also where a first path must be taken back")
    func cut() {
        // Two ways of capacity 1 that a greedy path through the middle edge would block.
        var network = MaximumFlow(nodes: 4)
        for (from, to) in [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)] { network.connect(from, to: to, capacity: 1) }
        #expect(network.value(from: 0, to: 3) == 2)
        #expect(network.value(from: 3, to: 0) == 0)
    }

    @Test("Without self-attention, or between layers of different lengths, the reason is said")
    func errors() {
        let flat = AttentionMap(layer: "a", weights: Tensor(shape: [2, 5], repeating: 0.2))
        #expect(throws: AttentionError.noSelfAttention(layers: ["a"])) { try AttentionStack([flat]) }
        let four = AttentionMap(layer: "b", weights: Tensor(shape: [2, 4, 4], repeating: 0.25))
        let five = AttentionMap(layer: "c", weights: Tensor(shape: [2, 5, 5], repeating: 0.2))
        #expect(throws: AttentionError.unequalPositions(layer: "b", positions: 4, other: "c", otherPositions: 5)) {
            try AttentionStack([four, flat, five])
        }
        #expect(throws: AttentionError.noSuchQuery(layer: "b", index: 4, queries: 4)) {
            try AttentionFlow()(AttentionStack([four]), queries: .index(4))
        }
    }
}
