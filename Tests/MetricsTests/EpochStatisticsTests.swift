import Foundation
import Metrics
import Testing

@Suite("Statistics of a series of epochs")
struct EpochStatisticsTests {
    let golden: GoldenStatistics
    let values: [Double]

    init() throws {
        golden = try GoldenStatistics()
        values = try golden.numbers("epochs", "values")
    }

    @Test("Every entry of the reference file's series has a test")
    func complete() throws {
        let section = try #require(try golden.value("epochs") as? [String: Any])
        #expect(
            Set(section.keys) == [
                "values", "mann_kendall_tau", "mann_kendall_p", "theil_sen", "spearman",
                "changepoint_l2_first_index_of_second_segment", "changepoint_means", "changepoint_sse", "total_sse",
                "onset_first_epoch_ge_threshold_for_patience", "half_rise", "ema_alpha_0.3", "auc_trapezoid_normalised",
            ])
    }

    @Test("The trend by Mann and Kendall, Theil and Sen, and Spearman")
    func trend() throws {
        let trend = try #require(Trend.mannKendall(values))
        expectClose(trend.statistic, try golden.number("epochs", "mann_kendall_tau"))
        expectClose(trend.pValue, try golden.number("epochs", "mann_kendall_p"), 1e-9)
        let line = try #require(Trend.theilSen(values))
        let expected = try golden.numbers("epochs", "theil_sen")
        expectClose(line.slope, expected[0])
        expectClose(line.intercept, expected[1])
        expectClose(line.interval, Array(expected[2...]))
        let epochs = MapRow(values.indices.map(Double.init))
        expectClose(Agreement.spearman(MapRow(values), epochs).value, try golden.number("epochs", "spearman"))
    }

    @Test("The split into two levels")
    func changePoint() throws {
        let found = try #require(ChangePoint.find(in: values, resamples: 499, seed: 1))
        let index = try golden.number("epochs", "changepoint_l2_first_index_of_second_segment")
        #expect(Double(found.index) == index)
        let means = try golden.numbers("epochs", "changepoint_means")
        expectClose(found.before, means[0])
        expectClose(found.after, means[1])
        expectClose(found.squares, try golden.number("epochs", "changepoint_sse"))
        expectClose(found.totalSquares, try golden.number("epochs", "total_sse"))
        #expect(found.pValue == 1.0 / 500)
    }

    @Test("The onset with patience, and half the rise")
    func onset() throws {
        let section = try #require(
            try golden.value("epochs", "onset_first_epoch_ge_threshold_for_patience") as? [String: Any])
        #expect(section.count == 8)
        for (key, expected) in section {
            let parts = key.dropFirst(2).components(separatedBy: "_patience")
            let (threshold, patience) = (try #require(Double(parts[0])), try #require(Int(parts[1])))
            let found = FocusOnset.index(of: values, threshold: threshold, patience: patience)
            #expect(found == expected as? Int, "\(key)")
        }
        let half = try #require(FocusOnset.halfRise(values))
        expectClose(half.level, try golden.number("epochs", "half_rise", "level"))
        expectClose(half.start, try golden.number("epochs", "half_rise", "start_mean3"))
        expectClose(half.end, try golden.number("epochs", "half_rise", "end_mean3"))
        #expect(Double(half.index) == (try golden.number("epochs", "half_rise", "epoch")))
    }

    @Test("Smoothing and the area under the series")
    func smoothing() throws {
        let smoothed = Trend.exponentialMovingAverage(values, alpha: 0.3)
        for (found, expected) in zip(smoothed, try golden.numbers("epochs", "ema_alpha_0.3")) {
            expectClose(found, expected)
        }
        expectClose(Trend.area(values), try golden.number("epochs", "auc_trapezoid_normalised"))
    }

    @Test("Series without an answer have none")
    func degenerate() {
        let constant = [Double](repeating: 0.4, count: 9)
        #expect(Trend.mannKendall(constant) == nil && Trend.mannKendall([1]) == nil && Trend.theilSen([1]) == nil)
        #expect(ChangePoint.find(in: constant) == nil && ChangePoint.find(in: [1, 2, 3]) == nil)
        #expect(FocusOnset.halfRise(constant) == nil && FocusOnset.halfRise([]) == nil)
        #expect(Trend.area([1]) == nil && Trend.exponentialMovingAverage([], alpha: 0.5).isEmpty)
        #expect(FocusOnset.index(of: [], threshold: 0) == nil)
    }

    @Test("A gap ends a streak, and a late streak is not long enough")
    func patience() {
        #expect(FocusOnset.index(of: [0.9, 0.9, nil, 0.9, 0.9, 0.9], threshold: 0.5) == 3)
        #expect(FocusOnset.index(of: [0.1, 0.9, 0.9], threshold: 0.5) == nil)
        #expect(FocusOnset.threshold(chance: 0.5) == 0.75)
    }

    @Test("Noise without a change has no small p-value")
    func noChange() throws {
        let noise = [0.3, 0.1, 0.25, 0.2, 0.15, 0.28, 0.12, 0.22, 0.17, 0.27, 0.11, 0.24]
        #expect(try #require(ChangePoint.find(in: noise, resamples: 499, seed: 4)?.pValue) > 0.1)
    }
}
