import Foundation
import Fovea

/// Every metric of maps against masks, with bootstrap intervals of the means.
struct MetricWork: PeerWork {
    private let maps: MapSet
    private let resamples: Int
    private var measurements: MapMeasurements?
    private var means: [MapMeasurements.Overall] = []

    init(maps: String, masks: String, resamples: Int?) throws {
        self.maps = try MapSet(reading: maps, masks: masks)
        self.resamples = resamples ?? 2000
    }

    mutating func run() throws {
        let measured = try MapMeasurements(maps, signs: .absolute)
        means = try measured.overall(resamples: resamples, seed: 7)
        measurements = measured
    }

    /// JSON: the means by metric, each with its interval.
    func write(to path: String) throws {
        var result: [String: [String: Double]] = [:]
        for overall in means {
            guard let mean = overall.estimate.mean else { continue }
            let key = [overall.metric, overall.hypothesis].compactMap(\.self).joined(separator: "/")
            result[key] = ["mean": mean, "low": overall.estimate.interval?.lowerBound ?? mean]
        }
        try JSONEncoder().encode(result).write(to: URL(fileURLWithPath: path))
    }
}
