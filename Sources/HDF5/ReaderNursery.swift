import CHDF5Reader
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The caller's end of the process that raises readers; started at the first use and again if it dies.
enum ReaderNursery {
    private struct Running {
        var control: Int32
        var process: pid_t
    }

    private static let running = Mutex<Running?>(nil)
    /// Readers whose last file gave no cause for doubt, waiting for the next.
    private static let idle = Mutex<[ReaderProcess]>([])
    /// One for each worker that loads.
    private static let idleLimit = 2

    /// Starts the nursery unless it runs.
    static func prepare() { running.withLock { _ = start(&$0) } }

    private static func start(_ nursery: inout Running?) -> Int32 {
        if nursery != nil { return 0 }
        var started = Running(control: -1, process: 0)
        let failure = HDF5Library.whileIdle { reader_nursery_start(&started.control, &started.process) }
        if failure == 0 { nursery = started }
        return failure
    }

    /// A reader that is done with a file, if there is one.
    static func reuse() -> ReaderProcess? { idle.withLock { $0.popLast() } }

    /// Takes a reader back, which must have served its file without a failure or a refusal: a fresh process costs 3 ms of page
    /// faults, this one none. One that has served many is let go, long before its processor time is used up.
    static func giveBack(_ reader: ReaderProcess) {
        guard reader.isFresh, reader.close() else { return }
        idle.withLock { if $0.count < idleLimit { $0.append(reader) } }
    }

    /// A reader that has not seen a file yet.
    static func adopt() throws(ReaderFailure) -> ReaderProcess {
        let outcome = running.withLock { nursery -> Result<ReaderProcess, ReaderFailure> in
            var failure: Int32 = 0
            // A nursery that was killed from outside is worth one new start.
            for _ in 0..<2 {
                failure = start(&nursery)
                guard let current = nursery else { continue }
                var socket: Int32 = -1
                var process: Int32 = 0
                failure = reader_adopt(current.control, &socket, &process)
                if failure == 0 { return .success(ReaderProcess(socket: socket, process: process)) }
                if failure == READER_ENDED || failure == READER_TIMED_OUT {
                    reader_nursery_stop(current.control, current.process)
                    nursery = nil
                }
            }
            return .failure(.unavailable(failure))
        }
        return try outcome.get()
    }

    /// Ends a reader.
    static func dismiss(_ process: Int32) {
        running.withLock { nursery in
            if let current = nursery { _ = reader_dismiss(current.control, process) }
        }
    }

    /// Why a reader's socket has ended.
    static func causeOfDeath(_ process: Int32) -> ReaderFailure {
        running.withLock { nursery in
            var status: Int32 = 0
            guard let current = nursery, reader_autopsy(current.control, process, &status) == 0 else { return .lost }
            return switch reader_signal(status) {
            case SIGPROF: .endless
            // A reader has no reason to kill itself; but when it comes to an end by itself, there was something in the file.
            case SIGKILL: .lost
            case let signal: .crashed(signal: Int(signal))
            }
        }
    }
}

/// What goes wrong between the caller and a reader, before it has a file and an object to be told with.
enum ReaderFailure: Error {
    case crashed(signal: Int)
    /// It was killed, or gone with the nursery.
    case lost
    case timedOut
    /// It used up the processor's time that its request may take.
    case endless
    case unavailable(Int32)
    case nonsense
    case refused(Refusal)
}
