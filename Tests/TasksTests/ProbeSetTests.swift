import Tensors
import Testing

@testable import Tasks

@Suite("Probe sets")
struct ProbeSetTests {
    let inputs = [Tensor(shape: [2, 3, 1], values: [1, 0, 2, 0, 3, 0])]

    @Test("The delimiter is the first position of its value")
    func delimiter() throws {
        let probes = try ProbeSet(inputs: inputs, origin: "test").withDelimiter(0)
        #expect(probes.delimiterIndex == [1, 0])
    }

    @Test("Known delimiter positions stand, and must hold the value")
    func knownDelimiter() throws {
        let probes = try ProbeSet(inputs: inputs, delimiterIndex: [1, 2], origin: "test")
        #expect(try probes.withDelimiter(0).delimiterIndex == [1, 2])
        #expect(throws: ProbeSetError.delimiterDisagrees(origin: "test", value: 7, instance: 0, index: 1)) {
            try probes.withDelimiter(7)
        }
    }

    @Test("A value that does not occur is named with its instance")
    func missingDelimiter() throws {
        let probes = try ProbeSet(inputs: inputs, origin: "test")
        #expect(throws: ProbeSetError.noDelimiter(origin: "test", value: 2, instance: 1)) { try probes.withDelimiter(2) }
    }

    @Test("Parts that do not fit are refused")
    func misfits() {
        #expect(throws: ProbeSetError.self) { try ProbeSet(inputs: [], origin: "test") }
        #expect(throws: ProbeSetError.self) {
            try ProbeSet(inputs: inputs, targets: Tensor(shape: [3, 1], repeating: 0), origin: "test")
        }
        #expect(throws: ProbeSetError.self) { try ProbeSet(inputs: inputs, lengths: [3, 4], origin: "test") }
        #expect(throws: ProbeSetError.self) { try ProbeSet(inputs: inputs, delimiterIndex: [0], origin: "test") }
        #expect(throws: ProbeSetError.nonFinite(origin: "test", dataset: "input 0", instance: 1)) {
            try ProbeSet(inputs: [Tensor(shape: [2, 1, 1], values: [1, .nan])], origin: "test")
        }
        for (values, error) in [
            ([0, 0, 0, 0, 0, 0], ProbeSetError.emptyMask(origin: "test", mask: "m")),
            ([0, 0.5, 0, 0, 0, 0], .notBinary(origin: "test", mask: "m")),
        ] as [([Float], ProbeSetError)] {
            #expect(throws: error) {
                try ProbeSet(
                    inputs: inputs,
                    hypotheses: [Hypothesis(name: "m", mask: Tensor(shape: [2, 3], values: values), origin: .user)],
                    origin: "test")
            }
        }
    }
}
