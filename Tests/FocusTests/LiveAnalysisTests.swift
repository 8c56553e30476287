import Attribution
import Checkpoints
import Foundation
import HDF5
import Tasks
import TestSupport
import Tensors
import Testing

@testable import Focus

@Suite("An analysis that grows")
struct LiveAnalysisTests {
    /// A folder of checkpoints, and one for findings.
    private final class Workplace {
        let path: String
        init() throws {
            path = FileManager.default.temporaryDirectory.appending(path: "live-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: path + "/run", withIntermediateDirectories: true)
        }
        deinit { try? FileManager.default.removeItem(atPath: path) }
        var run: String { path + "/run" }

        func add(_ source: String, as name: String) throws {
            try? FileManager.default.removeItem(atPath: "\(run)/\(name)")
            try FileManager.default.copyItem(atPath: source, toPath: "\(run)/\(name)")
        }
    }

    private static func live(
        _ place: Workplace, _ probes: ProbeSet, _ options: AnalysisOptions
    ) throws -> LiveAnalysis {
        try LiveAnalysis(of: place.run, on: probes, options: options, keepingIn: place.path + "/kept")
    }

    /// Offers every file that is there.
    private static func addAll(_ live: inout LiveAnalysis) throws -> [LiveAnalysis.Outcome] {
        var folder = CheckpointFolder(live.folder, rest: .zero)
        _ = try folder.look()
        let ready = try folder.look()
        return try ready.enumerated().map { try live.add($1, isLast: $0 == ready.count - 1) }
    }

    private static var options: AnalysisOptions {
        var options = AnalysisOptions()
        options.resamples = 100
        return options
    }

    private static func probes(_ count: Int = 16) throws -> ProbeSet {
        try ProbeSet(reading: "\(Fixtures.run)/probes.h5:/rnd256").prefix(count)
    }

    private static func expectEqual(_ found: FocusTimeline, _ expected: FocusTimeline) {
        #expect(found.epochs == expected.epochs)
        #expect(found.sources == expected.sources)
        #expect(found.loss == expected.loss)
        #expect(found.history == expected.history)
        func heads(_ timeline: FocusTimeline) -> [Source: [UInt32]] {
            timeline.headProfiles.mapValues { $0.absolute.values.map(\.bitPattern) }
        }
        #expect(heads(found) == heads(expected))
        #expect(found.finalMaps == expected.finalMaps)
        for (first, second) in zip(found.series, expected.series) {
            #expect(first.estimates == second.estimates, "\(first.source) \(first.metric)")
        }
        #expect(found.interventions.map(\.lossIncrease) == expected.interventions.map(\.lossIncrease))
        #expect(found.tests.map(\.name) == expected.tests.map(\.name))
        let (first, second) = (found.tests.map(\.estimates), expected.tests.map(\.estimates))
        #expect(first.indices.filter { first[$0] != second[$0] }.map { found.tests[$0].name } == [])
        #expect(
            found.probes.map { $0.r2.values.map(\.bitPattern) }
                == expected.probes.map { $0.r2.values.map(\.bitPattern) })
    }

    @Test("Heads, rows, stacks and completeness come back from their files to the last bit")
    func everything() throws {
        let place = try Workplace()
        let model = Fixtures.path("zoo/transformer.k3.keras")
        try place.add(model, as: "ckpt-1.keras")
        try place.add(model, as: "ckpt-2.keras")
        let inputs = try ProbeSet(reading: Fixtures.path("zoo/transformer.k3.expected.h5")).inputs
        let probes = try ProbeSet(inputs: inputs, origin: "the zoo")
        var options = Self.options
        options.rules = [try MaskRule("index:1")]
        options.methods = [MethodRequest(Saliency()), MethodRequest(IntegratedGradients(steps: 4))]
        options.reading = AttentionReading(query: .all, eachHead: true, rollout: true, flow: true)
        options.tests = [.agreement, .permutation]
        options.probing = .last
        let expected = try Analysis(of: Run(at: place.run), on: probes, options: options).run()
        #expect(expected.timeline.sources.contains(Source(.attentionRollout)))
        #expect(!expected.timeline.completenessGaps.isEmpty)
        var live = try Self.live(place, probes, options)
        _ = try Self.addAll(&live)
        Self.expectEqual(try live.result().timeline, expected.timeline)
        var again = try Self.live(place, probes, options)
        #expect(try again.restore().count == 2)
        let result = try again.result()
        Self.expectEqual(result.timeline, expected.timeline)
        #expect(result.notes == expected.notes)
        #expect(result.inputs.map(\.sha256) == expected.inputs.map(\.sha256))
    }

