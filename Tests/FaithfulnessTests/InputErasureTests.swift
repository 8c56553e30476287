import Attention
import Checkpoints
import HDF5
import Metrics
import Networks
import TestSupport
import Testing

@testable import Faithfulness
@testable import Tensors

@Suite("Erasure of inputs")
struct InputErasureTests {
    /// The attention of the reference as the map, in the order of its erasures.
    private func map(_ network: TinyNetwork) -> Tensor {
        Tensor(shape: [1, 6], values: network.reference("attention").map(Float.init))
    }

    /// Differences of probabilities near 0.6 in single precision.
    private let floor = 2e-7

    @Test("Comprehensiveness and sufficiency by a value agree with the reference", arguments: TinyNetwork.all)
    func zeroed(_ network: TinyNetwork) throws {
        let subject = try network.subject(activation: "sigmoid")
        let test = ErasureScores(sizes: .counts([1, 2, 3, 4, 5, 6]), erasure: .value(0))
        let result = try test(subject, map: map(network))
        let gone = network.reference("erasure", "comprehensiveness_zeroed_k1_to_T")
        let alone = network.reference("erasure", "sufficiency_zeroed_k1_to_T")
        #expect(gone.count == 6 && alone.count == 6)
        for k in 0..<6 {
            expectClose(result.comprehensiveness[k].values[0], gone[k], 1e-6, floor: floor, "k = \(k + 1)")
            expectClose(result.sufficiency[k].values[0], alone[k], 1e-6, floor: floor, "k = \(k + 1)")
        }
        expectClose(
            result.aopcComprehensiveness.values[0], network.reference("erasure", "aopc_comprehensiveness_zeroed")[0],
            1e-6, floor: floor)
        expectClose(
            result.aopcSufficiency.values[0], network.reference("erasure", "aopc_sufficiency_zeroed")[0], 1e-6,
            floor: floor)
    }

    @Test("Both by removal agree with the reference, and removing all is undefined", arguments: TinyNetwork.all)
    func removed(_ network: TinyNetwork) throws {
        let subject = try network.subject(activation: "sigmoid")
        let test = ErasureScores(sizes: .counts([1, 2, 3, 4, 5, 6]), erasure: .removal)
        let result = try test(subject, map: map(network))
        let gone = network.reference("erasure", "comprehensiveness_removed_k1_to_T")
        let alone = network.reference("erasure", "sufficiency_removed_k1_to_T")
        #expect(gone[5].isNaN)
        for k in 0..<6 {
            if k < 5 {
                expectClose(result.comprehensiveness[k].values[0], gone[k], 1e-6, floor: floor, "k = \(k + 1)")
            } else {
                #expect(result.comprehensiveness[k].values == [.undefined(.emptyInput)])
            }
            expectClose(result.sufficiency[k].values[0], alone[k], 1e-6, floor: floor, "k = \(k + 1)")
        }
        #expect(result.aopcComprehensiveness.values == [.undefined(.emptyInput)])
    }

    @Test("The curve of pixel flipping and its area agree with the reference", arguments: TinyNetwork.all)
    func flipping(_ network: TinyNetwork) throws {
        let subject = try network.subject(activation: "sigmoid")
        let result = try PixelFlipping(erasure: .value(0))(subject, map: map(network))
        let curve = [network.reference("erasure", "p0")[0]] + network.reference("erasure", "pixel_flipping_curve")
        #expect(result.curves[0].count == curve.count)
        for (found, expected) in zip(result.curves[0], curve) { expectClose(.value(found), expected, 1e-6) }
        let area = network.reference("erasure", "pixel_flipping_auc_trapezoid_dx1")[0]
        expectClose(result.area.values[0], area, 1e-6)
        expectClose(result.meanHeight.values[0], (area + (curve[0] + curve[1]) / 2) / 6, 1e-6)
    }

    @Test("Several positions at a step give every so-manieth point of the curve, and the last")
    func coarseFlipping() throws {
        let network = TinyNetwork(.luong)
        let subject = try network.subject(activation: "sigmoid")
        let fine = try PixelFlipping(erasure: .value(0))(subject, map: map(network)).curves[0]
        let coarse = try PixelFlipping(erasure: .value(0), positionsPerStep: 4)(subject, map: map(network)).curves[0]
        #expect(coarse == [fine[0], fine[4], fine[6]])
    }

