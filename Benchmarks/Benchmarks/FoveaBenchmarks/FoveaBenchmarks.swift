import Benchmark
import Foundation
import Fovea

/// All benchmarks, by subject. Their models come from scripts/bench_models.py, in the folder that FOVEA_BENCH_MODELS names.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.wallClock, .cpuTotal, .peakMemoryResident], warmupIterations: 1, maxDuration: .seconds(2),
        maxIterations: 200)
    do {
        let models = try Models()
        try networkBenchmarks(models)
        try trainingBenchmarks(models)
        try attributionBenchmarks(models)
        try metricBenchmarks()
        try fileBenchmarks(models)
    } catch {
        fatalError("The benchmarks cannot be set up: \(error)")
    }
}
