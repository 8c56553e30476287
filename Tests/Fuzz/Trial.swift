import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One run of the program on one file, with what must hold of it.
struct Trial {
    /// What a researcher's machine must never suffer.
    enum Offence: String {
        case crash
        case hang = "over 2 s"
        case memory = "over 300 MB"
    }

    /// Runs the program and waits for it.
    ///
    /// - Returns: What it did wrong; nil if it read the file or refused it in good form.
    static func run(_ program: String, _ arguments: [String], outputPath: String) throws -> (Offence, String)? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var process = pid_t()
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        let began = Date()
        guard posix_spawn(&process, program, &actions, nil, words, environ) == 0 else {
            throw FuzzError.cannotRun(program)
        }
        var (status, usage) = (Int32(0), rusage())
        var hasHung = false
        while true {
            let ended = wait4(process, &status, WNOHANG, &usage)
            if ended == process { break }
            // A busy machine is no fault of the program: the clock is lenient, the processor's time below is not.
            if Date().timeIntervalSince(began) > 20 {
                kill(process, SIGKILL)
                hasHung = true
            }
            usleep(1000)
        }
        let seconds = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
        let message = (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? ""
        if hasHung || seconds > 2 { return (.hang, message) }
        if status & 0x7f != 0 { return (.crash, "signal \(status & 0x7f); \(message)") }
        if usage.ru_maxrss > 300 * 1024 { return (.memory, "\(usage.ru_maxrss / 1024) MB") }
        // Refusals are printed as warnings (standard output) with exit code 1, or as errors.
        let code = (status >> 8) & 0xff
        if code != 0 && code != 1 { return (.crash, "exit code \(code); \(message)") }
        return nil
    }
}

enum FuzzError: Error, CustomStringConvertible {
    case cannotRun(String)
    case noCorpus(String)

    var description: String {
        switch self {
        case .cannotRun(let program): "cannot run \(program); build it first (`make build`)"
        case .noCorpus(let folder): "\(folder) holds no files to start from"
        }
    }
}
