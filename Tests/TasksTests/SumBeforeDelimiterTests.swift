import Tensors
import Testing

@testable import Tasks

@Suite("The task sum-before-delimiter")
struct SumBeforeDelimiterTests {
    @Test("Targets are the sums before the delimiter, which is 0 and nowhere at the start")
    func truth() throws {
        let probes = try SumBeforeDelimiter().probeSet(count: 200, seed: 3)
        let targets = try #require(probes.targets)
        let indices = try #require(probes.delimiterIndex)
        for instance in 0..<200 {
            let row = probes.inputs[0][row: instance].values
            #expect(row[indices[instance]] == 0)
            #expect(abs(row[..<indices[instance]].reduce(0, +) - targets.values[instance]) < 1e-5)
        }
        #expect(Set(indices) == Set(1...19))
        #expect(probes.inputs[0].values.allSatisfy { 0..<1 ~= $0 })
    }

    @Test("The same seed gives the same numbers, another seed others")
    func seeds() throws {
        let first = try SumBeforeDelimiter().probeSet(count: 5, seed: 3)
        #expect(try SumBeforeDelimiter().probeSet(count: 5, seed: 3).inputs == first.inputs)
        #expect(try SumBeforeDelimiter().probeSet(count: 5, seed: 4).inputs != first.inputs)
    }

    @Test("SplitMix64 gives the published numbers for seed 1234567")
    func generator() {
        // From the reference implementation's test vector (Vigna, splitmix64.c).
        var generator = SplitMix64(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
        #expect(generator.next() == 9_817_491_932_198_370_423)
    }

    @Test("Length and delimiter position can be chosen, within reason")
    func options() throws {
        let task = try SumBeforeDelimiter(TaskOptions(length: 8, delimiterIndex: 4))
        #expect(try task.probeSet(count: 3, seed: 1).delimiterIndex == [4, 4, 4])
        #expect(throws: ProbeSetError.self) { try SumBeforeDelimiter(TaskOptions(length: 1)) }
        #expect(throws: ProbeSetError.self) { try SumBeforeDelimiter(TaskOptions(length: 8, delimiterIndex: 8)) }
        #expect(throws: ProbeSetError.self) { try SumBeforeDelimiter().probeSet(count: 0, seed: 1) }
        #expect(throws: ProbeSetError.self) { try TaskRegistry.task(named: "sudoku", options: TaskOptions()) }
    }
}
