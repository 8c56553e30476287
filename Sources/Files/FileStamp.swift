#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What tells a file's contents from earlier ones without reading them: its size and the time it was last written.
public struct FileStamp: Hashable, Sendable, Codable {
    /// The size in bytes.
    public var size: Int
    /// When it was last written: seconds since 1970, and the nanoseconds beyond.
    public var seconds: Int
    /// See ``seconds``.
    public var nanoseconds: Int

    /// A stamp of given parts.
    public init(size: Int, seconds: Int, nanoseconds: Int = 0) {
        (self.size, self.seconds, self.nanoseconds) = (size, seconds, nanoseconds)
    }

    /// The stamp of a regular file, behind links too; nil where there is none.
    public init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        self.init(size: Int(status.st_size), seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }
}
