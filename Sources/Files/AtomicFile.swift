#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Synchronization

/// A file that appears whole or not at all.
///
/// The contents go to a hidden file beside the destination; ``commit()`` puts it in place of the old one in a single
/// step. Until then, and after any failure, the old file is untouched. A file never committed is removed with the value.
///
///     try AtomicFile.write("epoch,mean\n", to: "metrics.csv")
///
///     let file = try AtomicFile(replacing: "figure.pdf")     // for a program that writes by itself
///     run(gnuplot, output: file.temporaryPath)
///     try file.commit()
public final class AtomicFile: Sendable {
    /// Where the file will be.
    public let path: String
    /// Where it is until then: in the same folder, empty at first.
    public let temporaryPath: String

    private let isFinished = Mutex(false)

    /// Tells apart the files that several threads of one process prepare for one name.
    private static let counter = Atomic<Int>(0)

    /// Reserves the temporary file.
    public init(replacing path: String) throws(FileError) {
        let (folder, name) = Self.split(path)
        guard !name.isEmpty, name != ".", name != ".." else {
            throw .cannotWrite(path: path, reason: "this names a folder; give the name of a file")
        }
        var attempt = 0
        while true {
            let mark = Self.counter.wrappingAdd(1, ordering: .relaxed).oldValue
            let suffix = mark == 0 ? "" : "-\(mark)"
            let temporary = "\(folder)/.\(name).\(getpid())\(suffix).tmp"
            let file = retrying { open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666) }
            if file >= 0 {
                close(file)
                self.path = path
                self.temporaryPath = temporary
                return
            }
            attempt += 1
            guard errno == EEXIST, attempt < 100 else { throw .cannotWrite(path: path, reason: reason(for: errno)) }
        }
    }

    deinit { discard() }

    /// Writes `bytes` to a file in one step.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        let file = try AtomicFile(replacing: path)
        try file.fill(with: bytes)
        try file.commit()
    }

    /// Writes `text` in UTF-8 to a file in one step.
    public static func write(_ text: String, to path: String) throws(FileError) {
        try write(Array(text.utf8), to: path)
    }

    /// Puts the temporary file in place of the old one, after the disk has confirmed its contents.
    public func commit() throws(FileError) {
        let wasFinished = isFinished.withLock { done in
            defer { done = true }
            return done
        }
        guard !wasFinished else {
            throw .cannotWrite(path: path, reason: "it was already committed or discarded")
        }
        do throws(FileError) {
            try synchronize(temporaryPath, flags: O_RDONLY)
            var status = stat()
            if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                throw .cannotWrite(path: path, reason: reason(for: EISDIR))
            }
            guard rename(temporaryPath, path) == 0 else {
                throw .cannotWrite(path: path, reason: reason(for: errno))
            }
        } catch {
            unlink(temporaryPath)
            throw error
        }
        // The file is in place; a file system that cannot synchronise folders is no reason to say otherwise.
        try? synchronize(Self.split(path).folder, flags: O_RDONLY | O_DIRECTORY)
    }

    /// Removes the temporary file; nothing happens after ``commit()``.
    public func discard() {
        isFinished.withLock { done in
            if !done { unlink(temporaryPath) }
            done = true
        }
    }

    private func fill(with bytes: [UInt8]) throws(FileError) {
        let file = retrying { open(temporaryPath, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) }
        guard file >= 0 else { throw .cannotWrite(path: path, reason: reason(for: errno)) }
        var failure: Int32 = 0
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count, let base = buffer.baseAddress {
                let count = retrying { Self.send(file, base + done, buffer.count - done) }
                guard count > 0 else {
                    failure = count < 0 ? errno : EIO
                    return
                }
                done += count
            }
        }
        // Network file systems report a full disk only here.
        if close(file) != 0, failure == 0, errno != EINTR { failure = errno }
        guard failure == 0 else { throw .cannotWrite(path: path, reason: reason(for: failure)) }
    }

    private func synchronize(_ path: String, flags: Int32) throws(FileError) {
        let file = retrying { open(path, flags | O_CLOEXEC) }
        guard file >= 0 else { throw .cannotWrite(path: self.path, reason: reason(for: errno)) }
        var failure: Int32 = 0
        if fsync(file) != 0 { failure = errno }
        if close(file) != 0, failure == 0, errno != EINTR { failure = errno }
        guard failure == 0 else { throw .cannotWrite(path: self.path, reason: reason(for: failure)) }
    }

    /// `write(2)`, which the static methods above would hide.
    private static func send(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.write(file, bytes, count)
        #elseif canImport(Musl)
            Musl.write(file, bytes, count)
        #else
            Darwin.write(file, bytes, count)
        #endif
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/." : String(folder), String(path[path.index(after: slash)...]))
    }
}
