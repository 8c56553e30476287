/// What can go wrong with an HDF5 file: what, where, and what to do next.
public enum HDF5Error: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file does not start as HDF5 files do.
    case notHDF5(file: String, startsWith: String)
    /// The file is shorter than its own header says.
    case truncated(file: String, bytes: Int, announced: Int)
    /// The file was not closed by the program that wrote it, or is still being written.
    case stillOpen(file: String)
    /// The file cannot be opened or listed for a reason given in words.
    case damaged(file: String, reason: String)
    /// The file has more in it than is read.
    case tooMuch(file: String, reason: String)
    /// The process that reads the file on our behalf died.
    case readerCrashed(file: String, object: String, signal: Int)
    /// The process that reads the file on our behalf was ended by somebody else.
    case readerLost(file: String, object: String)
    /// The file takes longer than allowed.
    case readerTimedOut(file: String, object: String, seconds: Double)
    /// The library that reads the file follows it for ever.
    case endless(file: String, object: String)
    /// The process that reads files cannot be started or understood.
    case readerUnavailable(file: String, reason: String)
    /// There is no such object.
    case missingObject(file: String, object: String, hint: String?)
    /// The object is a group.
    case notADataset(file: String, object: String)
    /// The object is there but is not read.
    case refused(file: String, object: String, reason: String)
    /// The object holds something else than what was asked for.
    case wrongType(file: String, object: String, wanted: String, found: String)
    /// The rows asked for are not all there.
    case noSuchRows(file: String, object: String, rows: Range<Int>, available: Int)
    /// The object's contents cannot be read.
    case unreadableObject(file: String, object: String, reason: String)
    /// Writing failed.
    case cannotWrite(file: String, object: String, reason: String)

    /// The text a researcher reads.
    public var description: String {
        switch self {
        case .notHDF5(let file, let start):
            "\(file): this is not an HDF5 file: \(start); check that the download or copy was complete"
        case .truncated(let file, let bytes, let announced):
            "\(file): the file is truncated: it ends after \(bytes) bytes, before the \(announced) its header "
                + "announces; copy it again"
        case .stillOpen(let file):
            "\(file): the file was never closed by the program that wrote it, or is still being written; "
                + "wait for it, or run h5clear -s on a copy"
        case .damaged(let file, let reason):
            "\(file): \(reason); copy or write it again"
        case .tooMuch(let file, let reason):
            "\(file): \(reason); check that it is the right file"
        case .endless(let file, let object):
            "\(file): reading \(object) does not come to an end: the file is damaged; copy or write it again"
        case .readerCrashed(let file, let object, let signal):
            "\(file): the reader crashed on \(object) (signal \(signal)): the file is damaged; copy or write it again"
        case .readerLost(let file, let object):
            "\(file): the process that read \(object) was ended from outside, as happens when memory runs short: try again"
        case .readerTimedOut(let file, let object, let seconds):
            "\(file): reading \(object) took more than \(Self.plain(seconds)) seconds: the file is damaged, "
                + "or the machine is very busy"
        case .readerUnavailable(let file, let reason):
            "\(file): the process that reads HDF5 files does not work: \(reason)"
        case .missingObject(let file, let object, let hint):
            "\(file): there is no \(object) in this file" + (hint.map { "; \($0)" } ?? "")
        case .notADataset(let file, let object):
            "\(file): \(object) is a group, not a dataset; name one of the datasets in it"
        case .refused(let file, let object, let reason):
            "\(file): \(object) \(reason)"
        case .wrongType(let file, let object, let wanted, let found):
            "\(file): \(object) holds \(found) where \(wanted) are expected"
        case .noSuchRows(let file, let object, let rows, let available):
            "\(file): \(object) has \(available) rows; rows \(rows.lowerBound) to \(rows.upperBound - 1) were asked for"
        case .unreadableObject(let file, let object, let reason):
            "\(file): \(object) cannot be read: \(reason)"
        case .cannotWrite(let file, let object, let reason):
            "\(file): \(object) cannot be written: \(reason)"
        }
    }

    private static func plain(_ seconds: Double) -> String {
        seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
    }
}
