import Foundation
import Synchronization

/// SIGINT and SIGTERM, which ask a long-running command to end: the first politely, the second at once.
enum StopSignal {
    private static let count = Atomic<Int>(0)
    private static let writingEnd = Atomic<Int32>(-1)

    /// Whether a signal came.
    static var isRaised: Bool { count.load(ordering: .acquiring) > 0 }

    /// Catches the signals from now on.
    ///
    /// - Returns: A descriptor that can be read once a signal has come; -1 if there is none.
    static func catchAll() -> Int32 {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            writingEnd.store(ends[1], ordering: .releasing)
        }
        _ = count.load(ordering: .acquiring)
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            // Only calls that a handler may make: the static values above were made by the lines before.
            let handler: @convention(c) (Int32) -> Void = { number in
                if StopSignal.count.add(1, ordering: .acquiringAndReleasing).oldValue > 0 { _exit(128 + number) }
                var byte: UInt8 = 1
                _ = write(StopSignal.writingEnd.load(ordering: .acquiring), &byte, 1)
            }
            #if canImport(Darwin)
                action.__sigaction_u.__sa_handler = handler
            #else
                action.__sigaction_handler.sa_handler = handler
            #endif
            action.sa_flags = Int32(SA_RESTART)
            sigaction(number, &action, nil)
        }
        return ends[0]
    }
}
