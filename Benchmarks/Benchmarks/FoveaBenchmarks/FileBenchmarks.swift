import Benchmark
import Foundation
import Fovea

/// Loading checkpoints, whole analyses over the number of checkpoints with and without their file, and from end to end with the report.
func fileBenchmarks(_ models: Models) throws {
    for units in [32, 128, 512] {
        let path = models.path("luong-\(units).h5")
        Benchmark("load: a checkpoint, \(units) units") { _ in
            blackHole(try Network(Checkpoint(path: path)))
        }
    }
    let probes = try Models.probes(256)
    for count in [10, 100, 1000] {
        let run = try Run(at: models.path("run-\(count)"))
        let analysis = try Analysis(of: run, on: probes)
        let configuration = Benchmark.Configuration(maxDuration: .seconds(6), maxIterations: 5)
        Benchmark("analysis: \(count) checkpoints, 256 sequences", configuration: configuration) { _ in
            blackHole(try analysis.run())
        }
        Benchmark("analysis with its file: \(count) checkpoints, 256 sequences", configuration: configuration) { _ in
            try inTemporaryFolder { blackHole(try analysis.run(writingTo: "\($0)/analysis.h5")) }
        }
    }
    Benchmark("end to end: 10 checkpoints, 256 sequences") { _ in
        try inTemporaryFolder { folder in
            let run = try Run(at: models.path("run-10"))
            let result = try Analysis(of: run, on: probes).run(writingTo: "\(folder)/analysis.h5")
            blackHole(MetricsTable(result.timeline).csv)
            blackHole(Verdict(result.timeline).sentences)
        }
    }
}

private func inTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "fovea-bench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}
