import Foundation
import Synchronization
import Testing

@testable import Tensors

@Suite("Workers", .timeLimit(.minutes(2)))
struct WorkersTests {
    private struct Failure: Error, Equatable { let index: Int }

    @Test("Slices cover everything once, in order", arguments: [1, 2, 7, 64, 129, 1000], [1, 3, 64])
    func slices(_ count: Int, _ limit: Int) {
        let slices = Workers.slices(of: count, atMost: limit)
        #expect(slices.flatMap { Array($0) } == Array(0..<count))
        #expect(slices.allSatisfy { $0.count <= limit && !$0.isEmpty })
    }

    @Test("Results come in order, and none are made of nothing", arguments: [0, 1, 2, 3, 100])
    func order(count: Int) throws {
        #expect(try Workers.map(count: count) { $0 * $0 } == (0..<count).map { $0 * $0 })
    }

    @Test("Every index is taken once, in thousands of short pieces of work", arguments: [0, 1, 3])
    func everyIndexOnce(helpers: Int) {
        let team = WorkerTeam(helpers: helpers)
        let taken = Mutex([Int](repeating: 0, count: 7))
        for _ in 0..<5000 { #expect(team.perform(7) { index in taken.withLock { $0[index] += 1 } }) }
        #expect(taken.withLock { $0 } == [Int](repeating: 5000, count: 7))
    }

    @Test("The first error by index is thrown, after all have ended")
    func firstError() {
        let ended = Mutex(0)
        #expect(throws: Failure(index: 3)) {
            try Workers.map(count: 10) { index in
                defer { ended.withLock { $0 += 1 } }
                if index == 3 || index == 8 { throw Failure(index: index) }
                usleep(1000)
            }
        }
        #expect(ended.withLock { $0 } == 10)
    }

    @Test("Work can be divided again inside, and from several threads at once")
    func nested() throws {
        let group = DispatchGroup()
        let sums = Mutex([Int]())
        for _ in 0..<4 {
            DispatchQueue.global().async(group: group) {
                for _ in 0..<50 {
                    let parts = try? Workers.map(count: 4) { outer in
                        try Workers.map(count: 3) { outer * $0 }.reduce(0, +)
                    }
                    sums.withLock { $0.append(parts?.reduce(0, +) ?? -1) }
                }
            }
        }
        group.wait()
        #expect(sums.withLock { $0 } == [Int](repeating: 18, count: 200))
    }

    @Test("A team works at two indices at the same time, also after a rest", arguments: [0, 1000, 20_000] as [UInt32])
    func atOnce(microseconds: UInt32) {
        let team = WorkerTeam(helpers: 1)
        usleep(microseconds)
        let present = Mutex(0)
        let met = Mutex([false, false])
        let wasFree = team.perform(2) { index in
            present.withLock { $0 += 1 }
            let end = ContinuousClock.now + .seconds(60)
            while present.withLock({ $0 }) < 2, ContinuousClock.now < end { usleep(100) }
            met.withLock { $0[index] = present.withLock { $0 } == 2 }
        }
        #expect(wasFree && met.withLock { $0 } == [true, true])
    }

    @Test("A team at work takes no other, and is free again after it")
    func isTaken() {
        let team = WorkerTeam(helpers: 1)
        let inner = Mutex([Bool]())
        #expect(team.perform(3) { _ in inner.withLock { $0.append(team.perform(2) { _ in }) } })
        #expect(inner.withLock { $0 } == [false, false, false])
        #expect(team.perform(1) { _ in })
    }

    @Test("The pipeline consumes in order and holds only a few values")
    func pipeline() throws {
        var seen: [Int] = []
        try OrderedPipeline.run(count: 100, workers: 4) {
            $0 * 2
        } consume: { index, value in
            #expect(value == index * 2)
            seen.append(index)
        }
        #expect(seen == Array(0..<100))
    }

    @Test("An error of a producer or of the consumer ends the pipeline")
    func pipelineErrors() {
        #expect(throws: Failure(index: 5)) {
            try OrderedPipeline.run(count: 20, workers: 3) { index in
                if index >= 5 { throw Failure(index: index) }
            } consume: { _, _ in
            }
        }
        #expect(throws: Failure(index: 7)) {
            try OrderedPipeline.run(count: 20, workers: 3) {
                $0
            } consume: { index, _ in
                if index == 7 { throw Failure(index: 7) }
            }
        }
    }
}
