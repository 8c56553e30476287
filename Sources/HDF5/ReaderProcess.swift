import CHDF5Reader
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A conversation with one reader. After a failure other than a refusal the reader is gone and the value useless.
///
/// Whatever a reader answers is untrusted: it has been inside a library that a hostile file may have taken over.
final class ReaderProcess: Sendable {
    private let socket: Int32
    private let process: Int32
    private let filesLetGo = Atomic(0)

    init(socket: Int32, process: Int32) {
        self.socket = socket
        self.process = process
    }

    deinit {
        _ = closeDescriptor(socket)
        ReaderNursery.dismiss(process)
    }

    /// Sends a request with what follows it.
    func send(
        _ request: reader_request, payload: [UnsafeRawBufferPointer], deadline: Int64
    ) throws(ReaderFailure) {
        var request = request
        request.payload = payload.reduce(0) { $0 + UInt64($1.count) }
        try check(reader_send(socket, &request, MemoryLayout<reader_request>.size, deadline))
        for part in payload where !part.isEmpty {
            try check(reader_send(socket, part.baseAddress, part.count, deadline))
        }
    }

    /// Whether it is far from the end of the processor time that a reader has.
    var isFresh: Bool { filesLetGo.load(ordering: .relaxed) < 1000 }

    /// Lets go of the file; whether the reader is still there to hear it.
    func close() -> Bool {
        var request = reader_request()
        request.operation = READER_CLOSE
        filesLetGo.add(1, ordering: .relaxed)
        do throws(ReaderFailure) {
            try send(request, payload: [], deadline: reader_now() + 1000)
            return true
        } catch { return false }
    }

    /// Receives an answer of exactly `into.count` bytes.
    func receive(into buffer: UnsafeMutableRawBufferPointer, deadline: Int64) throws(ReaderFailure) {
        var count = 0
        while let length = try nextFrame(deadline) {
            guard length <= buffer.count - count else { throw .nonsense }
            try check(reader_receive(socket, buffer.baseAddress.map { $0 + count }, length, deadline))
            count += length
        }
        guard count == buffer.count else { throw .nonsense }
    }

    /// Receives an answer of at most `limit` bytes.
    func receive(limit: Int, deadline: Int64) throws(ReaderFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        while let length = try nextFrame(deadline) {
            guard length <= limit - bytes.count else { throw .nonsense }
            var status: Int32 = 0
            let part = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
                status = reader_receive(socket, buffer.baseAddress, length, deadline)
                if status == 0 { count = length }
            }
            try check(status)
            if bytes.isEmpty { bytes = part } else { bytes += part }
        }
        return bytes
    }

    /// The length of the next data frame; nil at the end of the answer.
    private func nextFrame(_ deadline: Int64) throws(ReaderFailure) -> Int? {
        var frame = reader_frame()
        try check(reader_receive(socket, &frame, MemoryLayout<reader_frame>.size, deadline))
        switch frame.kind {
        case READER_DATA:
            guard frame.length > 0, frame.length <= 4 << 20 else { throw .nonsense }
            return Int(frame.length)
        case READER_END: return nil
        case READER_REFUSED: throw .refused(Refusal(problem: frame.problem, detail: frame.detail))
        default: throw .nonsense
        }
    }

    private func check(_ status: Int32) throws(ReaderFailure) {
        switch status {
        case 0: return
        case READER_ENDED: throw ReaderNursery.causeOfDeath(process)
        case READER_TIMED_OUT: throw .timedOut
        default: throw .unavailable(status)
        }
    }
}

/// The system's close(), which a method of the same name hides.
private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }
