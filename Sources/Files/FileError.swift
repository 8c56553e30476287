/// What can go wrong with a file: what, where, and what to do next.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is nothing at the path.
    case missing(path: String)
    /// The path is a directory, a pipe, a device or a socket.
    case notRegular(path: String, kind: String)
    /// The file is larger than the caller allows.
    case tooLarge(path: String, bytes: Int, limit: Int)
    /// The system refuses to read the file.
    case unreadable(path: String, reason: String)
    /// The file changed its length while it was read.
    case changing(path: String)
    /// The system refuses to write the file; whatever was there before is untouched.
    case cannotWrite(path: String, reason: String)

    /// The text a researcher reads.
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path): there is no such file; check the spelling and the current directory"
        case .notRegular(let path, let kind):
            "\(path): this is \(kind), not a file; give the path of a file"
        case .tooLarge(let path, let bytes, let limit):
            "\(path): \(Self.size(bytes)) is more than the \(Self.size(limit)) read here; "
                + "check that it is the right file"
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason)"
        case .changing(let path):
            "\(path): the file changed while it was read; try again when its writer has finished"
        case .cannotWrite(let path, let reason):
            "\(path): cannot be written: \(reason)"
        }
    }

    /// A number of bytes in the unit that suits it.
    package static func size(_ bytes: Int) -> String {
        switch bytes {
        case ..<1_000: "\(bytes) bytes"
        case ..<1_000_000: "\(bytes / 1_000) kB"
        case ..<10_000_000_000: "\(bytes / 1_000_000) MB"
        default: "\(bytes / 1_000_000_000) GB"
        }
    }
}
