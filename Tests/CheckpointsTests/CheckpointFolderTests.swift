import Files
import Foundation
import Testing

@testable import Checkpoints

@Suite("A folder that a training writes into")
struct CheckpointFolderTests {
    private let folder: URL
    private let start = ContinuousClock.now

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "folder-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ bytes: Int) throws {
        try Data(count: bytes).write(to: folder.appending(path: name))
    }

    private func looks(_ folder: inout CheckpointFolder, at seconds: Double) throws -> [String] {
        try folder.look(at: start + .seconds(seconds)).map(\.name)
    }

    @Test("A file is given out once it has stayed the same for a while, in natural order")
    func stable() throws {
        var watched = CheckpointFolder(folder.path, rest: .seconds(1))
        try write("ckpt-10.h5", 10)
        try write("ckpt-9.h5", 10)
        #expect(try looks(&watched, at: 0) == [])
        #expect(watched.isWaiting)
        // Two looks in quick succession say nothing.
        #expect(try looks(&watched, at: 0.5) == [])
        try write("ckpt-10.h5", 20)
        #expect(try looks(&watched, at: 1) == ["ckpt-9.h5"])
        #expect(try looks(&watched, at: 1.5) == ["ckpt-9.h5"])
        #expect(try looks(&watched, at: 2) == ["ckpt-9.h5", "ckpt-10.h5"])
    }

    @Test("A settled file does not come again until it changes, nor does one that is gone")
    func settled() throws {
        var watched = CheckpointFolder(folder.path, rest: .seconds(1))
        try write("a.keras", 1)
        try write("b.keras", 1)
        _ = try looks(&watched, at: 0)
        for file in try watched.look(at: start + .seconds(1)) { watched.settle(file) }
        #expect(try looks(&watched, at: 2) == [])
        #expect(!watched.isWaiting)
        try write("a.keras", 2)
        try FileManager.default.removeItem(at: folder.appending(path: "b.keras"))
        #expect(try looks(&watched, at: 3) == [])
        #expect(try looks(&watched, at: 4) == ["a.keras"])
        #expect(watched.fileCount == 1)
    }

    @Test("A file that cannot be read is tried at growing intervals, and given up; when it changes it is tried anew")
    func postponed() throws {
        var watched = CheckpointFolder(folder.path, rest: .seconds(1), pause: .seconds(4))
        try write("a.h5", 1)
        _ = try looks(&watched, at: 0)
        func fail(at seconds: Double) throws -> Bool {
            let file = try #require(try watched.look(at: start + .seconds(seconds)).first)
            return watched.postpone(file, at: start + .seconds(seconds))
        }
        #expect(try fail(at: 1))
        #expect(try looks(&watched, at: 4) == [])
        #expect(try fail(at: 5))
        #expect(try looks(&watched, at: 12) == [])
        #expect(try !fail(at: 13))
        #expect(!watched.isWaiting)
        try write("a.h5", 2)
        #expect(try looks(&watched, at: 20) == [])
        #expect(try looks(&watched, at: 21) == ["a.h5"])
    }

    @Test("Hidden files, other endings and folders are passed over; a folder that is not there is an error")
    func others() throws {
        var watched = CheckpointFolder(folder.path + "/", rest: .zero, ignoring: ["analysis.h5"])
        for name in [".ckpt-1.h5", "ckpt-1.h5.tmp", "history.csv", "analysis.h5"] { try write(name, 1) }
        try FileManager.default.createDirectory(
            at: folder.appending(path: "saved.h5"), withIntermediateDirectories: true)
        #expect(try looks(&watched, at: 0) == [])
        #expect(watched.fileCount == 0)
        try FileManager.default.removeItem(at: folder)
        #expect(throws: CheckpointError.missing(path: folder.path)) { try watched.look() }
    }
}

@Suite("A run that grows")
struct GrowingRunTests {
    private func run(_ names: [String], _ pattern: String? = nil) throws -> (epochs: [Int], refused: [String]) {
        let growing = try GrowingRun(folder: "ck", names: names, epochPattern: pattern)
        #expect(growing.run.name == "ck")
        #expect(growing.run.entries.allSatisfy { $0.path == "ck/" + $0.fileName })
        return (growing.run.entries.map(\.epoch), growing.refused.map(\.name))
    }

    @Test("Has the epochs that a finished run of these names has")
    func epochs() throws {
        #expect(try run([]) == ([], []))
        #expect(try run(["ckpt-010.h5", "ckpt-002.h5"]) == ([2, 10], []))
        #expect(try run(["s1-e04.h5", "s2-e05.h5"], #"e(\d+)"#) == ([4, 5], []))
    }

    @Test("A name that does not fit the others is left out, whichever came first")
    func misfits() throws {
        #expect(try run(["ckpt-1.h5", "ckpt-2.h5", "final.h5"]) == ([1, 2], ["final.h5"]))
        #expect(try run(["best.h5", "ckpt-1.h5"]) == ([1], ["best.h5"]))
        #expect(try run(["ckpt-1.h5", "notes.h5"], #"ckpt-(\d+)"#) == ([1], ["notes.h5"]))
    }

    @Test("Of two files of one epoch the first found keeps it")
    func duplicates() throws {
        #expect(try run(["ckpt-1.weights.h5", "ckpt-1.h5", "ckpt-2.h5"]) == ([1, 2], ["ckpt-1.h5"]))
    }

    @Test("Names that leave a choice between numbers are an error, as is a bad pattern")
    func ambiguous() {
        #expect(throws: CheckpointError.self) { try run(["a1-b2.h5", "a2-b3.h5"]) }
        #expect(throws: CheckpointError.self) { try run([], "(") }
    }
}
