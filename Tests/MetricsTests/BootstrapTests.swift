import Metrics
import Testing

@Suite("The bootstrap")
struct BootstrapTests {
    @Test("Intervals and standard errors equal scipy's over the given resamples", arguments: ["mean", "median"])
    func intervals(_ name: String) throws {
        let golden = try GoldenStatistics()
        let sample = try golden.numbers("sample_x")
        let bootstrap = Bootstrap(indices: try #require(try golden.value("bootstrap_indices") as? [[Int]]))
        let statistic: ([Double]) -> Double = { values in
            name == "mean" ? values.reduce(0, +) / Double(values.count) : Quantile.median(of: values)
        }
        var replicates = bootstrap.replicates(of: sample, statistic)
        expectClose(
            Sample.standardDeviation(replicates), try golden.number("bootstrap_\(name)_standard_error"))
        expectClose(
            Bootstrap.percentileInterval(of: &replicates), try golden.numbers("bootstrap_\(name)_percentile"))
        expectClose(
            Bootstrap.basicInterval(of: &replicates, estimate: statistic(sample)),
            try golden.numbers("bootstrap_\(name)_basic"))
        let corrected = bootstrap.correctedInterval(of: sample, statistic)
        #expect(!corrected.isDegenerate)
        expectClose(corrected.interval, try golden.numbers("bootstrap_\(name)_BCa"), 1e-9)
        if name == "mean" {
            let parts = try golden.numbers("bca_mean_alpha1_alpha2_acceleration")
            expectClose(corrected.levels.low, parts[0], 1e-9)
            expectClose(corrected.levels.high, parts[1], 1e-9)
            expectClose(corrected.acceleration, parts[2], 1e-9)
            var means = bootstrap.means(of: sample)
            expectClose(
                Bootstrap.percentileInterval(of: &means), try golden.numbers("bootstrap_mean_percentile"))
        }
    }

    @Test("A constant sample has an interval without width, where scipy's BCa has none")
    func constant() throws {
        let golden = try GoldenStatistics()
        let bootstrap = Bootstrap(instances: 5, resamples: 100, seed: 1)
        let values = [Double](repeating: 1, count: 5)
        var means = bootstrap.means(of: values)
        expectClose(Bootstrap.percentileInterval(of: &means), try golden.numbers("percentile_constant_sample"))
        #expect(try golden.numbers("bca_constant_sample").allSatisfy(\.isNaN))
        let corrected = bootstrap.correctedInterval(of: values) { $0.reduce(0, +) / Double($0.count) }
        #expect(corrected.isDegenerate && corrected.interval == 1...1)
    }

    @Test("Each resample holds as many instances as there are, and the same seed draws the same ones")
    func counts() {
        let plan = Bootstrap(instances: 7, resamples: 50, seed: 3)
        for resample in 0..<50 { #expect(plan.counts[(resample * 7)..<(resample * 7 + 7)].reduce(0, +) == 7) }
        #expect(plan.counts == Bootstrap(instances: 7, resamples: 50, seed: 3).counts)
        #expect(plan.counts == Bootstrap.byteCounts(instances: 7, resamples: 50, seed: 3).map(Double.init))
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
