import HDF5
import Testing

@Suite("Strings") struct StringTests {
    private let file: HDF5File

    init() throws { file = try HDF5File(path: fixture("strings.h5")) }

    @Test(
        "string attributes of every kind are read",
        arguments: [
            ("vlen_utf8", ["größe 中"]), ("vlen_utf8_array", ["lstm", "größe", ""]), ("vlen_ascii", ["abc"]),
            ("vlen_ascii_array", ["a", "bc"]), ("null_padded_array", ["lstm", "dense_12"]),
            ("null_terminated", ["ab"]), ("null_padded", ["ab"]), ("space_padded", ["ab"]),
            ("empty_float64", []), ("none", []),
        ])
    func attributes(name: String, expected: [String]) throws {
        #expect(try file.stringsAttribute(name, at: "/") == expected)
    }

    @Test("numeric attributes are read")
    func numbers() throws {
        #expect(try file.doublesAttribute("number", at: "/") == [2.5])
        #expect(try file.doublesAttribute("numbers", at: "/") == [1, 2, 3])
        #expect(message { _ = try file.stringsAttribute("number", at: "/") }.contains("holds floats"))
        #expect(message { _ = try file.doublesAttribute("vlen_utf8", at: "/") }.contains("holds strings"))
    }

    @Test("an attribute that is not there is nil, and the names tell which are")
    func missing() throws {
        #expect(try file.stringsAttribute("nothing", at: "/") == nil)
        #expect(try file.stringsAttribute("", at: "/") == nil)
        #expect(try file.stringsAttribute("unit", at: "/wide") == ["1"])
        #expect(file.attributeNames(at: "/wide") == ["unit"])
        #expect(file.attributeNames(at: "/").contains("vlen_utf8"))
    }

    @Test("bytes that are not UTF-8 are an error")
    func notUTF8() {
        #expect(message { _ = try file.stringsAttribute("not_utf8", at: "/") }.contains("text number 1 is not UTF-8"))
    }

    @Test("string datasets are read")
    func datasets() throws {
        #expect(try file.strings(at: "names") == ["one", "zwölf"])
        #expect(try file.strings(at: "fixed_names") == ["one", "two"])
        #expect(try file.strings(at: "name") == ["alone"])
        #expect(file.object(at: "names")?.elementType == .string)
    }
}
