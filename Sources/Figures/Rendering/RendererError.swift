/// What can go wrong when figures are drawn.
public enum RendererError: Error, Equatable, CustomStringConvertible {
    /// There is no gnuplot on the path. The scripts are written all the same.
    case gnuplotMissing
    /// The gnuplot found is too old, or does not say its version.
    case gnuplotTooOld(path: String, found: String)
    /// gnuplot could not be started.
    case cannotStart(path: String, errno: Int32)
    /// gnuplot reported an error.
    case scriptFailed(script: String, format: String, message: String)
    /// gnuplot did not end in time.
    case timedOut(script: String, format: String, seconds: Double)
    /// gnuplot reported success, but the file is not whole.
    case damagedOutput(file: String, reason: String)
    /// A file could not be written.
    case cannotWrite(path: String, reason: String)
    /// The script does not draw this format.
    case noSuchFormat(script: String, format: String)

    /// What happened, where, and what to do next.
    public var description: String {
        switch self {
        case .gnuplotMissing:
            "gnuplot was not found on the PATH. The scripts were written; to draw them, install gnuplot "
                + "(Debian, Ubuntu: apt install gnuplot-nox; macOS: brew install gnuplot) and run them."
        case .gnuplotTooOld(let path, let found):
            "\(path) is \(found.isEmpty ? "of no known version" : found), but figures need gnuplot 5.4 or newer."
        case .cannotStart(let path, let errno): "\(path) could not be started (error \(errno))."
        case .scriptFailed(let script, let format, let message):
            "gnuplot could not draw \(script) as \(format): \(message)"
        case .timedOut(let script, let format, let seconds):
            "gnuplot was stopped after \(decimal(seconds, places: 1)) s without having drawn \(script) as \(format)."
        case .damagedOutput(let file, let reason):
            "gnuplot wrote \(file), but \(reason). Is the disk full? The earlier file, if any, was kept."
        case .cannotWrite(let path, let reason): "\(path) could not be written: \(reason)."
        case .noSuchFormat(let script, let format):
            "\(script) does not draw \(format): LaTeX needs a style that allows it, and only the evolution is animated."
        }
    }
}
