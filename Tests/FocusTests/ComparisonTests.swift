import Checkpoints
import Foundation
import Metrics
import Tasks
import TestSupport
import Testing

@testable import Focus

@Suite("Comparisons of analysed runs")
struct ComparisonTests {
    /// Three runs over the epochs 1 and 2: each the bundled run's checkpoints of other epochs under those names.
    private static let folders: Result<[String], any Error> = Result {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        return try [("000", "200"), ("001", "175"), ("002", "003")].enumerated().map { index, names in
            let (source, output) = ("\(root)/run\(index)", "\(root)/out\(index)")
            for folder in [source, output] {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            for (epoch, name) in [(1, names.0), (2, names.1)] {
                try FileManager.default.copyItem(
                    atPath: "\(Fixtures.run)/ckpt-\(name).h5", toPath: "\(source)/ckpt-\(epoch).h5")
            }
            let probes = try ProbeSet(reading: "\(Fixtures.run)/probes.h5:/rnd256").prefix(40).withDelimiter(0)
            var options = AnalysisOptions()
            options.resamples = 200
            options.expected = "before"
            options.interventions = .none
            _ = try Analysis(of: Run(at: source), on: probes, options: options).run(writingTo: "\(output)/analysis.h5")
            return output
        }
    }

    private static func runs() throws -> [AnalysedRun] {
        try folders.get().enumerated().map { try AnalysedRun(path: $1, name: "seed\($0)") }
    }

    private static func timelines() throws -> [FocusTimeline] {
        try folders.get().map { try AnalysisFileReader(path: "\($0)/analysis.h5").timeline() }
    }

    @Test("Each seed's mean is the analysis' own, and a group's the mean of the seeds with a t interval")
    func seeds() throws {
        let comparison = try Comparison([.init(name: "all", runs: Self.runs())], resamples: 200)
        #expect(comparison.epochs == [1, 2])
        #expect(
            comparison.results.map(\.metric.name) == [
                "attention/before/mass_in_mask", "attention/mass_before", "attention/mass_at", "attention/mass_after",
                "attention/before/auroc", "attention/entropy_normalised", "loss",
            ])
        let timelines = try Self.timelines()
        for result in comparison.results {
            let series = result.series[0]
            for (run, timeline) in timelines.enumerated() {
                let source = try #require(timeline.source(.attention))
                let metric = result.metric
                let stored = timeline[source, metric.metric, against: metric.hypothesis]?.estimates.map(\.mean)
                let expected = metric.source == nil ? timeline.loss?.map(Optional.some) : stored
                for (found, mean) in zip(series.seeds[run].map(\.mean), try #require(expected)) {
                    // The analysis file holds single precision.
                    let (found, mean) = (try #require(found), try #require(mean))
                    #expect(abs(found - mean) <= 2e-6 * max(1, abs(mean)))
                }
            }
            for epoch in 0..<2 {
                let means = series.seeds.compactMap { $0[epoch].mean }
                #expect(series.means[epoch].count == 3)
                #expect(series.means[epoch].mean == Sample.mean(means))
                #expect(series.means[epoch].interval == Sample.tInterval(means))
            }
            #expect(result.tests.isEmpty)
        }
    }

    @Test("Two runs are tested instance by instance at the last common epoch, adjusted over all rows")
    func pairs() throws {
        let runs = try Self.runs()
        let comparison = try Comparison([.init(name: "all", runs: [runs[0], runs[2]])], resamples: 300)
        for result in comparison.results {
            let test = try #require(result.tests.first)
            let (first, second) = (try runs[0].values(of: result.metric), try runs[2].values(of: result.metric))
            let (x, y) = (try #require(first)[1], try #require(second)[1])
            let pairs = zip(x, y).filter { $0.isFinite && $1.isFinite }
            let differences = pairs.map { $0 - $1 }
            #expect(test.first == "seed0" && test.second == "seed2")
            #expect(test.instances == differences.count)
            #expect(test.difference.mean == Sample.mean(differences))
            let mean = try #require(test.difference.mean)
            #expect(test.difference.interval?.contains(mean) == true)
            #expect(test.wilcoxon == Wilcoxon.exact(differences))
            #expect(test.dz == EffectSize.cohenDZ(differences))
            let delta = try #require(EffectSize.cliffsDelta(pairs.map(\.0), pairs.map(\.1)))
            #expect(test.cliffsDelta == delta)
            let interval = try #require(test.cliffsInterval)
            #expect(interval.lowerBound <= delta && delta <= interval.upperBound)
            let (adjusted, p) = (try #require(test.adjusted), try #require(test.signFlip?.pValue))
            #expect(adjusted >= p)
            #expect(test.seeds == nil)
        }
        let pValues = comparison.results.compactMap { $0.tests.first?.signFlip?.pValue }
        #expect(comparison.results.compactMap { $0.tests.first?.adjusted } == MultipleTesting.holm(pValues))
    }

    @Test("Groups are averaged per instance, not pooled; one seed has no interval")
    func groups() throws {
        let runs = try Self.runs()
        let comparison = try Comparison(
            [.init(name: "a", runs: [runs[0], runs[1]]), .init(name: "b", runs: [runs[2]])],
            metrics: ["auroc", "saliency/delimiter/mass_in_mask"], resamples: 200)
        #expect(
            comparison.results.map(\.metric.name) == ["attention/before/auroc", "saliency/delimiter/mass_in_mask"])
        for result in comparison.results {
            #expect(result.series.map(\.group) == ["a", "b"])
            #expect(result.series[1].means[1].interval == nil && result.series[1].means[1].count == 1)
            let test = try #require(result.tests.first)
            let values = try runs.compactMap { try $0.values(of: result.metric)?[1] }
            let differences = (0..<40).map { (values[0][$0] + values[1][$0]) / 2 - values[2][$0] }.filter(\.isFinite)
            #expect(test.instances == differences.count && test.instances <= 40)
            let (found, mean) = (try #require(test.difference.mean), try #require(Sample.mean(differences)))
            #expect(abs(found - mean) < 1e-12)
        }
    }

    @Test("Seeds are tested by all divisions into the groups: two against two have p of at least a third")
    func fewSeeds() throws {
        let arithmetic = ComparisonArithmetic(epochs: [1], resamples: 100, seed: 1, instances: 2)
        let metric = ComparedMetric("auroc", against: "h")
        let run = try Self.runs()[0]
        let groups = ["a", "b"].map { Comparison.Group(name: $0, runs: [run, run]) }
        // The runs' epochs are 1 and 2; only the first is compared.
        let values: [[[[Double]]]] = [
            [[[0.9, 0.8], [0, 0]], [[0.8, 0.7], [0, 0]]], [[[0.1, 0.2], [0, 0]], [[0.2, 0.3], [0, 0]]],
        ]
        let test = try #require(try arithmetic.result(metric, groups, values).tests.first)
        #expect(abs(try #require(test.seeds?.pValue) - 1.0 / 3) < 1e-12)
        #expect(test.seedsDelta == 1)
        #expect(test.seeds?.isExact == true)
    }

    @Test("Runs on other sequences, without common epochs, or without the numbers are refused with the reason")
    func refused() throws {
        let folders = try Self.folders.get()
        let runs = try Self.runs()
        #expect(throws: ComparisonError.tooFewRuns) { try Comparison([.init(name: "a", runs: [runs[0]])]) }
        #expect(throws: ComparisonError.noAnalysis(path: "/nowhere")) { try AnalysedRun(path: "/nowhere", name: "x") }
        let other = folders[0] + "-other"
        let late = folders[0] + "-late"
        for folder in [other, late] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        defer { for folder in [other, late] { try? FileManager.default.removeItem(atPath: folder) } }
        let probes = try ProbeSet(reading: "\(Fixtures.run)/probes.h5:/rnd256")
        _ = try Analysis(of: Run(at: "\(Fixtures.run)/ckpt-001.h5"), on: probes.prefix(41).withDelimiter(0))
            .run(writingTo: "\(other)/analysis.h5")
        _ = try Analysis(of: Run(at: "\(Fixtures.run)/ckpt-003.h5"), on: probes.prefix(40).withDelimiter(0))
            .run(writingTo: "\(late)/analysis.h5")
        func compare(_ folder: String, _ metrics: [String] = []) throws -> Comparison {
            try Comparison(
                [.init(name: "all", runs: [runs[0], AnalysedRun(path: folder, name: "other")])], metrics: metrics)
        }
        #expect(
            throws: ComparisonError.otherProbeSet(first: folders[0], second: other, what: "the inputs")
        ) { try compare(other) }
        #expect(
            throws: ComparisonError.noCommonEpoch(epochs: ["seed0 has 1 to 2", "other has 3 to 3"])
        ) { try compare(late) }
        #expect(throws: ComparisonError.self) { try compare(folders[1], ["before/nonsense"]) }
    }
}
