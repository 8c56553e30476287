import CKernels
import Checkpoints
import HDF5
import TestSupport
import Testing

@testable import Networks
@testable import Tensors

@Suite("How many instances go through a network at once")
struct RowsAtOnceTests {
    private func graph(_ path: String) throws -> LayerGraph { try Network(Checkpoint(path: path)).graph }

    /// Outputs and attention are kept by every recorded evaluation; the estimate must not fall below them, nor far beyond.
    @Test(
        "The estimate covers what an evaluation holds",
        arguments: ZooCase.all.filter { $0.weights.hasSuffix(".keras") || $0.weights == $0.name + ".h5" })
    func covers(_ zoo: ZooCase) throws {
        let graph = try graph(Fixtures.path("\(zoo.folder)/\(zoo.weights)"))
        let file = try HDF5File(path: Fixtures.path("\(zoo.folder)/\(zoo.name).expected.h5"))
        let inputs = try graph.inputs.indices.map { try file.tensor("/x\($0)") }
        let evaluation = try graph.evaluate(inputs, recording: true)
        var held = evaluation.attention.reduce(0) { $0 + $1.weights.count }
        for (index, node) in graph.nodes.enumerated() where node.layer != nil {
            held += evaluation.outputs(ofNode: index).reduce(0) { $0 + $1.count }
        }
        let each = Double(held) / Double(inputs[0].shape[0])
        let shapes = inputs.map { $0.shape.dropFirst().map { Optional($0) } }
        let record = try graph.record(for: shapes)
        // A recurrent layer may hand on its last step alone, but keeps all.
        let steps = Double(inputs[0].rank > 1 ? inputs[0].shape[1] : 1)
        #expect(record.count >= each && record.count <= 12 * each * steps)
        #expect((1...32).contains(graph.rowsAtOnce(inputs)))
    }

    @Test(
        "24 or 32 of the founding model's; fewer of sequences that hold much; 1 where a single one is beyond all bounds"
    )
    func longSequences() throws {
        let graph = try graph("\(Fixtures.run)/ckpt-000.h5")
        let most = fovea_has_matrix_unit() ? 32 : 24
        func rows(_ length: Int) -> Int { graph.rowsAtOnce([Tensor(shape: [1, length, 1], repeating: 0)]) }
        #expect(rows(20) == most)
        #expect(rows(200) == most)
        #expect((2..<24).contains(rows(5000)))
        #expect(rows(1_000_000) == 1)
    }
}
