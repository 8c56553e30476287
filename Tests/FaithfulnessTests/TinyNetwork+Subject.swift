import Checkpoints
import Faithfulness
import Metrics
import Networks
import TestSupport
import Tensors
import Testing

extension TinyNetwork {
    /// The network on its input, or on others.
    func subject(activation: String = "linear", inputs: Tensor = TinyNetwork.input) throws -> Subject {
        try withFile(activation: activation) { path in
            try Subject(Network(Checkpoint(path: path)).graph, inputs: [inputs])
        }
    }

    /// The name of its attention layer.
    static let layer = "attention"
}

/// Whether a value agrees with a reference to a relative tolerance, or to `floor` near 0.
func expectClose(
    _ found: Metric?, _ expected: Double, _ tolerance: Double, floor: Double = 0, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard let value = found?.value else {
        Issue.record("no value \(what): \(String(describing: found))", sourceLocation: sourceLocation)
        return
    }
    #expect(
        abs(value - expected) <= max(floor, tolerance * abs(expected)), "\(what) \(value), reference \(expected)",
        sourceLocation: sourceLocation)
}
