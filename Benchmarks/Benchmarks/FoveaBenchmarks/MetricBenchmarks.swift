import Benchmark
import Fovea

/// Metrics over lengths, and means with bootstrap intervals over maps, on all processors.
func metricBenchmarks() throws {
    for (count, length) in [(256, 20), (256, 200), (64, 2000), (4096, 20)] {
        let maps = mapSet(count, length)
        Benchmark("metrics: all, \(count) maps of length \(length)") { _ in
            blackHole(try MapMeasurements(maps, signs: .absolute))
        }
    }
    for count in [256, 1024, 4096] {
        let measured = try MapMeasurements(mapSet(count, 20), signs: .absolute)
        Benchmark("bootstrap: 2,000 resamples of all metrics, \(count) maps") { _ in
            blackHole(try measured.overall(resamples: 2000, seed: 7))
        }
    }
}

/// Random maps, with the first third of the positions as the mask.
private func mapSet(_ count: Int, _ length: Int) -> MapSet {
    var generator = SplitMix64(seed: 7)
    let mask = (0..<length).map { $0 < length / 3 }
    let cases = (0..<count).map { index in
        MapSet.Case(
            id: "\(index)", attention: (0..<length).map { _ in Double(generator.uniform()) }, masks: ["first": mask])
    }
    return MapSet(cases: cases, hypotheses: ["first"], origin: "random numbers")
}
