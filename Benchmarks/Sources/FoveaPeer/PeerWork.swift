import Foundation
import Fovea

/// What was asked for is no work of ours.
enum PeerError: Error, CustomStringConvertible {
    case usage(String)

    var description: String {
        switch self {
        case .usage(let text): text
        }
    }
}

/// Some work that other programs do as well.
protocol PeerWork {
    /// Does it once.
    mutating func run() throws
    /// Writes what it yielded last.
    func write(to path: String) throws
}

/// Makes work by its name.
enum PeerWorks {
    /// The work of that name with its arguments, ready to run.
    static func prepared(_ arguments: [String]) throws -> any PeerWork {
        switch (arguments.first, arguments.count) {
        case ("gradients", 4):
            try GradientWork(run: arguments[1], probes: arguments[2], count: Int(arguments[3]), steps: nil)
        case ("ig", 5):
            try GradientWork(
                run: arguments[1], probes: arguments[2], count: Int(arguments[3]), steps: Int(arguments[4]))
        case ("metrics", 4): try MetricWork(maps: arguments[1], masks: arguments[2], resamples: Int(arguments[3]))
        case ("training", 2): try TrainingWork(checkpoint: arguments[1])
        default:
            throw PeerError.usage(
                "gradients RUN PROBES COUNT, ig RUN PROBES COUNT STEPS, metrics MAPS MASKS RESAMPLES, or training CHECKPOINT"
            )
        }
    }
}

/// Slices of about `size` instances, at least one for each processor, of nearly equal length.
func slices(of count: Int, size: Int) -> [Range<Int>] {
    let pieces = min(count, max((count + size - 1) / size, ProcessInfo.processInfo.activeProcessorCount))
    return (0..<pieces).map { (count * $0 / pieces)..<(count * ($0 + 1) / pieces) }
}

/// Calls `body` with each slice of the instances, on all processors, and returns the results in order.
func mapSlices<Value: Sendable>(
    of count: Int, size: Int, _ body: @Sendable (Range<Int>) throws -> Value
) throws -> [Value] {
    let slices = slices(of: count, size: size)
    let pieces = slices.count
    nonisolated(unsafe) let results = UnsafeMutablePointer<Result<Value, any Error>?>.allocate(capacity: pieces)
    results.initialize(repeating: nil, count: pieces)
    defer {
        results.deinitialize(count: pieces)
        results.deallocate()
    }
    // Each iteration writes its own place only.
    DispatchQueue.concurrentPerform(iterations: pieces) { index in
        results[index] = Result { try body(slices[index]) }
    }
    return try (0..<pieces).compactMap { try results[$0]?.get() }
}

/// Writes raw numbers of single precision.
func write(_ values: [Float], to path: String) throws {
    try values.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
}
