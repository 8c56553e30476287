import Checkpoints
import Metrics
import Networks
import Tasks
import TestSupport
import Tensors
import Testing

@testable import Focus

@Suite("An analysis in memory")
struct AnalysisTests {
    private static func analysis(_ change: (inout AnalysisOptions) throws -> Void = { _ in }) throws -> Analysis {
        var options = AnalysisOptions()
        options.resamples = 400
        try change(&options)
        let run = try Run(paths: ["000", "003", "200"].map { "\(Fixtures.run)/ckpt-\($0).h5" })
        return try Analysis(
            of: run, on: ProbeSet(reading: "\(Fixtures.run)/probes.h5:/rnd256").prefix(40), options: options)
    }

    @Test("Has each source's series against each hypothesis, one estimate per epoch")
    func series() throws {
        let timeline = try Self.analysis().run().timeline
        #expect(timeline.epochs == [0, 3, 200])
        #expect(timeline.sources.map(\.kind) == [.attention, .saliency, .gradientTimesInput, .uniform])
        #expect(timeline.hypotheses.map(\.name).prefix(2) == ["before", "delimiter"])
        for source in timeline.sources {
            for hypothesis in timeline.hypotheses {
                let mass = try #require(timeline[source, "mass_in_mask", against: hypothesis.name])
                #expect(mass.estimates.count == 3)
                #expect(mass.estimates.allSatisfy { $0.count + $0.undefined == 40 })
            }
        }
    }

    @Test("Uniform weights measure chance")
    func chance() throws {
        let timeline = try Self.analysis().run().timeline
        let uniform = try #require(timeline.source(.uniform))
        for hypothesis in timeline.hypotheses where hypothesis.name != "after-delimiter" {
            let mean = timeline[uniform, "mass_in_mask", against: hypothesis.name]?.estimates.last?.mean
            #expect(abs((mean ?? .nan) - hypothesis.chance) < 1e-6)
        }
    }

    @Test("The same seed gives the same intervals, another seed others")
    func seeds() throws {
        let source = Source(.attention, layer: "attention_weight")
        func interval(_ seed: UInt64) throws -> ClosedRange<Double>? {
            try Self.analysis { $0.seed = seed }.run().timeline[source, "mass_in_mask", against: "before"]?.estimates[1]
                .interval
        }
        let first = try interval(1)
        #expect(try interval(1) == first)
        #expect(try interval(2) != first)
    }

    @Test("Several masks in the data make none the expected one, a rule or a name does")
    func expected() throws {
        #expect(try Self.analysis().expected == nil)
        #expect(try Self.analysis { $0.expected = "before" }.expected == "before")
        #expect(try Self.analysis { $0.rules = [try MaskRule("last")] }.expected == "last")
    }

    @Test("Profiles add up to 1 and are aligned on the delimiter")
    func profiles() throws {
        let timeline = try Self.analysis().run().timeline
        let profile = try #require(timeline.profiles[Source(.attention, layer: "attention_weight")])
        for epoch in 0..<3 { #expect(abs(profile.absolute[row: epoch].values.reduce(0, +) - 1) < 1e-5) }
        let aligned = try #require(profile.aligned)[row: 2].values
        #expect(aligned.indices.max { aligned[$0] < aligned[$1] } == 19)
        #expect(timeline.alignedCounts?[19] == 40)
    }

    @Test("A length that the sequences do not have changes nothing but the measured part")
    func padding() throws {
        let whole = try ProbeSet(reading: "\(Fixtures.run)/probes.h5:/rnd256").prefix(4)
        let padded = try ProbeSet(
            inputs: whole.inputs, targets: whole.targets, lengths: [20, 10, 20, 20], origin: "test")
        let run = try Run(at: "\(Fixtures.run)/ckpt-000.h5")
        let timeline = try Analysis(of: run, on: padded).run().timeline
        let source = Source(.attention, layer: "attention_weight")
        // An untrained attention is uniform: its entropy is ln of the length.
        let entropy = try #require(timeline[source, "entropy_normalised"]?.estimates[0].mean)
        #expect(abs(entropy - 1) < 1e-3)
        #expect(timeline.samples.maps[source]?[row: 0][row: 1].values[10...].allSatisfy(\.isNaN) == true)
    }
}

@Suite("The estimator")
struct EstimatorTests {
    @Test("Means, deviations, medians and counts are those of the defined values")
    func moments() throws {
        var table = Measurement(columns: 3)
        for value in [1.0, 2, 4, 9] {
            table.append(.value(value))
            table.append(value > 3 ? .undefined(.emptyMask) : .value(value))
            table.append(.undefined(.noMass))
        }
        let estimates = try Estimator(instances: 4, resamples: 500, seed: 1).estimates(of: table)
        #expect(estimates[0].mean == 4)
        #expect(abs((estimates[0].standardDeviation ?? 0) - (38.0 / 3).squareRoot()) < 1e-12)
        #expect(estimates[0].median == 3)
        #expect(estimates[0].interval?.contains(4) == true)
        #expect(estimates[1].mean == 1.5 && estimates[1].count == 2 && estimates[1].undefined == 2)
        #expect(estimates[1].undefinedReason == .emptyMask)
        #expect(estimates[2].mean == nil && estimates[2].interval == nil && estimates[2].undefinedReason == .noMass)
    }

