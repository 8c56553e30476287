import Dispatch
import Foundation
import Synchronization

/// Produces values on several workers and consumes them one by one, in order, on the calling thread.
///
/// At most `lookahead` values per worker are finished and waiting, so memory does not grow with their number. After an error
/// nothing new is started, and the first error by index is thrown.
package enum OrderedPipeline {
    package static func run<Value: Sendable>(
        count: Int, workers: Int = Workers.count, lookahead: Int = 4,
        produce: @escaping @Sendable (Int) throws -> Value,
        consume: (Int, Value) throws -> Void
    ) throws {
        let workers = min(workers, count)
        guard workers > 1 else {
            for index in 0..<count { try consume(index, try produce(index)) }
            return
        }
        let state = SharedState<Value>(limit: workers * lookahead)
        let group = DispatchGroup()
        for _ in 0..<workers {
            DispatchQueue.global(qos: .userInitiated).async(group: group) {
                Workers.$isWorker.withValue(true) {
                    while let index = state.claim(below: count) {
                        state.deliver(index, Result { try produce(index) })
                    }
                }
            }
        }
        defer {
            state.stop()
            group.wait()
        }
        for index in 0..<count { try consume(index, try state.take(index).get()) }
    }

    /// What the workers and the consumer share, behind one lock.
    private final class SharedState<Value: Sendable>: @unchecked Sendable {
        // Sendable since every access to the variables is between lock and unlock of the condition.
        private let condition = NSCondition()
        private let limit: Int
        private var next = 0
        private var consumed = 0
        private var isStopped = false
        private var finished: [Int: Result<Value, any Error>] = [:]

        init(limit: Int) { self.limit = limit }

        /// The next index to produce; waits while too many values are waiting; nil when there is none left.
        func claim(below count: Int) -> Int? {
            condition.lock()
            defer { condition.unlock() }
            while !isStopped, next < count, next >= consumed + limit { condition.wait() }
            guard !isStopped, next < count else { return nil }
            next += 1
            return next - 1
        }

        func deliver(_ index: Int, _ result: Result<Value, any Error>) {
            condition.lock()
            finished[index] = result
            if case .failure = result { isStopped = true }
            condition.broadcast()
            condition.unlock()
        }

        func take(_ index: Int) -> Result<Value, any Error> {
            condition.lock()
            defer { condition.unlock() }
            while true {
                if let result = finished.removeValue(forKey: index) {
                    consumed = index + 1
                    condition.broadcast()
                    return result
                }
                condition.wait()
            }
        }

        func stop() {
            condition.lock()
            isStopped = true
            condition.broadcast()
            condition.unlock()
        }
    }
}
