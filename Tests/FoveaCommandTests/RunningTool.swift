import Foundation
import TestSupport

/// A `fovea` that runs while the test goes on.
final class RunningTool {
    let process = Process()
    private let files: TemporaryFolder

    /// Starts it in the package's folder.
    ///
    /// - Parameter terminal: What its standard output and error are, instead of files.
    init(_ arguments: [String], terminal: FileHandle? = nil) throws {
        files = try TemporaryFolder()
        process.executableURL = URL(fileURLWithPath: CommandLineTool.path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: Fixtures.root)
        process.standardInput = FileHandle.nullDevice
        if let terminal {
            (process.standardOutput, process.standardError) = (terminal, terminal)
            var environment = ProcessInfo.processInfo.environment
            (environment["TERM"], environment["CI"], environment["NO_COLOR"]) = ("xterm", nil, "1")
            process.environment = environment
        } else {
            for name in ["out", "err"] { try Data().write(to: URL(fileURLWithPath: "\(files.path)/\(name)")) }
            process.standardOutput = FileHandle(forWritingAtPath: files.path + "/out")
            process.standardError = FileHandle(forWritingAtPath: files.path + "/err")
        }
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var output: String { (try? String(contentsOfFile: files.path + "/out", encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: files.path + "/err", encoding: .utf8)) ?? "" }

    /// Sends a signal, waits for the end and gives the status.
    func end(by signal: Int32) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// Waits until something holds; a minute is far more than any of it takes.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        usleep(20_000)
    }
    return false
}
