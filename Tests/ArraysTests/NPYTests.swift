import Arrays
import Foundation
import TestSupport
import Testing

@Suite("NumPy files, as numpy 2.4 wrote them")
struct NPYTests {
    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("arrays/\(name)"))))
    }

    private func array(_ name: String) throws -> NumericArray {
        try NPY.array(of: bytes("\(name).npy"), name: "\(name).npy")
    }

    @Test(
        "Floats and signed integers of every size and byte order",
        arguments: [
            "le_f2", "be_f2", "le_f4", "be_f4", "le_f8", "be_f8", "le_i1", "le_i2", "be_i2", "le_i4", "be_i4", "le_i8",
            "be_i8",
        ])
    func signed(_ name: String) throws {
        #expect(try array(name) == NumericArray(shape: [2, 3], values: [-2, -1, 0, 1, 2, 3]))
    }

    @Test("Unsigned integers", arguments: ["u1", "le_u2", "be_u4", "le_u8"])
    func unsigned(_ name: String) throws {
        #expect(try array(name) == NumericArray(shape: [2, 3], values: [0, 1, 2, 3, 4, 5]))
    }

    @Test("Booleans are 0 and 1")
    func booleans() throws {
        #expect(try array("bool") == NumericArray(shape: [2, 3], values: [0, 0, 0, 1, 1, 1]))
    }

    @Test("Fortran order is turned into row-major order")
    func fortran() throws {
        #expect(try array("fortran") == NumericArray(shape: [2, 3, 4], values: (0..<24).map(Double.init)))
    }

    @Test("A number alone and an empty array keep their shapes")
    func small() throws {
        #expect(try array("scalar") == NumericArray(shape: [], values: [0.1]))
        #expect(try array("empty") == NumericArray(shape: [0, 5], values: []))
    }

    @Test("Half precision with its subnormals and infinities")
    func half() throws {
        let values = try array("half").values
        #expect(
            Array(values.prefix(10)) == [
                0, 0, 1, -2, 65504, 6.103515625e-05, 5.960464477539063e-08, 0.333251953125, .infinity, -.infinity,
            ])
        #expect(values[1].sign == .minus)
        #expect(values[10].isNaN)
    }

    @Test(
        "Pickles, other kinds of elements and damaged files are refused with the reason",
        arguments: [
            ("pickle", "pickle"), ("text", "text"), ("complex", "complex"), ("record", "records"),
            ("truncated", "2×3"), ("short-header", "header"), ("huge", "ends before"),
        ])
    func refused(_ name: String, _ reason: String) throws {
        let error = #expect(throws: ArrayFileError.self) { try array(name) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("Every cut of a file is refused, and none crashes")
    func cuts() throws {
        let whole = try bytes("le_f8.npy")
        for count in whole.indices {
            #expect(throws: ArrayFileError.self) { try NPY.array(of: Array(whole[..<count]), name: "cut") }
        }
    }

    @Test("Archives, stored and deflated; a damaged byte is noticed")
    func archives() throws {
        let probes = try NPZ.arrays(of: bytes("probes.npz"), name: "probes.npz")
        #expect(probes.keys.sorted() == ["delimiter_index", "lengths", "mask_answer", "x", "y"])
        #expect(probes["lengths"]?.values == [4, 4, 4, 3, 4, 2])
        #expect(probes["x"]?.shape == [6, 4, 1])
        #expect(try NPZ.arrays(of: bytes("maps.npz"), name: "maps.npz")["attention"]?.shape == [6, 4])
        let error = #expect(throws: ArrayFileError.self) { try NPZ.arrays(of: bytes("damaged.npz"), name: "d.npz") }
        #expect(error?.description.contains("checksum") == true)
    }
}
