import Checkpoints
import Metrics
import Tasks
import TestSupport
import Testing

@testable import Focus

@Suite("What series do over the epochs")
struct TimelineStatisticsTests {
    private static let source = Source(.attention, layer: "a")

    private static func statistics(
        _ values: [Double?], epochs: [Int], metric: String = "mass_in_mask", chance: Double = 0.2
    ) throws -> TimelineStatistics.Entry {
        // A timeline of a run, of which only epochs, hypotheses and series matter here.
        let run = try Run(at: "\(Fixtures.run)/ckpt-000.h5")
        let probes = try ProbeSet(reading: "\(Fixtures.run)/probes.h5:/rnd256").prefix(2)
        var timeline = try Analysis(of: run, on: probes).run().timeline
        timeline.epochs = epochs
        timeline.hypotheses = [.init(name: "h", origin: .user, chance: chance, sameAs: nil)]
        timeline.series = [
            .init(
                source: source, hypothesis: "h", metric: metric,
                estimates: values.map { Estimate(mean: $0, count: $0 == nil ? 0 : 5) })
        ]
        return try #require(TimelineStatistics(timeline)[source, metric, against: "h"])
    }

    private static let epochs = [0, 1, 2, 3, 5, 10, 20, 50]
    private static let values: [Double?] = [0.1, 0.12, 0.11, 0.3, 0.72, 0.7, 0.75, 0.8]

    @Test("Onset, half rise and change are epochs, not places")
    func epochsOfEvents() throws {
        let entry = try Self.statistics(Self.values, epochs: Self.epochs)
        #expect(entry.chance == 0.2)
        #expect(abs(try #require(entry.threshold) - 0.6) < 1e-12)
        #expect(entry.onset == 5)
        #expect(entry.halfRise == 5)
        #expect(entry.change?.epoch == 5)
        #expect(abs(try #require(entry.change?.before) - 0.1575) < 1e-12)
        #expect(try #require(entry.change?.pValue) < 0.1)
    }

    @Test("The slope is per epoch, as scipy.stats.theilslopes(values, epochs) has it, and tau scipy.stats.kendalltau's")
    func trend() throws {
        let trend = try #require(try Self.statistics(Self.values, epochs: Self.epochs).trend)
        #expect(abs(trend.slope - 0.02948529411764706) < 1e-14)
        #expect(abs(trend.slopeInterval.lowerBound - 0.0025) < 1e-14)
        #expect(abs(trend.slopeInterval.upperBound - 0.09) < 1e-14)
        #expect(abs(trend.tau - 0.8571428571428571) < 1e-14)
        #expect(abs(trend.pValue - 0.001736111111111111) < 1e-14)
    }

    @Test("What never reaches the level is censored, and two checkpoints in a row are not enough")
    func censored() throws {
        #expect(try Self.statistics([0.1, 0.7, 0.8, 0.2, 0.9, 0.95], epochs: [0, 1, 2, 3, 4, 5]).onset == nil)
        #expect(try Self.statistics([0.1, 0.7, nil, 0.7, 0.9, 0.95], epochs: [0, 1, 2, 3, 4, 5]).onset == 3)
    }

    @Test("Constant and undefined series have no statistics; metrics without bound no threshold")
    func degenerate() throws {
        let constant = try Self.statistics([0.4, 0.4, 0.4, 0.4], epochs: [0, 1, 2, 3])
        #expect(constant.halfRise == nil && constant.change == nil && constant.trend == nil)
        let undefined = try Self.statistics([nil, nil], epochs: [0, 1])
        #expect(undefined.onset == nil && undefined.trend == nil)
        let lift = try Self.statistics(Self.values, epochs: Self.epochs, metric: "mass_lift")
        #expect(lift.chance == 1 && lift.threshold == nil && lift.onset == nil && lift.trend != nil)
        let distance = try Self.statistics(Self.values, epochs: Self.epochs, metric: "js_divergence_bits")
        #expect(distance.chance == nil && distance.threshold == nil && distance.change != nil)
    }
}
