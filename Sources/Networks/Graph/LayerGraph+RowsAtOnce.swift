import CKernels
import Tensors

extension LayerGraph {
    /// How many instances to take through the network at once where there are many and nobody says how many. Depends on the network, on the
    /// inputs' shapes and on whether the processor has a matrix unit.
    ///
    /// At most 24: few enough for the steps that the founding model records (1.7 MB) to be mostly in the second-level cache when the way
    /// back reads them, last first, and as many as its matrix products, which take up to 12 rows at a time, need to run at full speed.
    /// On an AMD EPYC 9004 with 1 MB of that cache, integrated gradients take 0.72, 0.70, 0.75, 0.82 and 0.92 s with 16, 24, 32,
    /// 48 and 64. A matrix unit takes 16 rows at a time, and the processors that have one have 2 MB of that cache: 32 there.
    ///
    /// Fewer where a sample keeps much. A network without recurrent layers has large products with a single sample, too; one with such
    /// layers needs the rows, and gives them up to bound the memory.
    ///
    /// - Parameter inputs: One tensor per input, batch axis first.
    public func rowsAtOnce(_ inputs: [Tensor]) -> Int {
        // What does not fit the network is told by the evaluation.
        guard let record = try? record(for: inputs.map { $0.shape.dropFirst().map { $0 } }) else {
            return Self.mostRows
        }
        let room = record.walksSteps ? Self.roomOfWalks : Self.room
        return max(1, min(Self.mostRows, Int(room / max(1, 4 * record.count))))
    }

    private static let mostRows = fovea_has_matrix_unit() ? 32 : 24
    /// Bytes for what is kept, without and with layers that walk over steps.
    private static let room = 4e6
    private static let roomOfWalks = 128e6

    /// What all layers keep of one sample with inputs of given shapes.
    ///
    /// - Throws: ``NetworkError/wrongInput(layer:needs:found:)``.
    func record(for inputs: [SampleShape]) throws -> LayerRecord {
        var shapes: [[SampleShape]] = []
        var record = LayerRecord(count: 0)
        var remaining = inputs[...]
        for node in nodes {
            guard let layer = node.layer else {
                shapes.append([remaining.popFirst() ?? node.outputShapes[0]])
                continue
            }
            let given = node.inputs.map { shapes[$0.node][$0.output] }
            shapes.append(try layer.outputShapes(for: given))
            record = record + (try layer.record(for: given))
        }
        return record
    }
}
