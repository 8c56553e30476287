import CGnuplotStream

/// A gnuplot process that is sent a few lines of our own and then ends.
final class GnuplotSession {
    /// How gnuplot ended, and the first part of what it printed.
    struct Outcome {
        enum End: Equatable {
            case exited(Int32)
            case signalled(Int32)
            case timedOut
            case failed(Int32)
        }

        var end: End
        var output: String
    }

    private let session: OpaquePointer

    /// Starts gnuplot in a directory; returns nil and the errno if that fails.
    static func open(executable: String, directory: String) -> Result<GnuplotSession, StartError> {
        var error: Int32 = 0
        guard let session = fovea_gnuplot_open(executable, directory, &error) else {
            return .failure(StartError(errno: error))
        }
        return .success(GnuplotSession(session))
    }

    struct StartError: Error { var errno: Int32 }

    private init(_ session: OpaquePointer) { self.session = session }

    deinit { fovea_gnuplot_close(session) }

    /// Sends a line of our own; a gnuplot that has gone shows when the session finishes.
    @discardableResult
    func send(_ line: String) -> Bool { fovea_gnuplot_send(session, line) == 0 }

    /// Waits until gnuplot ends, or kills it.
    func finish(seconds: Double) -> Outcome {
        var code: Int32 = 0
        let end = fovea_gnuplot_finish(session, seconds, &code)
        let output = String(cString: fovea_gnuplot_output(session))
        switch end {
        case FoveaGnuplotExited: return Outcome(end: .exited(code), output: output)
        case FoveaGnuplotSignalled: return Outcome(end: .signalled(code), output: output)
        case FoveaGnuplotTimedOut: return Outcome(end: .timedOut, output: output)
        default: return Outcome(end: .failed(code), output: output)
        }
    }
}
