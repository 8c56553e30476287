import Checkpoints
import Foundation
import Tasks
import TestSupport
import Testing

@testable import Focus

@Suite("A training's own losses")
struct HistoryTests {
    private static func read(_ text: String, _ name: String = "history.csv", lastEpoch: Int? = nil) throws
        -> TrainingHistory
    {
        let folder = try TemporaryFolder()
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name)))
        return try TrainingHistory(reading: folder.path(name), lastEpoch: lastEpoch)
    }

    @Test("As fovea train writes them: epoch 0 is the untrained network")
    func own() throws {
        let history = try Self.read("epoch,loss,val_loss,seconds\n0,,33.1,0.04\n1,7.6,6.2,0.6\n2,6.2,5.9,0.6\n")
        #expect(history.epochs == [0, 1, 2])
        #expect(history.loss == [nil, 7.6, 6.2] && history.validationLoss == [33.1, 6.2, 5.9])
    }

    @Test("As CSVLogger writes them: counted from 0, where ModelCheckpoint's names count from 1")
    func csvLogger() throws {
        let text = "epoch,learning_rate,loss,val_loss\n0,0.001,3.5,NA\n1,0.001,2.5,2.25\n"
        let history = try Self.read(text, lastEpoch: 2)
        #expect(history.epochs == [1, 2])
        #expect(history.loss == [3.5, 2.5] && history.validationLoss == [nil, 2.25])
        // Checkpoints that are numbered as the table is.
        #expect(try Self.read(text, lastEpoch: 1).epochs == [0, 1])
        // An appended file: the later training counts.
        #expect(try Self.read("epoch;loss\n0;3\n1;2\n0;1\n1;0.5\n", lastEpoch: 2).loss == [1, 0.5])
    }

    @Test("History.history as JSON")
    func json() throws {
        let history = try Self.read(#"{"loss": [3, NaN, 1], "val_loss": [4, 3, 2]}"#, "h.json", lastEpoch: 3)
        #expect(history.epochs == [1, 2, 3])
        #expect(history.loss == [3, nil, 1] && history.validationLoss == [4, 3, 2])
    }

    @Test(
        "What is no history says why",
        arguments: [
            ("a,b\n1,2\n", "no column `epoch`"), ("epoch,accuracy\n1,2\n", "neither a column `loss` nor `val_loss`"),
            ("epoch,loss\n1.5,2\n", "no whole number"), ("epoch,loss\n1,two\n", "no number"),
            (#"{"loss": [1], "val_loss": [1, 2]}"#, "of one length"), (#"{"loss": "#, "JSON"),
            (#"{"accuracy": [1]}"#, "no lists"), ("", "no rows"),
        ])
    func bad(text: String, reason: String) {
        do {
            _ = try Self.read(text)
            Issue.record("\(text) was read")
        } catch { #expect("\(error)".contains(reason) && "\(error)".contains("history.csv"), "\(error)") }
    }

    private static func analysis(_ folder: TemporaryFolder, _ history: HistoryChoice) throws -> Analysis {
        var options = AnalysisOptions()
        (options.resamples, options.history) = (100, history)
        (options.interventions, options.probing, options.tests) = (.none, .none, [])
        return try Analysis(
            of: try Run(at: folder.path), on: ProbeSet(reading: "\(Fixtures.run)/probes.h5:/rnd256").prefix(4),
            options: options)
    }

    private static func run() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for epoch in ["000", "003", "200"] {
            try FileManager.default.copyItem(
                atPath: "\(Fixtures.run)/ckpt-\(epoch).h5", toPath: folder.path("ckpt-\(epoch).h5"))
        }
        return folder
    }

    @Test("Found beside the checkpoints it is in the timeline and the analysis file")
    func beside() throws {
        let folder = try Self.run()
        try Data("epoch,loss,val_loss\n0,,9\n1,8,7\n3,6,5\n".utf8)
            .write(to: URL(fileURLWithPath: folder.path("history.csv")))
        let file = folder.path("analysis.h5.out")
        let timeline = try Self.analysis(folder, .beside).run(writingTo: file).timeline
        #expect(timeline.validationLoss == [9, 5, nil] && timeline.trainingLoss == [nil, 6, nil])
        #expect(try AnalysisFileReader(path: file).timeline().history == timeline.history)
        #expect(try Self.analysis(folder, .none).run().timeline.history == nil)
        let elsewhere = folder.path("other.csv")
        try Data("epoch,val_loss\n200,1\n".utf8).write(to: URL(fileURLWithPath: elsewhere))
        #expect(try Self.analysis(folder, .file(elsewhere)).run().timeline.validationLoss == [nil, nil, 1])
    }

    @Test("A file beside the checkpoints that is none is a note; one that was named, or of another training, an error")
    func bad() throws {
        let folder = try Self.run()
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: folder.path("history.csv")))
        try Data("x,y\n1,2\n".utf8).write(to: URL(fileURLWithPath: folder.path("training.csv")))
        let result = try Self.analysis(folder, .beside).run()
        #expect(result.timeline.history == nil)
        #expect(!result.notes.contains { $0.contains("training.csv") }, "\(result.notes)")
        #expect(result.notes.contains { $0.contains("history.csv") }, "\(result.notes)")
        #expect(throws: (any Error).self) { try Self.analysis(folder, .file(folder.path("history.csv"))) }
        try Data("epoch,val_loss\n500,1\n".utf8).write(to: URL(fileURLWithPath: folder.path("history.csv")))
        #expect(throws: HistoryError.noCommonEpoch(path: folder.path("history.csv"))) {
            try Self.analysis(folder, .file(folder.path("history.csv")))
        }
        #expect(try Self.analysis(folder, .beside).run().timeline.history == nil)
    }
}
