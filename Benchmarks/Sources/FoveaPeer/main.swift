import Foundation
import Fovea

// FoveaPeer WORK ARGUMENT...: prepares the work, does it once for every line `run` on standard input, and answers each time with the
// seconds it took, as JSON; `write PATH` writes what the work yielded as raw numbers, for comparison with other programs.

/// Writes a line at once: the one who asked is waiting.
func answer(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

Workers.keepFreedMemory()
do {
    var work = try PeerWorks.prepared(Array(CommandLine.arguments.dropFirst()))
    answer(#"{"ready": true}"#)
    while let line = readLine() {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        switch words.first {
        case "run":
            let start = ContinuousClock.now
            try work.run()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            answer(#"{"seconds": \#(seconds)}"#)
        case "write" where words.count == 2:
            try work.write(to: words[1])
            answer(#"{"written": true}"#)
        default: throw PeerError.usage("a line is `run` or `write PATH`, not `\(line)`")
        }
    }
} catch {
    FileHandle.standardError.write(Data("FoveaPeer: \(error)\n".utf8))
    exit(1)
}