    @Test("Each file is analysed once; one whose contents change is analysed again, one only touched is not")
    func once() throws {
        let place = try Workplace()
        try place.add("\(Fixtures.run)/ckpt-001.h5", as: "ckpt-1.h5")
        var live = try Self.live(place, Self.probes(), Self.options)
        func outcome() throws -> LiveAnalysis.Outcome { try #require(try Self.addAll(&live).first) }
        guard case .analysed = try outcome() else { throw Unexpected() }
        guard case .known = try outcome() else { throw Unexpected() }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000)], ofItemAtPath: place.run + "/ckpt-1.h5")
        guard case .known = try outcome() else { throw Unexpected() }
        let before = try live.result().timeline.loss
        try place.add("\(Fixtures.run)/ckpt-002.h5", as: "ckpt-1.h5")
        guard case .analysed = try outcome() else { throw Unexpected() }
        #expect(live.count == 1)
        #expect(try live.result().timeline.loss != before)
    }

    private struct Unexpected: Error {}

    @Test("What cannot be used is told apart from what cannot be read and from what is no checkpoint")
    func outcomes() throws {
        let place = try Workplace()
        try place.add(Fixtures.path("broken/nan.h5"), as: "ckpt-1.h5")
        try place.add(Fixtures.path("broken/truncated.h5"), as: "ckpt-2.h5")
        try place.add("\(Fixtures.run)/probes.h5", as: "ckpt-3.h5")
        try place.add(Fixtures.path("zoo/pkg_luong.k2w.h5"), as: "ckpt-4.h5")
        try place.add(Fixtures.path("zoo/pkg_luong.k2w.h5"), as: "ckpt-04.h5")
        var live = try Self.live(place, ProbeSet(reading: Fixtures.path("broken/probes.h5:/good")), Self.options)
        let outcomes = try Self.addAll(&live)
        var kinds: [String] = []
        for outcome in outcomes {
            switch outcome {
            case .unusable: kinds.append("unusable")
            case .unreadable: kinds.append("unreadable")
            case .noCheckpoint: kinds.append("no checkpoint")
            case .analysed: kinds.append("analysed")
            case .known, .changing: kinds.append("other")
            }
        }
        #expect(kinds.sorted() == ["analysed", "no checkpoint", "unreadable", "unusable", "unusable"])
        let skipped = try live.result().skipped
        #expect(skipped.count == 2)
        #expect(skipped.contains { $0.reason.contains("NaN") } && skipped.contains { $0.reason.contains("epoch 4") })
    }

    @Test("Findings of other options are not mixed in; damaged ones are reported and made again")
    func stores() throws {
        let place = try Workplace()
        try place.add("\(Fixtures.run)/ckpt-001.h5", as: "ckpt-1.h5")
        try place.add("\(Fixtures.run)/ckpt-002.h5", as: "ckpt-2.h5")
        var live = try Self.live(place, Self.probes(), Self.options)
        _ = try Self.addAll(&live)
        var other = try Self.live(place, Self.probes(12), Self.options)
        let foreign = try other.restore()
        #expect(foreign.count == 0 && foreign.foreign == 2)
        var resampled = Self.options
        resampled.resamples = 200
        resampled.testing = .all
        var same = try Self.live(place, Self.probes(), resampled)
        #expect(try same.restore().count == 2)
        // The first checkpoint was not tested: it is run once more.
        let tests = try same.result().timeline.faithfulness
        #expect(tests.allSatisfy { $0.estimates.allSatisfy { $0.count > 0 } } && !tests.isEmpty)
        let path = live.store.path(of: "ckpt-1.h5")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
        var damaged = try Self.live(place, Self.probes(), Self.options)
        let restoration = try damaged.restore()
        #expect(restoration.count == 1 && restoration.damaged.count == 1 && restoration.foreign == 0)
        _ = try Self.addAll(&damaged)
        #expect(try damaged.result().timeline.epochs == [1, 2])
    }

    @Test("A last checkpoint that is gone before it was tested leaves a note, not an error")
    func gone() throws {
        let place = try Workplace()
        try place.add("\(Fixtures.run)/ckpt-001.h5", as: "ckpt-1.h5")
        try place.add("\(Fixtures.run)/ckpt-002.h5", as: "ckpt-2.h5")
        var options = Self.options
        options.testing = .none
        options.probing = .none
        var live = try Self.live(place, Self.probes(), options)
        _ = try Self.addAll(&live)
        try FileManager.default.removeItem(atPath: place.run + "/ckpt-2.h5")
        options.testing = .last
        var later = try Self.live(place, Self.probes(), options)
        _ = try later.restore()
        var notes: [String] = []
        let result = try later.result { if case .note(let text) = $0 { notes.append(text) } }
        #expect(result.timeline.epochs == [1, 2])
        #expect(notes.contains { $0.contains("ckpt-2.h5 is not tested") })
        #expect(throws: AnalysisError.nothingUsable(count: 0)) {
            var empty = try Self.live(place, Self.probes(8), options)
            _ = try empty.result()
        }
    }
}