    @Test("For regression both scores are the size of the change", arguments: TinyNetwork.all)
    func regression(_ network: TinyNetwork) throws {
        let subject = try network.subject()
        let test = ErasureScores(sizes: .counts([1]), erasure: .value(0))
        let result = try test(subject, map: map(network))
        let first = Int(network.reference("erasure", "order")[0])
        let expected = abs(network.reference("occlusion_w1_zero")[first])
        expectClose(result.comprehensiveness[0].values[0], expected, 1e-5)
        let flipping = try PixelFlipping(erasure: .value(0))(subject, map: map(network))
        #expect(flipping.curves[0][0] == 0)
        expectClose(.value(flipping.curves[0][1]), expected, 1e-5)
    }

    @Test("Leave-one-out by removal is the size of the reference's", arguments: TinyNetwork.all)
    func leaveOneOut(_ network: TinyNetwork) throws {
        let map = try LeaveOneOutChange()(network.subject())
        for (found, expected) in zip(map.values, network.reference("leave_one_out_removed_signed")) {
            expectClose(.value(Double(found)), abs(expected), 1e-6, floor: 1e-7)
        }
    }

    @Test("The mean of the probe set stands for an erased position, by feature and without padding")
    func mean() throws {
        let network = try TinyNetwork(.luong).subject()
        let inputs = Tensor(shape: [2, 3, 1], values: [1, 2, 30, 3, 4, 5])
        let subject = try Subject(network.graph, inputs: [inputs], lengths: [2, 3])
        let eraser = try Eraser(subject, .mean)
        #expect(eraser.replaced([[0], [2]]).values == [3, 2, 30, 3, 4, 3])
        let test = ErasureScores(sizes: .counts([1]))
        // What is padded away is no candidate, however heavy.
        let result = try test(subject, map: Tensor(shape: [2, 3], values: [1, 0, 9, 0, 1, 0]))
        let alone = try eraser.outputs(erasing: [[0], [1]])
        let whole = try subject.outputs()
        for instance in 0..<2 {
            let change = abs(Double(whole[instance].first ?? 0) - Double(alone[instance]?.first ?? 0))
            expectClose(result.comprehensiveness[0].values[instance], change, 1e-9)
        }
    }

    @Test("ERASER's sizes are rounded up and never empty")
    func sizes() {
        #expect(ErasureScores.Sizes.eraser.counts(of: 20) == [1, 1, 2, 4, 10])
        #expect(ErasureScores.Sizes.eraser.counts(of: 6) == [1, 1, 1, 2, 3])
        #expect(ErasureScores.Sizes.eraser.counts(of: 1) == [1, 1, 1, 1, 1])
        #expect(ErasureScores.Sizes.eraser.names == ["1pct", "5pct", "10pct", "20pct", "50pct"])
    }

    @Test("Tokens are erased by a token or by removal")
    func tokens() throws {
        let graph = try Network(Checkpoint(path: Fixtures.path("zoo/embed_lstm_att.k2.h5"))).graph
        let data = try HDF5File(path: Fixtures.path("zoo/embed_lstm_att.k2.expected.h5"))
        let subject = try Subject(graph, inputs: [try data.tensor("/x0")])
        let map = Tensor(shape: [subject.count, subject.positions], repeating: 1)
        let result = try ErasureScores(erasure: .value(0))(subject, map: map)
        #expect(result.aopcSufficiency.values.allSatisfy { $0.value != nil })
        #expect(throws: FaithfulnessError.tokens(wanted: "mean")) { try ErasureScores()(subject, map: map) }
    }

    @Test("Maps that do not fit or are not finite, and networks of one length, are told")
    func errors() throws {
        let subject = try TinyNetwork(.luong).subject()
        #expect(throws: FaithfulnessError.mapDoesNotFit(needs: [1, 6], found: [1, 5])) {
            try ErasureScores()(subject, map: Tensor(shape: [1, 5], repeating: 1))
        }
        #expect(throws: FaithfulnessError.badLengths(instances: 1, positions: 6)) {
            try Subject(subject.graph, inputs: subject.inputs, lengths: [7])
        }
        let bad = Tensor(shape: [1, 6], values: [1, .nan, 0, 0, 0, 0])
        #expect(try ErasureScores()(subject, map: bad).aopcSufficiency.values == [.undefined(.nonFinite)])
        #expect(try PixelFlipping()(subject, map: bad).area.values == [.undefined(.nonFinite)])
        let graph = try Network(Checkpoint(path: Fixtures.path("zoo/pkg_luong.k2.h5"))).graph
        let fixed = try Subject(graph, inputs: [Tensor(shape: [1, 6, 3], repeating: 0.5)])
        #expect(throws: FaithfulnessError.fixedLength(positions: 6)) { try LeaveOneOutChange()(fixed) }
    }
}
