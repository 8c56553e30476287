import Foundation
import Synchronization

/// What goes to the user: results on standard output, notes and progress on standard error.
struct Console {
    /// Whether notes and progress are held back.
    let quiet: Bool
    /// Whether standard error is a terminal that can redraw a line.
    let isInteractive: Bool
    private let started = ContinuousClock.now

    init(quiet: Bool) {
        self.quiet = quiet
        let environment = ProcessInfo.processInfo.environment
        isInteractive = isatty(2) == 1 && environment["TERM"] != "dumb" && environment["CI"] == nil
    }

    /// Writes a result to standard output.
    func print(_ text: String) { write(text + "\n", to: FileHandle.standardOutput) }

    /// Writes a note to standard error.
    func note(_ text: String) {
        guard !quiet else { return }
        Self.terminal.withLock { _ in
            clearProgress()
            write(wrapped(text) + "\n", to: FileHandle.standardError)
        }
    }

    /// Shows how far the work is, once it has taken a second and only on a terminal.
    func progress(_ done: Int, of total: Int, _ what: String) {
        guard showsProgress, ContinuousClock.now - started > .seconds(1) else { return }
        draw(share: total == 0 ? 1 : Double(done) / Double(total), "\(done)/\(total) \(what)")
        if done == total { clearProgress() }
    }

    /// The same for a share of the work, from 0 to 1; may be called from any thread.
    func progress(_ share: Double) { draw(share: share, "\(Int(share * 100)) %") }

    /// Whether a bar would be seen.
    var showsProgress: Bool { !quiet && isInteractive }

    /// Takes the bar away.
    func endProgress() { Self.terminal.withLock { _ in clearProgress() } }

    /// One thread at a time writes to standard error, so that no note is appended to a bar.
    private static let terminal = Mutex(())

    private func draw(share: Double, _ text: String) {
        let width = 24
        let filled = min(width, Int(Double(width) * share))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        Self.terminal.withLock { _ in write("\r\(bar) \(text)\u{1B}[K", to: FileHandle.standardError) }
    }

    /// Writes to the terminal as it is; for what is redrawn in place.
    func draw(_ text: String) { write(text, to: FileHandle.standardError) }

    /// How many columns the terminal behind standard error has; 80 where it does not say.
    static var columns: Int {
        var size = winsize()
        return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    private func clearProgress() {
        if isInteractive { write("\r\u{1B}[K", to: FileHandle.standardError) }
    }

    private func write(_ text: String, to handle: FileHandle) {
        // A closed pipe (`fovea ... | head`) is the reader's choice and no failure.
        do { try handle.write(contentsOf: Data(text.utf8)) } catch { Foundation.exit(0) }
    }
}

/// Breaks text into lines of at most `width` characters at spaces; later lines are indented.
func wrapped(_ text: String, width: Int = 100, indent: String = "") -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph in
        var lines: [String] = []
        var line = ""
        for word in paragraph.split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = indent + word
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        lines.append(line)
        return lines.joined(separator: "\n")
    }.joined(separator: "\n")
}
