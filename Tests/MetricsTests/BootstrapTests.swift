import Foundation
import Metrics
import TestSupport
import Testing

@Suite("The bootstrap")
struct BootstrapTests {
    @Test("Percentile interval of the mean equals numpy's over the given resamples")
    func percentile() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("golden_metrics.json")))
        let statistics = try #require(
            (JSONSerialization.jsonObject(with: data) as? [String: Any])?["statistics"] as? [String: Any])
        let sample = try #require(statistics["sample_x"] as? [Double])
        let indices = try #require(statistics["bootstrap_indices"] as? [[Int]])
        let expected = try #require(Self.pair(statistics["bootstrap_mean_percentile"]))
        var means = Bootstrap(indices: indices).means(of: sample)
        let interval = Bootstrap.percentileInterval(of: &means)
        #expect(abs(interval.lowerBound - expected.0) <= 1e-12 * abs(expected.0))
        #expect(abs(interval.upperBound - expected.1) <= 1e-12 * abs(expected.1))
    }

    private static func pair(_ value: Any?) -> (Double, Double)? {
        guard let list = value as? [Double], list.count == 2 else { return nil }
        return (list[0], list[1])
    }

    @Test("Each resample holds as many instances as there are, and the same seed draws the same ones")
    func counts() {
        let plan = Bootstrap(instances: 7, resamples: 50, seed: 3)
        for resample in 0..<50 { #expect(plan.counts[(resample * 7)..<(resample * 7 + 7)].reduce(0, +) == 7) }
        #expect(plan.counts == Bootstrap(instances: 7, resamples: 50, seed: 3).counts)
        #expect(plan.counts != Bootstrap(instances: 7, resamples: 50, seed: 4).counts)
    }

    @Test("Selected quantiles are those of a sort", arguments: [1, 2, 3, 10, 101, 2000])
    func quantiles(_ count: Int) {
        var state: UInt64 = 9
        let values = (0..<count).map { _ -> Double in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return Double(state >> 40) / 1000
        }
        let sorted = values.sorted()
        for q in [0.0, 0.025, 0.5, 0.77, 0.975, 1] {
            var copy = values
            let place = q * Double(count - 1)
            let low = sorted[Int(place)]
            let high = sorted[min(count - 1, Int(place) + 1)]
            #expect(abs(Quantile.select(q, of: &copy) - (low + (place - place.rounded(.down)) * (high - low))) < 1e-9)
        }
        let mean = values.reduce(0, +) / Double(count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        let (low, high) = Quantile.tails(
            of: values.map(Float.init)[...], mean: Float(mean), standardDeviation: Float(variance.squareRoot()),
            level: 0.95)
        var copy = values
        #expect(abs(Double(low) - Quantile.select(0.025, of: &copy)) <= 1e-6 * sorted[count - 1])
        #expect(abs(Double(high) - Quantile.select(0.975, of: &copy)) <= 1e-6 * sorted[count - 1])
    }
}
