import CHDF5Reader
import Files
import Synchronization

/// An HDF5 file, read in a process of its own.
///
/// libhdf5 crashes on damaged files, so it never sees a file in this process: a small child, which can open, create or write
/// nothing, reads it and sends back numbers and strings. A crash is an error like any other. A child that met anything
/// odd in a file is never given another. Links to elsewhere are listed and never followed.
///
///     let file = try HDF5File(path: "ckpt-001.h5")
///     let names = try file.stringsAttribute("layer_names", at: "/model_weights") ?? []
///     let (shape, kernel) = try file.floats(at: "/model_weights/lstm/lstm/lstm_cell/kernel:0")
public final class HDF5File: Sendable {
    /// What errors call the file.
    public let name: String
    let limits: HDF5Limits
    let contents: TableOfContents
    private let reader: Mutex<ReaderState>

    enum ReaderState {
        case ready(ReaderProcess)
        /// Something was refused: the reader goes on with this file, and no other.
        case doubtful(ReaderProcess)
        case gone(HDF5Error)
    }

    /// Opens a file.
    ///
    /// - Throws: ``HDF5Error`` or `FileError`.
    public convenience init(path: String, limits: HDF5Limits = HDF5Limits()) throws {
        try self.init(bytes: try FileBytes(reading: path, limit: limits.fileBytes), limits: limits)
    }

    /// Opens a file that was read before.
    public convenience init(bytes: FileBytes, limits: HDF5Limits = HDF5Limits()) throws(HDF5Error) {
        try self.init(bytes: bytes.bytes, name: bytes.path, limits: limits)
    }

    /// Opens the image of a file in memory, such as a member of an archive.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - name: What errors call it.
    ///   - limits: What counts as too much.
    public init(bytes: [UInt8], name: String, limits: HDF5Limits = HDF5Limits()) throws(HDF5Error) {
        guard HDF5File.hasSignature(bytes) else { throw HDF5Signature.diagnosis(of: bytes, name: name) }
        let deadline = Self.deadline(limits)
        let (reader, answer): (ReaderProcess, [UInt8])
        do throws(ReaderFailure) {
            (reader, answer) = try Self.open(bytes, limits: limits, deadline: deadline)
        } catch {
            if case .refused(let refusal) = error { throw Self.rejection(refusal, bytes: bytes, name: name) }
            throw Self.error(error, file: name, object: "its table of contents", limits: limits)
        }
        guard let contents = TableOfContents(answer, limits: limits) else {
            throw Self.error(.nonsense, file: name, object: "its table of contents", limits: limits)
        }
        self.name = name
        self.limits = limits
        self.contents = contents
        let isClean = contents.objects.allSatisfy { $0.problem == nil }
        self.reader = Mutex(isClean ? .ready(reader) : .doubtful(reader))
    }

    deinit {
        if case .ready(let reader) = reader.withLock({ $0 }) { ReaderNursery.giveBack(reader) }
    }

    /// Whether the bytes have the signature of HDF5 where it may be: at 0, 512, 1024, 2048, ...
    public static func hasSignature(_ bytes: [UInt8]) -> Bool { HDF5Signature.offset(in: bytes) != nil }

    /// Starts the process that raises readers, so that the first file need not wait for it.
    ///
    /// Worth a call early in a program, while it is small: that process is forked from this one, and so are in turn
    /// all readers. Opening a file does the same if nobody did before; failures show then.
    public static func prepare() { ReaderNursery.prepare() }

