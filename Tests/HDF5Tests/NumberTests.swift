import Foundation
import HDF5
import Testing

@Suite("Numbers") struct NumberTests {
    private let file: HDF5File

    init() throws { file = try HDF5File(path: fixture("numbers.h5")) }

    @Test(
        "floats of every size and byte order are read",
        arguments: ["little_f2", "little_f4", "little_f8", "big_f2", "big_f4", "big_f8"])
    func floats(kind: String) throws {
        let (shape, values) = try file.floats(at: "/float_\(kind)")
        #expect(shape == [2, 3])
        #expect(values == [0, 1, -2.5, 3.25, -4, 100])
        #expect(try file.doubles(at: "float_\(kind)").values == [0, 1, -2.5, 3.25, -4, 100])
    }

    @Test(
        "integers of every size and byte order are read, as integers and as floats",
        arguments: ["little_i1", "little_i2", "little_i4", "little_i8", "big_i2", "big_i4", "big_i8"])
    func integers(kind: String) throws {
        #expect(try file.integers(at: "/int_\(kind)").values == [0, 1, -2, 3, -4, 100])
        #expect(try file.floats(at: "/int_\(kind)").values == [0, 1, -2, 3, -4, 100])
    }

    @Test("unsigned integers and numpy's booleans are integers")
    func unusualIntegers() throws {
        #expect(try file.integers(at: "/unsigned").values == [0, 1, 255])
        #expect(file.object(at: "/booleans")?.elementType == .integer(bytes: 1))
        #expect(try file.integers(at: "/booleans").values == [1, 0, 1])
        #expect(try file.floats(at: "/booleans").values == [1, 0, 1])
    }

    @Test("an integer beyond 2^63 is an error, not another number")
    func tooLargeInteger() throws {
        #expect(message { _ = try file.integers(at: "/beyond_int64") }.contains("larger than 2^63 - 1"))
        #expect(try file.doubles(at: "/beyond_int64").values == [9_223_372_036_854_775_808])
    }

    @Test("scalars, empty datasets and no value at all have their shapes")
    func shapes() throws {
        let scalar = try file.floats(at: "/scalar")
        #expect(scalar.shape == [] && scalar.values == [1.5])
        let empty = try file.floats(at: "/empty")
        #expect(empty.shape == [0, 4] && empty.values == [])
        let none = try file.floats(at: "/none")
        #expect(none.shape == [0] && none.values == [])
    }

    @Test("what is not finite stays as it is")
    func notFinite() throws {
        let values = try file.doubles(at: "/special").values
        #expect(values[0].isNaN)
        #expect(values[1...] == [.infinity, -.infinity, 1e300])
    }

    @Test("some rows are read without the others")
    func rows() throws {
        let part = try file.floats(at: "/float_little_f4", rows: 1..<2)
        #expect(part.shape == [1, 3] && part.values == [3.25, -4, 100])
        #expect(try file.doubles(at: "/float_big_f8", rows: 0..<2).values.count == 6)
        #expect(try file.doubles(at: "/float_big_f8", rows: 2..<2).shape == [0, 3])
        #expect(message { _ = try file.floats(at: "/float_little_f4", rows: 1..<3) }.contains("has 2 rows"))
    }

    @Test(
        "what is neither a number nor a string is listed with the reason, and reading it throws",
        arguments: [
            ("nine_axes", "has 9 axes"), ("compound", "compound values"), ("complex", "compound values"),
            ("opaque", "opaque bytes"), ("lists", "lists of varying length"), ("unwritten", "never written"),
        ])
    func refused(name: String, reason: String) throws {
        let object = try #require(file.object(at: name))
        #expect(object.kind == .refused)
        #expect(object.problem?.contains(reason) == true)
        #expect(message { _ = try file.floats(at: name) }.contains(reason))
    }

    @Test("asking for the wrong thing says what is there")
    func wrongQuestion() throws {
        #expect(message { _ = try file.integers(at: "/scalar") }.contains("holds floats where integers are expected"))
        #expect(message { _ = try file.strings(at: "/scalar") }.contains("holds floats where strings are expected"))
        #expect(message { _ = try file.floats(at: "/scaler") }.contains("there is no /scaler in this file; / holds"))
        #expect(message { _ = try file.floats(at: "/") }.contains("is a group, not a dataset"))
    }

    @Test(
        "every kind of storage gives the same rows", arguments: ["chunked", "gzip", "shuffle", "fletcher32", "compact"])
    func storage(kind: String) throws {
        let file = try HDF5File(path: fixture("storage.h5"))
        #expect(try file.floats(at: kind).values == (0..<600).map(Float.init))
        #expect(try file.floats(at: kind, rows: 10..<95).values == (60..<570).map(Float.init))
    }

    @Test("unusual filters are refused by name", arguments: [("lzf", "LZF"), ("scaleoffset", "scale-offset")])
    func filters(kind: String, name: String) throws {
        let file = try HDF5File(path: fixture("storage.h5"))
        #expect(message { _ = try file.floats(at: kind) }.contains("compressed with \(name)"))
    }
}
