import Attribution
import Checkpoints
import HDF5
import Networks
import TestSupport
import Tensors
import Testing

/// The epochs of the bundled run, read from its folder.
private let epochs: [Int] = (try? Run(at: Fixtures.run).entries.map(\.epoch)) ?? []

@Suite("Integrated gradients of the bundled run are Keras'")
struct ReferenceRunTests {
    private static let fixture = Result { try HDF5File(path: Fixtures.path("run-luong/ig.h5")) }
    private static let probes = Result { try HDF5File(path: "\(Fixtures.run)/probes.h5") }

    private func subject(epoch: String, set: String, count: Int) throws -> AttributionSubject {
        let graph = try Network(Checkpoint(path: "\(Fixtures.run)/ckpt-\(epoch).h5")).graph
        let inputs = try Self.probes.get().tensor("/\(set)/inputs")[rows: 0..<count]
        let delimiters = try Self.probes.get().integers(at: "/\(set)/delimiter_index").values[..<count]
        return try AttributionSubject(graph: graph, inputs: [inputs], delimiterIndex: delimiters.map(Int.init))
    }

    // Asked for is 1e-3 of the largest entry up to epoch 40; held is 1e-4 at every epoch, though late ones have a steep path on which
    // single precision is amplified (the worst of all 256 instances is 3e-5, at epoch 175).
    @Test("With a zero baseline and 64 middle steps", arguments: epochs)
    func epoch(_ epoch: Int) throws {
        let number = String(repeating: "0", count: 3 - String(epoch).count) + String(epoch)
        let index = try #require(epochs.firstIndex(of: epoch))
        #expect(try Self.fixture.get().integers(at: "/epoch").values[index] == epoch)
        for set in ["test10", "rnd256"] {
            let subject = try subject(epoch: number, set: set, count: 4)
            let result = try IntegratedGradients(rule: .middle, steps: 64)(subject)
            let keras = try Self.fixture.get().tensor("/ig/\(set)")[row: index]
            let largest = keras.values.map(abs).max() ?? 0
            let worst = zip(result.values.values, keras.values).map { abs($0 - $1) }.max() ?? .infinity
            #expect(worst <= 1e-4 * largest, "\(set): \(worst / largest)")
            #expect(result.notes.contains { $0.description.contains("delimiter's value") })
        }
    }

    @Test("At epoch 200 with other baselines and more steps", arguments: ["zero", "half", "one"])
    func baselines(_ name: String) throws {
        let value: Float = ["zero": 0, "half": 0.5, "one": 1][name] ?? .nan
        for (set, count, steps) in [("test10", 10, [64, 256]), ("rnd256", 8, [64])] {
            let subject = try subject(epoch: "200", set: set, count: count)
            for steps in steps {
                let path = "/extra/\(set)/\(name)/steps_\(steps)"
                let keras = try Self.fixture.get().tensor(path)
                let result = try IntegratedGradients(rule: .middle, steps: steps, baseline: .constant(value))(subject)
                let largest = keras.values.map(abs).max() ?? 0
                let worst = zip(result.values.values, keras.values).map { abs($0 - $1) }.max() ?? .infinity
                #expect(worst <= 1e-4 * largest, "\(path): \(worst / largest)")
                #expect(result.notes.contains { $0.description.contains("delimiter's value") } == (name == "zero"))
                guard let gap = try Self.fixture.get().doublesAttribute("completeness_max_abs_gap", at: path)?.first
                else { continue }
                let found = result.completenessGap?.max() ?? .infinity
                #expect(abs(found - gap) <= 1e-3 * gap + 1e-5, "\(path): \(found) for Keras' \(gap)")
            }
        }
    }

    @Test("Steps are doubled until the gap is met, instance by instance, or said to be too few")
    func doubling() throws {
        let subject = try subject(epoch: "200", set: "test10", count: 4)
        let method = IntegratedGradients(steps: 32, baseline: .constant(0.5), targetGap: 1e-3, maximumSteps: 1024)
        let result = try method(subject)
        let fixed = try IntegratedGradients(steps: 32, baseline: .constant(0.5))(subject)
        #expect((fixed.relativeGap?.max() ?? 0) > 1e-3)
        #expect((result.relativeGap?.max() ?? 1) <= 1e-3)
        for (instance, gap) in (fixed.relativeGap ?? []).enumerated() where gap <= 1e-3 {
            #expect(result.values[row: instance] == fixed.values[row: instance])
        }
        let capped = try IntegratedGradients(steps: 4, targetGap: 1e-6, maximumSteps: 8)(subject)
        #expect(capped.notes.contains { $0.description.contains("still above") && $0.description.contains("8 steps") })
        let plain = try IntegratedGradients(rule: .left, steps: 4)(subject)
        #expect(plain.notes.contains { $0.description.contains("more than 1 %") })
    }

    @Test("Chunks, and one instance alone, change nothing beyond rounding")
    func chunks() throws {
        let subject = try subject(epoch: "020", set: "test10", count: 5)
        let whole = try IntegratedGradients(steps: 16)(subject).values
        for chunk in [1, 7, 1000] {
            let other = try IntegratedGradients(steps: 16, chunkSize: chunk)(subject).values
            #expect(largestRowwiseDifference(other, whole) <= 1e-5)
        }
        let single = try self.subject(epoch: "020", set: "test10", count: 1)
        #expect(
            largestRowwiseDifference(try IntegratedGradients(steps: 16)(single).values, whole[rows: 0..<1]) <= 1e-5)
    }
}