    @Test("The interval is that of the plain bootstrap over the same resamples", arguments: [1, 2, 60, 1024, 2500])
    func interval(instances: Int) throws {
        var table = Measurement(columns: 1)
        let values = (0..<instances).map { Double(($0 * 37) % 61) / 7 }
        for value in values { table.append(.value(value)) }
        let estimator = Estimator(instances: instances, resamples: 501, seed: 5)
        let found = try estimator.estimates(of: table)[0].interval
        guard instances > 1 else { return #expect(found == nil) }
        let interval = try #require(found)
        var means = Bootstrap(instances: instances, resamples: 501, seed: 5).means(of: values)
        let expected = Bootstrap.percentileInterval(of: &means)
        #expect(abs(interval.lowerBound - expected.lowerBound) < 1e-6)
        #expect(abs(interval.upperBound - expected.upperBound) < 1e-6)
    }

    @Test("A column's interval is the same in every digit alone and beside any number of others")
    func alone() throws {
        func value(_ row: Int, _ column: Int) -> Double { Double((row * 37 + column * 11) % 61) / 7 }
        let estimator = Estimator(instances: 300, resamples: 400, seed: 3)
        func intervals(_ columns: Range<Int>) throws -> [ClosedRange<Double>?] {
            var table = Measurement(columns: columns.count)
            for row in 0..<300 { for column in columns { table.append(.value(value(row, column))) } }
            return try estimator.estimates(of: table).map(\.interval)
        }
        let together = try intervals(0..<23)
        for count in 1..<23 { #expect(try intervals(0..<count) == Array(together[..<count])) }
    }

    @Test("Undefined values change no interval of the others")
    func undefined() throws {
        var table = Measurement(columns: 2)
        for index in 0..<40 {
            table.append(.value(Double(index % 7)))
            table.append(index % 4 == 0 ? .undefined(.emptyMask) : .value(Double(index % 7)))
        }
        let found = try Estimator(instances: 40, resamples: 500, seed: 2).estimates(of: table)
        let interval = try #require(found[1].interval)
        let bootstrap = Bootstrap(instances: 40, resamples: 500, seed: 2)
        var means = (0..<500).compactMap { resample -> Double? in
            let (sum, count) = (0..<40).filter { $0 % 4 != 0 }.reduce((0.0, 0.0)) { sums, index in
                let times = bootstrap.counts[resample * 40 + index]
                return (sums.0 + times * Double(index % 7), sums.1 + times)
            }
            return count > 0 ? sum / count : nil
        }
        let expected = Bootstrap.percentileInterval(of: &means)
        #expect(abs(interval.lowerBound - expected.lowerBound) < 1e-5)
        #expect(abs(interval.upperBound - expected.upperBound) < 1e-5)
    }
}
