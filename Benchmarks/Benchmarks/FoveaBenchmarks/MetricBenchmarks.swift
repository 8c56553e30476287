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
    let sources = (0..<6).map { mapSet(256, 20, hypotheses: 3, seed: $0, compared: true) }
    Benchmark("an epoch: all metrics and their intervals, 256 maps of 6 sources, 3 hypotheses") { _ in
        let measured = try sources.map { try MapMeasurements($0, signs: .absolute) }
        blackHole(try MapMeasurements.overall(of: measured, resamples: 2000, seed: 7))
    }
    for count in [256, 1024, 4096] {
        let measured = try MapMeasurements(mapSet(count, 20), signs: .absolute)
        Benchmark("bootstrap: 2,000 resamples of all metrics, \(count) maps") { _ in
            blackHole(try measured.overall(resamples: 2000, seed: 7))
        }
    }
}

/// Random maps, on request beside others to compare them with, and as hypotheses parts of the positions, one after another.
private func mapSet(
    _ count: Int, _ length: Int, hypotheses: Int = 1, seed: UInt64 = 7, compared: Bool = false
) -> MapSet {
    var generator = SplitMix64(seed: seed)
    func map() -> [Double] { (0..<length).map { _ in Double(generator.uniform()) } }
    let names = (0..<hypotheses).map { "part \($0)" }
    let masks = names.indices.map { part in (0..<length).map { $0 / ((length + 2) / 3) == part } }
    let cases = (0..<count).map { index in
        MapSet.Case(
            id: "\(index)", attention: map(), saliency: compared ? map() : nil,
            masks: Dictionary(uniqueKeysWithValues: zip(names, masks)))
    }
    return MapSet(cases: cases, hypotheses: names, origin: "random numbers")
}
