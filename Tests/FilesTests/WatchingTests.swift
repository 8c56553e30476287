import Files
import Foundation
import Testing

@Suite("Folders that are watched, locked and cleaned") struct WatchingTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "watching-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    @Test("a stamp follows the size and the time of a file, and there is none of a folder")
    func stamps() throws {
        let path = "\(folder)/a"
        try AtomicFile.write("abc", to: path)
        let first = try #require(FileStamp(of: path))
        #expect(first.size == 3)
        #expect(FileStamp(of: path) == first)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000)], ofItemAtPath: path)
        #expect(FileStamp(of: path) == FileStamp(size: 3, seconds: 1_000))
        #expect(FileStamp(of: folder) == nil)
        #expect(FileStamp(of: "\(folder)/nothing") == nil)
    }

    @Test("only what processes that are gone left unfinished is removed")
    func abandoned() throws {
        let gone = Process()
        gone.executableURL = URL(fileURLWithPath: "/bin/true")
        try gone.run()
        gone.waitUntilExit()
        let left = [".a.h5.\(gone.processIdentifier).tmp", ".a.h5.\(gone.processIdentifier)-7.tmp"]
        let kept = [".a.h5.\(getpid()).tmp", ".a.h5.1.tmp", ".notes.tmp", "a.h5.\(gone.processIdentifier).tmp"]
        for name in left + kept { try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        AtomicFile.removeAbandoned(in: folder)
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder)) == Set(kept))
    }

    @Test("a locked folder is refused until its owner lets go")
    func lock() throws {
        var first = try FolderLock(in: folder)
        #expect(first != nil)
        #expect(try FolderLock(in: folder) == nil)
        first = nil
        #expect(try FolderLock(in: folder) != nil)
        #expect(throws: FileError.self) { try FolderLock(in: "\(folder)/nowhere") }
    }

    @Test("a wait ends with news of the folder, with the interruption, and with time")
    func waits() async throws {
        let events = FolderEvents(of: folder)
        events.wait(seconds: 0.001)
        if events.isNotified {
            // The news waits to be heard, so nothing here depends on timing.
            try AtomicFile.write("x", to: "\(folder)/b")
            events.wait(seconds: 600)
        }
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        #expect(write(ends[1], "x", 1) == 1)
        FolderEvents(of: "\(folder)/nowhere", interruption: ends[0]).wait(seconds: 600)
        for end in ends { close(end) }
    }
}
