import Attribution
import Checkpoints
import Foundation
import Metrics
import Tasks
import TestSupport
import Tensors
import Testing

@testable import Focus

@Suite("What the model really uses, on the bundled run")
struct AnswersTests {
    private static func timeline(
        _ epochs: [String], prefix: Int? = nil, _ change: (inout AnalysisOptions) throws -> Void = { _ in }
    ) throws -> FocusTimeline {
        var options = AnalysisOptions()
        options.resamples = 200
        try change(&options)
        let run = try Run(paths: epochs.map { "\(Fixtures.run)/ckpt-\($0).h5" })
        let probes = try ProbeSet(reading: "\(Fixtures.run)/probes.h5:/rnd256")
        return try Analysis(of: run, on: prefix.map { try probes.prefix($0) } ?? probes, options: options).run()
            .timeline
    }

    /// One row of the table of losses under forced attention, as Keras computed them.
    private struct Forced {
        let epoch: Int
        let intervention: String
        let loss: Double

        static let all: [Forced] = {
            let text = (try? String(contentsOfFile: Fixtures.path("run-luong/forced.csv"), encoding: .utf8)) ?? ""
            return text.split(separator: "\n").dropFirst().compactMap { line in
                let cells = line.split(separator: ",")
                guard let epoch = Int(cells[0]), let loss = Double(cells[2]) else { return nil }
                return Forced(epoch: epoch, intervention: String(cells[1]), loss: loss)
            }
        }()
    }

    @Test("The loss under forced attention is Keras' within 2 %")
    func forced() throws {
        #expect(Forced.all.count == 24)
        let timeline = try Self.timeline(["020", "080", "200"]) { $0.probing = .none }
        for row in Forced.all {
            let index = try #require(timeline.epochs.firstIndex(of: row.epoch))
            let found =
                row.intervention == "own"
                ? timeline.loss?[index]
                : timeline.interventions.first { $0.name == row.intervention }?.loss[index].mean
            // The reference is rounded to two or three digits: half of the last one comes on top.
            let digits = row.loss < 1 ? 0.0006 : 0.005
            #expect(
                abs((found ?? .nan) - row.loss) <= 0.02 * row.loss + digits,
                "\(row.intervention) at \(row.epoch): \(found ?? .nan)")
        }
    }

    @Test("An intervention's increase is its loss less the own, and its change is above nothing")
    func increase() throws {
        let timeline = try Self.timeline(["200"], prefix: 50) { $0.probing = .none }
        let own = try #require(timeline.loss?.last)
        for intervention in timeline.interventions where intervention.loss[0].undefined == 0 {
            let (loss, increase) = (intervention.loss[0].mean ?? .nan, intervention.lossIncrease[0].mean ?? .nan)
            #expect(abs(loss - own - increase) < 1e-6)
            #expect((intervention.outputChange[0].mean ?? 0) > 0)
        }
        // No sequence of the set may end with its delimiter and still have positions after it.
        let after = try #require(timeline.interventions.first { $0.name == "mask:after-delimiter" })
        #expect(after.loss[0].undefinedReason == (after.loss[0].undefined > 0 ? .emptyMask : nil))
    }

    @Test("The state at the delimiter holds the sum late in training, and not yet before it")
    func probe() throws {
        let timeline = try Self.timeline(["000", "200"])
        let probe = try #require(timeline.probes.first { $0.target == "target" })
        #expect(probe.layer == "lstm")
        let aligned = try #require(probe.aligned)
        let centre = timeline.positionCount - 1
        #expect(aligned[row: 1].values[centre] > 0.99)
        #expect(aligned[row: 1].values[centre - 5] < 0.97)
        let running = try #require(timeline.probes.first { $0.target == "running_sum" })
        #expect(running.r2[row: 1].values.allSatisfy { $0 > 0.9 })
    }

    @Test("Only what is asked for is done")
    func choice() throws {
        let timeline = try Self.timeline(["200"], prefix: 20) {
            $0.interventions = InterventionChoice(list: "uniform, last_step")
            $0.probing = .none
            $0.tests = []
            $0.methods = [MethodRequest(Occlusion(baseline: .mean)), MethodRequest(IntegratedGradients(steps: 8))]
        }
        #expect(timeline.interventions.map(\.name) == ["uniform", "last_step"])
        #expect(timeline.probes.isEmpty)
        #expect(timeline.sources.map(\.kind) == [.attention, .integratedGradients, .occlusion, .uniform])
        #expect(timeline.tests.map(\.name) == ["completeness_gap"])
        #expect(throws: AnalysisError.self) {
            try Self.timeline(["200"], prefix: 20) { $0.interventions = .named(["nowhere"]) }
        }
    }

    @Test("A saved analysis tells the same story")
    func saved() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fovea-answers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("analysis.h5").path
        var options = AnalysisOptions()
        options.resamples = 200
        options.tests = FaithfulnessChoice.allCases
        options.methods.append(MethodRequest(IntegratedGradients(steps: 8)))
        let run = try Run(paths: ["003", "200"].map { "\(Fixtures.run)/ckpt-\($0).h5" })
        let probes = try ProbeSet(reading: "\(Fixtures.run)/probes.h5:/rnd256").prefix(30)
        let first = try Analysis(of: run, on: probes, options: options).run(writingTo: path).timeline
        let second = try AnalysisFileReader(path: path).timeline()
        #expect(Verdict(first).sentences == Verdict(second).sentences)
        #expect(first.interventions.map(\.label) == second.interventions.map(\.label))
        #expect(first.tests.map(\.name) == second.tests.map(\.name))
        #expect(first.tests.map(\.source) == second.tests.map(\.source))
        for (a, b) in zip(first.interventions, second.interventions) {
            for (x, y) in zip(a.loss, b.loss) {
                #expect(x.count == y.count)
                #expect(abs((x.mean ?? 0) - (y.mean ?? 0)) <= 1e-5 * max(1, abs(x.mean ?? 0)))
            }
        }
        for (a, b) in zip(first.probes, second.probes) {
            #expect(zip(a.r2.values, b.r2.values).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
        }
    }

    @Test(
        "Epochs are spread by their logarithm, first and last included",
        arguments: [
            (EpochSelection.spread(3), [0, 1, 2, 5, 10, 50, 200], [0, 4, 6]), (.all, [1, 2], [0, 1]),
            (.none, [1, 2], []),
            (.last, [1, 2, 3], [2]), (.spread(1), [4, 5], [1]), (.spread(9), [4, 5], [0, 1]),
        ])
    func spread(_ selection: EpochSelection, _ epochs: [Int], _ expected: [Int]) {
        #expect(selection.places(among: epochs) == expected)
    }
}

@Suite("Notes of slices become one")
struct NoteTests {
    @Test("Counts add up, and instances without anything to note count in the total")
    func merged() {
        let notes = [
            MethodNote(method: "ig", note: .incomplete(count: 1, of: 2, steps: 8, largest: 0.5)),
            MethodNote(method: "occlusion", note: .text("something")),
            MethodNote(method: "ig", note: .incomplete(count: 2, of: 2, steps: 8, largest: 0.25)),
            MethodNote(method: "occlusion", note: .text("something")),
        ]
        #expect(
            MethodNote.merged(notes, instances: 6) == [
                MethodNote(method: "ig", note: .incomplete(count: 3, of: 6, steps: 8, largest: 0.5)),
                MethodNote(method: "occlusion", note: .text("something")),
            ])
    }
}
