import CKernels
import Foundation
import Synchronization

/// Threads that share a piece of work with the one who has it, and stay awake for a moment after it.
///
/// A training step is a few milliseconds of work for every processor with little between, too short a time to sleep and be woken: an
/// epoch of the founding training takes about a tenth less than with `DispatchQueue.concurrentPerform`, in turn on two processors.
final class WorkerTeam: Sendable {
    /// One helper less than there are processors: the caller works, too.
    static let shared = WorkerTeam(helpers: Workers.count - 1)

    /// For how long a helper looks for more work before it sleeps.
    private static let awake = Duration.microseconds(200)
    /// For how long the caller looks for the helpers' end without a break.
    private static let patience = Duration.milliseconds(1)

    /// The number of the piece of work, whether helpers may still join it, and how many are at it, as `State` lays them out. Helpers read
    /// `work` while they are counted here, and the caller writes it while none may join and none is counted.
    private let state = Atomic<Int>(0)
    private nonisolated(unsafe) var work: (count: Int, body: (Int) -> Void)?
    private let next = Atomic<Int>(0)
    private let isTaken = Atomic<Bool>(false)
    private let beds: [Bed]

    /// A team of its own threads, which live as long as the process.
    init(helpers: Int) {
        beds = (0..<helpers).map { _ in Bed() }
        for bed in beds {
            let thread = Thread { [self] in help(bed) }
            thread.name = "fovea-worker"
            thread.start()
        }
    }

    /// Calls `body` with each number below a count of at least 1, on the calling thread and the helpers.
    ///
    /// - Returns: Whether it did: not when the team is at some other work, which may be the caller's own.
    func perform(_ count: Int, _ body: (Int) -> Void) -> Bool {
        guard !isTaken.exchange(true, ordering: .acquiring) else { return false }
        defer { isTaken.store(false, ordering: .releasing) }
        withoutActuallyEscaping(body) { body in
            work = (count, body)
            next.store(0, ordering: .relaxed)
            // Sequentially consistent with `Bed`: either the helper sees the work or we see that it sleeps.
            state.add(State.round | State.open, ordering: .sequentiallyConsistent)
            for bed in beds.prefix(count - 1) { bed.wake() }
            takeIndices()
            state.subtract(State.open, ordering: .acquiringAndReleasing)
            let haveLeft = { [self] in state.load(ordering: .acquiring) & State.helpers == 0 }
            // Where processors are rationed, looking takes from what the helpers have.
            while !Self.spin(for: Self.patience, until: haveLeft) { usleep(50) }
            work = nil
        }
        return true
    }

    private func help(_ bed: Bed) {
        var seen = 0
        while true {
            let isNew = { [self] in
                let now = state.load(ordering: .sequentiallyConsistent)
                return now & State.open != 0 && now / State.round != seen
            }
            if !Self.spin(for: Self.awake, until: isNew) { bed.sleep(unless: isNew) }
            let now = state.load(ordering: .relaxed)
            guard now & State.open != 0, now / State.round != seen,
                state.compareExchange(expected: now, desired: now + 1, ordering: .acquiringAndReleasing).exchanged
            else { continue }
            seen = now / State.round
            takeIndices()
            state.subtract(1, ordering: .releasing)
        }
    }

    // Not inlined, so that no reference to the body is left when it returns.
    @inline(never)
    private func takeIndices() {
        guard let work else { return }
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < work.count else { return }
            work.body(index)
        }
    }

    /// The bits of `state`.
    private enum State {
        static let helpers = 0xFFFF
        static let open = 0x1_0000
        static let round = 0x2_0000
    }

    /// Looks at a condition again and again, and lets other threads have the processor meanwhile.
    ///
    /// - Returns: Whether it came true in time.
    private static func spin(for limit: Duration, until condition: () -> Bool) -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            for _ in 0..<64 {
                if condition() { return true }
                fovea_pause()
            }
            if clock.now >= end { return false }
            sched_yield()
        }
    }

    /// Where a helper sleeps.
    private final class Bed: Sendable {
        private let isAsleep = Atomic<Bool>(false)
        private let semaphore = DispatchSemaphore(value: 0)

        func sleep(unless condition: () -> Bool) {
            isAsleep.store(true, ordering: .sequentiallyConsistent)
            // Who finds it asleep signals, so that the signal must be waited for.
            if condition(), isAsleep.exchange(false, ordering: .sequentiallyConsistent) { return }
            semaphore.wait()
        }

        func wake() {
            if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { semaphore.signal() }
        }
    }
}