    /// Asks the reader something about `object` and hands its answer to `receive`.
    func ask<Answer>(
        _ request: reader_request, payload: [UInt8] = [], about object: String,
        receive: (ReaderProcess, Int64) throws(ReaderFailure) -> Answer
    ) throws(AskFailure) -> Answer {
        let deadline = Self.deadline(limits)
        let outcome = reader.withLock { state -> Result<Answer, AskFailure> in
            var failure: ReaderFailure
            switch state {
            case .gone(let error): return .failure(.file(error))
            case .ready(let reader), .doubtful(let reader):
                do throws(ReaderFailure) {
                    var sent: ReaderFailure?
                    payload.withUnsafeBytes { bytes in
                        do throws(ReaderFailure) {
                            try reader.send(request, payload: [bytes], deadline: deadline)
                        } catch { sent = error }
                    }
                    if let sent { throw sent }
                    return .success(try receive(reader, deadline))
                } catch { failure = error }
            }
            if case .refused(let refusal) = failure {
                if case .ready(let reader) = state { state = .doubtful(reader) }
                return .failure(.refused(refusal))
            }
            let error = Self.error(failure, file: name, object: object, limits: limits)
            state = .gone(error)
            return .failure(.file(error))
        }
        return try outcome.get()
    }

    /// A reader with the file opened, and its table of contents.
    private static func open(
        _ bytes: [UInt8], limits: HDF5Limits, deadline: Int64
    ) throws(ReaderFailure) -> (ReaderProcess, [UInt8]) {
        if let reader = ReaderNursery.reuse() {
            // Whatever goes wrong may be the last file's doing: a fresh reader has the say.
            if let answer = try? open(bytes, with: reader, limits: limits, deadline: deadline) {
                return (reader, answer)
            }
        }
        let reader = try ReaderNursery.adopt()
        do throws(ReaderFailure) {
            return (reader, try open(bytes, with: reader, limits: limits, deadline: deadline))
        } catch {
            guard case .lost = error else { throw error }
        }
        let second = try ReaderNursery.adopt()
        return (second, try open(bytes, with: second, limits: limits, deadline: deadline))
    }

    private static func open(
        _ bytes: [UInt8], with reader: ReaderProcess, limits: HDF5Limits, deadline: Int64
    ) throws(ReaderFailure) -> [UInt8] {
        var request = reader_request()
        request.operation = READER_OPEN
        var forReader = limits.forReader
        var failure: ReaderFailure?
        withUnsafeBytes(of: &forReader) { limitBytes in
            bytes.withUnsafeBytes { image in
                do throws(ReaderFailure) {
                    try reader.send(request, payload: [limitBytes, image], deadline: deadline)
                } catch { failure = error }
            }
        }
        if let failure { throw failure }
        return try reader.receive(limit: 1 << 30, deadline: deadline)
    }

    private static func deadline(_ limits: HDF5Limits) -> Int64 {
        reader_now() + Int64(max(0, min(limits.seconds, 1e6)) * 1000)
    }

    private static func error(
        _ failure: ReaderFailure, file: String, object: String, limits: HDF5Limits
    ) -> HDF5Error {
        switch failure {
        case .crashed(let signal): .readerCrashed(file: file, object: object, signal: signal)
        case .lost: .readerLost(file: file, object: object)
        case .endless: .endless(file: file, object: object)
        case .timedOut: .readerTimedOut(file: file, object: object, seconds: limits.seconds)
        case .unavailable(let number): .readerUnavailable(file: file, reason: Files.reason(for: number))
        case .nonsense: .readerUnavailable(file: file, reason: "its answer about \(object) makes no sense")
        case .refused(let refusal): .refused(file: file, object: object, reason: refusal.words)
        }
    }

    private static func rejection(_ refusal: Refusal, bytes: [UInt8], name: String) -> HDF5Error {
        switch refusal.problem {
        case READER_NOT_OPENED: HDF5Signature.diagnosis(of: bytes, name: name)
        case READER_TOO_MANY_OBJECTS:
            .tooMuch(file: name, reason: "there are more than \(refusal.detail) objects and attributes in it")
        case READER_NAMES_TOO_LONG:
            .tooMuch(file: name, reason: "the names in it are longer than \(refusal.detail) bytes together")
        case READER_OUT_OF_MEMORY:
            .tooMuch(file: name, reason: "reading it takes more memory than is allowed")
        default: .damaged(file: name, reason: "it \(refusal.words)")
        }
    }
}

/// A request that failed: of this object, or of the file from now on.
enum AskFailure: Error {
    case refused(Refusal)
    case file(HDF5Error)
}
