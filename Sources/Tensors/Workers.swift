import CKernels
import Dispatch
import Foundation
import Synchronization

/// The pool that every batch is divided over: our own two (or more) workers each take slices of the batch and call
/// single-threaded kernels, which beats threads inside each matrix product.
public enum Workers {
    /// The number of workers: the processors this process may run on.
    package static let count = max(1, ProcessInfo.processInfo.activeProcessorCount)

    /// Asks the allocator to keep freed memory for the next pass through a network, which takes the same few megabytes again: 30
    /// checkpoints fault 26,000 pages less. A setting of the whole process, so for programs to make, at their start.
    public static func keepFreedMemory() { fovea_keep_freed_memory() }

    /// Whether the current thread already is one of several workers, so that dividing its work again would only make the
    /// workers' threads outnumber the processors.
    @TaskLocal package static var isWorker = false

    /// Calls `body` for each index on all workers and returns the results in order; the first error (by index) is thrown
    /// after all have ended.
    package static func map<Result: Sendable>(
        count: Int, _ body: @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        if count <= 1 || isWorker { return try (0..<count).map(body) }
        let results = Mutex([Swift.Result<Result, any Error>?](repeating: nil, count: count))
        let work = { @Sendable (index: Int) in
            let result = Swift.Result { try body(index) }
            results.withLock { $0[index] = result }
        }
        if !WorkerTeam.shared.perform(count, work) {
            DispatchQueue.concurrentPerform(iterations: count, execute: work)
        }
        return try results.withLock { try $0.compactMap { try $0?.get() } }
    }

    /// Divides 0..<count into consecutive ranges of at most `limit`, at least one per worker where there is enough to do,
    /// of nearly equal length.
    package static func slices(of count: Int, atMost limit: Int) -> [Range<Int>] {
        guard count > 0 else { return [] }
        let enough = (count + limit - 1) / limit
        let pieces =
            isWorker ? enough : min(count, (max(enough, Self.count) + Self.count - 1) / Self.count * Self.count)
        return ranges(of: count, pieces)
    }

    /// The same without regard to the number of workers or to who asks: for sums whose last digits depend on the division, and must not
    /// depend on the machine or on what else is computed.
    ///
    /// Where there are many they are a multiple of 4, so that the workers of most machines get equal shares.
    package static func fixedSlices(of count: Int, atMost limit: Int) -> [Range<Int>] {
        guard count > 0 else { return [] }
        let enough = (count + limit - 1) / limit
        let pieces = enough < 4 ? enough : min(count, (enough + 3) / 4 * 4)
        return ranges(of: count, pieces)
    }

    /// 0..<count in consecutive ranges of nearly equal length.
    private static func ranges(of count: Int, _ pieces: Int) -> [Range<Int>] {
        (0..<pieces).map { (count * $0 / pieces)..<(count * ($0 + 1) / pieces) }
    }
}
