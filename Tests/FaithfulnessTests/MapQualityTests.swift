import Attribution
import Checkpoints
import Foundation
import HDF5
import Metrics
import Networks
import TestSupport
import Testing

@testable import Faithfulness
@testable import Tensors

@Suite("Infidelity, sensitivity, agreement and conicity")
struct MapQualityTests {
    /// The positions that the reference erases (its mask of what it "keeps" multiplies the map, and its complement the input).
    private var erased: [[Int]] {
        let flat = TinyNetwork.shared("infidelity_keep")
        return stride(from: 0, to: flat.count, by: 6).map { start in (0..<6).filter { flat[start + $0] == 1 } }
    }

    private func map(_ network: TinyNetwork, _ key: String) -> Tensor {
        Tensor(shape: [1, 6], values: network.reference(key).map(Float.init))
    }

    @Test("Infidelity of gradient times input agrees with Captum", arguments: TinyNetwork.all, [false, true])
    func infidelity(_ network: TinyNetwork, isNormalised: Bool) throws {
        #expect(erased.count == 10)
        let test = Infidelity(perturbation: .given(erased), isNormalised: isNormalised)
        let subject = try network.subject()
        let key = "infidelity_input_x_gradient_normalize_\(isNormalised ? "True" : "False")"
        let expected = network.reference(key)[0]
        // Squares of differences of 1e-2 between outputs known to 3e-8, and scaled a difference of two sums of 1e-3.
        let tolerance = isNormalised ? 2e-4 : 2e-5
        expectClose(try test(subject, map: map(network, "input_x_gradient")).values[0], expected, tolerance)
        // From derivatives and the values taken away the same follows.
        expectClose(
            try test(subject, map: map(network, "gradient"), units: .derivative).values[0], expected, tolerance)
    }

    @Test("Of small noise a gradient predicts nearly all, of random erasures the seed decides")
    func noise() throws {
        let network = TinyNetwork(.luong)
        let subject = try network.subject()
        let gradient = map(network, "gradient")
        let small = Infidelity(perturbation: .noise(standardDeviation: 0.01), isNormalised: false)
        let error = try #require(try small(subject, map: gradient, units: .derivative).values[0].value)
        let nothing = Tensor(shape: [1, 6], repeating: 0)
        let whole = try #require(try small(subject, map: nothing, units: .derivative).values[0].value)
        #expect(error < 1e-3 * whole)
        let first = try Infidelity(seed: 1)(subject, map: gradient)
        #expect(try Infidelity(seed: 1)(subject, map: gradient) == first)
        #expect(try Infidelity(seed: 2)(subject, map: gradient) != first)
    }

    @Test("Max-sensitivity of saliency agrees with Captum", arguments: TinyNetwork.all)
    func sensitivity(_ network: TinyNetwork) throws {
        let subject = try network.subject()
        let flat = TinyNetwork.shared("sensitivity_noise").map(Float.init)
        let noise = stride(from: 0, to: flat.count, by: 6).map { start in
            Tensor(shape: [1, 6, 1], values: Array(flat[start..<(start + 6)]))
        }
        #expect(noise.count == 10)
        let found = try MaxSensitivity(noise: noise)(subject) { inputs in
            let evaluation = try subject.graph.evaluate(inputs, recording: true)
            return Saliency()(try InputGradient(of: evaluation, in: subject.graph))
        }
        // Differences of 1e-3 between gradients of 7e-2 known to 1e-8.
        expectClose(found.values[0], network.reference("sensitivity_max_saliency")[0], 1e-4)
    }

    @Test("A map that ignores its input has sensitivity 0, one that is its input at most the radius over its norm")
    func sensitivityOfSimpleMaps() throws {
        let subject = try TinyNetwork(.luong).subject()
        let constant = try MaxSensitivity()(subject) { _ in Tensor(shape: [1, 6], repeating: 2) }
        #expect(constant.values == [.value(0)])
        let identity = try MaxSensitivity(radius: 0.1, draws: 200)(subject) { $0[0] }
        let x = TinyNetwork.shared("input")
        let norm = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let found = try #require(identity.values[0].value)
        // 200 draws of six uniform numbers: the longest is above 0.7 and below 1 of the corner's length.
        #expect((0.7 * 0.1 * 6.0.squareRoot() / norm)...(0.1 * 6.0.squareRoot() / norm) ~= found)
        let zero = try MaxSensitivity()(subject) { _ in Tensor(shape: [1, 6], repeating: 0) }
        #expect(zero.values == [.undefined(.noMass)])
    }

    @Test("Conicity of the hidden states agrees with the closed form", arguments: TinyNetwork.all)
    func conicity(_ network: TinyNetwork) throws {
        let found = try Conicity()(network.subject(), layer: TinyNetwork.layer)
        expectClose(found.values[0], network.reference("conicity_hidden")[0], 1e-6)
        let hidden = network.reference("hidden")
        // One valid state is its own mean.
        let subject = try network.subject()
        let short = try Subject(subject.graph, inputs: subject.inputs, lengths: [1])
        #expect(hidden.count == 18)
        expectClose(try Conicity()(short, layer: TinyNetwork.layer).values[0], 1, 1e-12)
    }

    @Test("Attention made by hand has states, too; a layer without attention has none")
    func conicityByHand() throws {
        let graph = try Network(Checkpoint(path: Fixtures.path("zoo/luong_by_hand.k2.h5"))).graph
        let data = try HDF5File(path: Fixtures.path("zoo/luong_by_hand.k2.expected.h5"))
        let subject = try Subject(graph, inputs: [try data.tensor("/x0")])
        let layer = try #require(graph.attentionLayers.first)
        #expect(try Conicity()(subject, layer: layer).values.allSatisfy { -1...1 ~= ($0.value ?? 2) })
        #expect(throws: FaithfulnessError.self) { try Conicity()(subject, layer: "nothing") }
    }

    @Test("Kendall's tau is taken per instance, padding left out, and significance counted")
    func agreement() throws {
        let attention = Tensor(shape: [3, 6], values: [1, 2, 3, 4, 5, 6, 6, 1, 5, 2, 4, 3, 1, 1, 1, 1, 1, 1])
        let other = Tensor(shape: [3, 6], values: [-1, -2, -3, -4, -5, -6, 3, 5, 4, 5, 1, 0, 1, 2, 3, 4, 5, 6])
        let result = try MapAgreement()(attention, with: other, named: "gradient", lengths: [6, 3, 6])
        expectClose(result.tau.values[0], 1, 1e-12)
        expectClose(result.tau.values[1], -1, 1e-12)
        #expect(result.tau.values[2] == .undefined(.constantMap))
        // By counting: two of the 6! orders of six positions are as extreme, and two of the 3! of three.
        expectClose(result.pValue.values[0], 2.0 / 720, 1e-12)
        expectClose(result.pValue.values[1], 2.0 / 6, 1e-12)
        #expect(result.pValue.values[2] == .undefined(.constantMap))
        #expect(result.significantShare == 0.5)
        #expect(result.tau.id == "tau_gradient")
        #expect(throws: FaithfulnessError.self) { try MapAgreement()(attention, with: other[rows: 0..<2], named: "x") }
    }
}
