import Attribution
import Checkpoints
import HDF5
import Networks
import TestSupport
import Tensors
import Testing

/// Models written by Keras, with the inputs that its own numbers were computed on.
private struct ZooModel: CustomTestStringConvertible, Sendable {
    let folder: String
    let name: String
    var testDescription: String { "\(folder)/\(name)" }

    static let all: [ZooModel] = ["zoo", "keras"].flatMap { folder in
        Fixtures.names(in: folder, ending: ".expected.h5").map {
            ZooModel(folder: folder, name: String($0.dropLast(".expected.h5".count)))
        }
    }

    func subject(count: Int = 3) throws -> AttributionSubject? {
        let path = [".h5", ".keras"].map { Fixtures.path("\(folder)/\(name)\($0)") }.first {
            (try? Checkpoint(path: $0))?.configuration != nil
        }
        guard let path else { return nil }
        let graph = try Network(Checkpoint(path: path)).graph
        let file = try HDF5File(path: Fixtures.path("\(folder)/\(name).expected.h5"))
        let inputs = try graph.inputs.indices.map { try file.tensor("/x\($0)")[rows: 0..<count] }
        return try AttributionSubject(graph: graph, inputs: inputs)
    }
}

@Suite("Integrated gradients add up to f(x) - f(baseline)") struct CompletenessTests {
    /// Networks with kinks on the path (a ReLU, a maximum over steps): the gradient jumps, so the gap falls with 1/steps only.
    private static let kinked = ["batchnorm_lstm", "conv_pool", "lstm_relu", "multi_output", "simplernn", "timedist"]
    /// Keras 2 adds -1e9 to the scores of a wholly masked query, which swallows them in single precision: the function no longer
    /// depends on them, but its derivative by backpropagation still does. No number of steps makes that complete.
    private static let inconsistent = ["mha_masking.k2"]

    @Test("On every zoo model, at 256 Gauss-Legendre steps", arguments: ZooModel.all, [Baseline.zero, .constant(0.25)])
    fileprivate func complete(_ model: ZooModel, baseline: Baseline) throws {
        guard let subject = try model.subject(), !Self.inconsistent.contains(model.name) else { return }
        let isKinked = Self.kinked.contains { model.name.hasPrefix($0) }
        let result = try IntegratedGradients(steps: 256, baseline: baseline)(subject)
        guard isKinked else {
            #expect((result.relativeGap?.max() ?? 1) < 1e-3)
            return
        }
        // Keras 3's files hold the same weights.
        guard model.name.hasSuffix("k2") else { return }
        let fine = try IntegratedGradients(rule: .middle, steps: 4096, baseline: baseline)(subject)
        #expect((fine.completenessGap?.max() ?? 1) < 2e-4)
    }

    @Test("Every fixture with an architecture takes part") func coverage() throws {
        #expect(try ZooModel.all.count { try $0.subject(count: 1) != nil } >= 75)
    }

    @Test(
        "Masked steps get nothing, whatever the baseline",
        arguments: ["masking_gap.k2", "masking_lstm.k3", "embed_maskzero_lstm.k2"])
    func masked(_ name: String) throws {
        let subject = try #require(try ZooModel(folder: "zoo", name: name).subject())
        let isMasked = (0..<subject.count).flatMap { instance in
            (0..<subject.positions).map { position in
                let width = subject.inputs[0].shape.dropFirst(2).reduce(1, *)
                let start = (instance * subject.positions + position) * width
                return subject.inputs[0].values[start..<(start + width)].allSatisfy { $0 == 0 }
            }
        }
        #expect(isMasked.contains(true) && isMasked.contains(false))
        let methods: [any AttributionMethod] = [
            IntegratedGradients(steps: 8, baseline: .constant(0.7)), Occlusion(baseline: .constant(0.7)),
            SmoothGrad(noise: NoisyGradients(samples: 3)), Saliency(),
        ]
        for method in methods {
            let map = try method.map(of: subject)
            for (value, isMasked) in zip(map.values, isMasked) { #expect((value == 0) == isMasked, "\(method.id)") }
        }
    }
}
