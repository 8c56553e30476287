import Foundation
import Fovea

/// Networks and data to measure with.
struct Models: Sendable {
    private let folder: String

    /// What is missing.
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    init() throws {
        guard let folder = ProcessInfo.processInfo.environment["FOVEA_BENCH_MODELS"] else {
            throw Missing(
                description: "FOVEA_BENCH_MODELS names no folder; `make bench` makes one with scripts/bench_models.py")
        }
        self.folder = folder
    }

    /// A path in the folder of models.
    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// LSTM(units) -> Luong attention -> Dense(1), for sequences of any length.
    func luong(units: Int) throws -> LayerGraph {
        try Network(Checkpoint(path: path("luong-\(units).h5"))).graph
    }

    /// Dense -> MultiHeadAttention(heads) with a residual and LayerNormalization -> pooling -> Dense(1), of sequences of `length`.
    func heads(_ heads: Int, length: Int) throws -> LayerGraph {
        try Network(Checkpoint(path: path("heads-\(heads)-\(length).h5"))).graph
    }

    /// Sequences of the founding task.
    static func probes(_ count: Int, length: Int = 20) throws -> ProbeSet {
        try SumBeforeDelimiter(TaskOptions(length: length)).probeSet(count: count, seed: 7)
    }

    /// Numbers for a network with several features.
    static func numbers(_ shape: [Int]) -> Tensor {
        var generator = SplitMix64(seed: 7)
        return Tensor(shape: shape) { values in
            for index in values.indices { values[index] = generator.uniform() }
        }
    }
}
