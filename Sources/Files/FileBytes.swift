import Crypto

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The whole contents of a regular file, read once.
///
/// Everything that judges a file (its signature, its hash, its reader) judges these same bytes, so a file that
/// changes meanwhile cannot be one thing to one of them and another to the next.
public struct FileBytes: Sendable {
    /// The path the bytes were read from, as the caller gave it.
    public let path: String
    /// The contents.
    public let bytes: [UInt8]

    /// 2 GiB, the largest file read unless the caller says otherwise.
    public static let defaultLimit = 2 << 30

    /// Reads a regular file whole. Directories, pipes and devices are refused without waiting for them.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The largest size in bytes that is read.
    public init(reading path: String, limit: Int = FileBytes.defaultLimit) throws(FileError) {
        // Opening a pipe without O_NONBLOCK waits for its writer, for ever if there is none.
        let file = retrying { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard file >= 0 else {
            let number = errno
            throw number == ENOENT
                ? .missing(path: path) : .unreadable(path: path, reason: reason(for: number))
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .unreadable(path: path, reason: reason(for: errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .notRegular(path: path, kind: Self.kind(of: status.st_mode & S_IFMT))
        }
        let size = Int(status.st_size)
        guard size <= limit else { throw .tooLarge(path: path, bytes: size, limit: limit) }

        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size, let base = buffer.baseAddress {
                let got = retrying { read(file, base + count, size - count) }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        guard failure == 0 else { throw .unreadable(path: path, reason: reason(for: failure)) }
        guard bytes.count == size else { throw .changing(path: path) }
        self.path = path
        self.bytes = bytes
    }

    /// The SHA-256 of the contents in hexadecimal digits. Computed at each call.
    public var sha256: String { Self.sha256(of: bytes) }

    /// The SHA-256 of `bytes` in hexadecimal digits.
    public static func sha256(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    private static func kind(of mode: mode_t) -> String {
        switch mode {
        case S_IFDIR: "a folder"
        case S_IFIFO: "a pipe"
        case S_IFCHR, S_IFBLK: "a device"
        case S_IFSOCK: "a socket"
        default: "something else"
        }
    }
}
