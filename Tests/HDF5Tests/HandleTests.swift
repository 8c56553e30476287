import CHDF5
import HDF5
import Testing

@Suite("Handles") struct HandleTests {
    /// Identifiers of everything but files: those live only while the lock is held.
    private func openIdentifiers() -> [Int] {
        HDF5Library.exclusively {
            [H5I_GROUP, H5I_DATASET, H5I_ATTR, H5I_DATASPACE].map { kind in
                var count: hsize_t = 0
                return H5Inmembers(kind, &count) < 0 ? 0 : Int(count)
            }
        }
    }

    @Test("writing, failing and committing leave no handle of libhdf5 open")
    func leaks() throws {
        let folder = try TemporaryFolder()
        let writer = try HDF5Writer(creating: folder.path + "/a.h5")
        try writer.scale("epoch", [1, 2], attributes: [("units", .string("1"))])
        let dataset = try writer.dataset("g/x", type: .float64, shape: [2], dimensions: ["epoch"])
        try dataset.write([1.0, 2.0])
        try writer.group("g")
        try writer.attribute("a", .strings(["b"]), at: "g")
        _ = message { try writer.dataset("g/x", type: .int8, shape: [2]) }
        _ = message { try writer.dataset("y", type: .int8, shape: [3], dimensions: ["epoch"]) }
        #expect(openIdentifiers() == [0, 0, 0, 0])
        try writer.commit()
        #expect(openIdentifiers() == [0, 0, 0, 0])
    }
}
