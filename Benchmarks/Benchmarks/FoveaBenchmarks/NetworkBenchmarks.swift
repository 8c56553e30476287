import Benchmark
import Fovea

/// Forward and backward passes on one processor: over batches, lengths, units and heads.
func networkBenchmarks(_ models: Models) throws {
    for (batch, length, units) in [
        (1, 20, 128), (16, 20, 128), (64, 20, 128), (256, 20, 128), (64, 200, 128), (64, 2000, 128), (64, 20, 32),
        (64, 20, 64), (64, 20, 256), (64, 20, 512),
    ] {
        try passes(
            "lstm, batch \(batch), length \(length), units \(units)", models.luong(units: units),
            Models.probes(batch, length: length).inputs[0])
    }
    for (heads, length) in [(1, 200), (4, 200), (16, 200), (4, 20), (4, 2000)] {
        try passes(
            "heads \(heads), batch 8, length \(length)", models.heads(heads, length: length),
            Models.numbers([8, length, 64]))
    }
}

private func passes(_ name: String, _ graph: LayerGraph, _ inputs: Tensor) throws {
    Benchmark("forward: \(name)") { _ in blackHole(try graph.evaluate([inputs])) }
    Benchmark("backward: \(name)") { benchmark in
        let evaluation = try graph.evaluate([inputs], recording: true)
        benchmark.startMeasurement()
        blackHole(try InputGradient(of: evaluation, in: graph))
    }
}
