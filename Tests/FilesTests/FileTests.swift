import Files
import Foundation
import Testing

@Suite("Files") struct FileTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "files-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func error(_ body: () throws -> Void) -> FileError? {
        do { try body() } catch { return error as? FileError }
        return nil
    }

    @Test("the bytes and their hash are those of the file")
    func reading() throws {
        try AtomicFile.write("abc", to: path("a"))
        let file = try FileBytes(reading: path("a"))
        #expect(file.bytes == [97, 98, 99])
        #expect(file.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        try AtomicFile.write([], to: path("empty"))
        #expect(try FileBytes(reading: path("empty")).bytes.isEmpty)
    }

    @Test("a missing file, a folder, a pipe, a device and a giant are told apart, at once")
    func refusals() throws {
        #expect(error { _ = try FileBytes(reading: path("no")) } == .missing(path: path("no")))
        #expect(
            error { _ = try FileBytes(reading: folder.path) }
                == .notRegular(path: folder.path, kind: "a folder"))
        #expect(mkfifo(path("pipe"), 0o600) == 0)
        #expect(error { _ = try FileBytes(reading: path("pipe")) } == .notRegular(path: path("pipe"), kind: "a pipe"))
        #expect(
            error { _ = try FileBytes(reading: "/dev/zero") } == .notRegular(path: "/dev/zero", kind: "a device"))
        try AtomicFile.write("abcd", to: path("b"))
        #expect(
            error { _ = try FileBytes(reading: path("b"), limit: 3) }
                == .tooLarge(path: path("b"), bytes: 4, limit: 3))
        #expect("\(FileError.missing(path: "x"))".contains("there is no such file"))
    }

    @Test("a file is replaced in one step, and its temporary file goes")
    func replacing() throws {
        try AtomicFile.write("old", to: path("c"))
        let staged = try AtomicFile(replacing: path("c"))
        #expect(staged.temporaryPath.hasPrefix(folder.path + "/.c.\(getpid())"))
        try Data("new".utf8).write(to: URL(filePath: staged.temporaryPath))
        #expect(try FileBytes(reading: path("c")).bytes == Array("old".utf8))
        try staged.commit()
        #expect(try FileBytes(reading: path("c")).bytes == Array("new".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["c"])
        #expect(error { try staged.commit() } != nil)
    }

    @Test("a file that is discarded or dropped leaves nothing behind")
    func discarding() throws {
        try AtomicFile(replacing: path("d")).discard()
        _ = try AtomicFile(replacing: path("d"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test("two files prepared for one name do not meet")
    func twice() throws {
        let first = try AtomicFile(replacing: path("e"))
        let second = try AtomicFile(replacing: path("e"))
        #expect(first.temporaryPath != second.temporaryPath)
    }

    @Test("the permissions are the user's default ones")
    func permissions() throws {
        try AtomicFile.write("x", to: path("f"))
        var status = stat()
        #expect(stat(path("f"), &status) == 0)
        let mask = umask(0)
        umask(mask)
        #expect(status.st_mode & 0o777 == 0o666 & ~mask)
    }

    @Test("what cannot be written says why")
    func cannotWrite() throws {
        let text = { (path: String) in "\(error { try AtomicFile.write("x", to: path) }.map { "\($0)" } ?? "")" }
        #expect(text(path("no/g")).contains("the folder does not exist"))
        try FileManager.default.createDirectory(atPath: path("h"), withIntermediateDirectories: true)
        #expect(text(path("h")).contains("a folder of this name is in the way"))
        #expect(text(path("h") + "/").contains("names a folder"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["h"])
    }
}
