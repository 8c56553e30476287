#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder that one process works in at a time. The system lets go of the lock when the process ends, however it ends.
public final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Takes the folder.
    ///
    /// - Returns: nil if another process has it.
    /// - Throws: `FileError` if the folder cannot be written.
    public init?(in folder: String) throws(FileError) {
        let path = "\(folder)/lock"
        let descriptor = retrying { open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666) }
        guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: reason(for: errno)) }
        self.descriptor = descriptor
        let status = retrying { flock(descriptor, LOCK_EX | LOCK_NB) }
        // A file system without locks is no reason to refuse the work.
        if status != 0, errno == EWOULDBLOCK { return nil }
    }

    deinit { close(descriptor) }
}

extension AtomicFile {
    /// Removes what processes that are gone left of files they never finished; for folders that the caller has to itself.
    public static func removeAbandoned(in folder: String) {
        guard let entries = opendir(folder) else { return }
        defer { closedir(entries) }
        var abandoned: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasPrefix("."), name.hasSuffix(".tmp") else { continue }
            let mark = name.dropLast(4).split(separator: ".").last?.split(separator: "-").first
            // Only names of our own making: `.NAME.PROCESS.tmp` or `.NAME.PROCESS-NUMBER.tmp`.
            guard let process = mark.flatMap({ pid_t($0) }), process > 0, process != getpid() else { continue }
            if kill(process, 0) != 0, errno == ESRCH { abandoned.append("\(folder)/\(name)") }
        }
        for path in abandoned { unlink(path) }
    }
}
