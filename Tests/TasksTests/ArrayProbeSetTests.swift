import Arrays
import Foundation
import TestSupport
import Testing

@testable import Tasks

@Suite("Probe sets from NumPy and text files")
struct ArrayProbeSetTests {
    private func written(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".csv").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test("An .npz has the keys of HDF5 files")
    func archive() throws {
        let probes = try ProbeSet(reading: Fixtures.path("arrays/probes.npz"))
        #expect(probes.inputs.map(\.shape) == [[6, 4, 1]])
        #expect(probes.targets?.shape == [6, 1])
        #expect(probes.lengths == [4, 4, 4, 3, 4, 2])
        #expect(probes.delimiterIndex == [1, 2, 3, 1, 0, 1])
        #expect(probes.hypotheses.map(\.name) == ["answer"])
        #expect(probes.sha256?.count == 64)
    }

    @Test("An .npy is the inputs alone")
    func array() throws {
        let probes = try ProbeSet(reading: Fixtures.path("arrays/fortran.npy"))
        #expect(probes.inputs.map(\.shape) == [[2, 3, 4]])
        #expect(probes.targets == nil && probes.hypotheses.isEmpty)
    }

    @Test("A table has a sequence a row, with named columns beside it")
    func table() throws {
        let path = try written("x0,x1,x2,target,delimiter_index\n1,0,3,4,1\n5,0,,5,1\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let probes = try ProbeSet(reading: path)
        #expect(probes.inputs[0].shape == [2, 3, 1])
        #expect(probes.inputs[0].values == [1, 0, 3, 5, 0, 0])
        #expect(probes.targets?.values == [4, 5])
        #expect(probes.lengths == [3, 2])
        #expect(probes.delimiterIndex == [1, 1])
    }

    @Test("Archives without inputs, fractions as lengths and other files are refused")
    func refused() throws {
        #expect(throws: ProbeSetError.self) { try ProbeSet(reading: Fixtures.path("arrays/nothing.npz")) }
        #expect(throws: ProbeSetError.self) { try ProbeSet(reading: Fixtures.path("arrays/half.npy")) }
        let path = try written("x0,x1,length\n1,2,1.5\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: ProbeSetError.badIndex(origin: path, dataset: "length", range: "1...2")) {
            try ProbeSet(reading: path)
        }
    }
}
