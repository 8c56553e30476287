import CHDF5
import Files
@testable import HDF5
import Testing

@Suite("Writing") struct WriterTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/out.nc" }

    init() throws { folder = try TemporaryFolder() }

    @Test("what is written is read again")
    func roundTrip() throws {
        let writer = try HDF5Writer(creating: path)
        try writer.scale("epoch", [10, 20, 30], attributes: [("units", .string("1"))])
        try writer.scale("layer", ["lstm", "größe"])
        try writer.scale("position", count: 2)
        let maps = try writer.dataset(
            "maps/attention", type: .float32, shape: [3, 2, 2], dimensions: ["epoch", "layer", "position"],
            attributes: [("_FillValue", .float(.nan)), ("long_name", .string("attention"))])
        for row in [0, 2] { try maps.write([Float](repeating: Float(row), count: 4), row: row) }
        try writer.dataset("mask", type: .int8, shape: [2]).write([Int8(1), 0])
        try writer.dataset("small", type: .int32, shape: [2, 2], storage: .compressed(rowsPerChunk: 1))
            .write([1, 2, 3, -4])
        try writer.dataset("scalar", type: .float64, shape: []).write([0.5])
        try writer.dataset("empty", type: .float64, shape: [0, 3]).write([Double]())
        try writer.strings("none", [])
        try writer.attribute("Conventions", .string("CF-1.11"))
        try writer.attribute("layers", .strings((0..<9_000).map { "layer_\($0)" }), at: "maps")
        try writer.attribute("nothing", .strings([]), at: "maps")
        try writer.attribute("numbers", .doubles([1, 2.5]), at: "/mask")
        try writer.commit()

        let file = try HDF5File(path: path)
        let (shape, values) = try file.floats(at: "/maps/attention")
        #expect(shape == [3, 2, 2])
        #expect(values[0..<4] == [0, 0, 0, 0] && values[4..<8].allSatisfy(\.isNaN) && values[8...] == [2, 2, 2, 2])
        #expect(try file.integers(at: "epoch").values == [10, 20, 30])
        #expect(try file.strings(at: "layer") == ["lstm", "größe"])
        #expect(try file.integers(at: "mask").values == [1, 0])
        #expect(try file.integers(at: "small").values == [1, 2, 3, -4])
        #expect(try file.doubles(at: "scalar").values == [0.5])
        #expect(try file.doubles(at: "empty").shape == [0, 3])
        #expect(try file.strings(at: "none") == [])
        #expect(try file.stringsAttribute("Conventions", at: "/") == ["CF-1.11"])
        #expect(try file.stringsAttribute("layers", at: "/maps")?.count == 9_000)
        #expect(try file.stringsAttribute("nothing", at: "/maps") == [])
        #expect(try file.doublesAttribute("numbers", at: "mask") == [1, 2.5])
        #expect(try file.stringsAttribute("CLASS", at: "epoch") == ["DIMENSION_SCALE"])
    }

    @Test("libhdf5 finds every axis' scale, and every scale's axes")
    func scales() throws {
        let writer = try HDF5Writer(creating: path)
        try writer.scale("epoch", [1, 2, 3])
        try writer.scale("maps/position", count: 2)
        for name in ["a", "b"] {
            try writer.dataset("maps/\(name)", type: .float32, shape: [3, 2], dimensions: ["epoch", "position"])
        }
        try writer.dataset("maps/square", type: .int8, shape: [2, 2], dimensions: ["/maps/position", "position"])
        try writer.commit()

        HDF5Library.exclusively {
            let file = H5Fopen(path, 0, chdf5_default())
            #expect(file >= 0)
            let paths = ["/epoch", "/maps/position", "/maps/a", "/maps/b", "/maps/square"]
            let ids = paths.map { path in path.withCString { H5Dopen2(file, $0, chdf5_default()) } }
            #expect(H5DSis_attached(ids[2], ids[0], 0) == 1 && H5DSis_attached(ids[2], ids[1], 1) == 1)
            #expect(H5DSis_attached(ids[3], ids[0], 0) == 1 && H5DSis_attached(ids[3], ids[1], 1) == 1)
            #expect(H5DSis_attached(ids[4], ids[1], 0) == 1 && H5DSis_attached(ids[4], ids[1], 1) == 1)
            #expect(H5DSis_attached(ids[2], ids[1], 0) == 0 && H5DSis_attached(ids[4], ids[0], 0) == 0)
            #expect(H5DSget_num_scales(ids[4], 1) == 1)
            for id in ids { H5Dclose(id) }
            H5Fclose(file)
        }
    }

    @Test("nothing is visible before the commit, and nothing is left after a discard")
    func atomic() throws {
        try AtomicFile.write("old", to: path)
        var writer: HDF5Writer? = try HDF5Writer(creating: path)
        try writer?.dataset("x", type: .float32, shape: [2]).write([Float(1), 2])
        #expect(try FileBytes(reading: path).bytes == Array("old".utf8))
        writer = nil
        #expect(folder.entries == ["out.nc"])
        let discarded = try HDF5Writer(creating: path)
        discarded.discard()
        #expect(message { try discarded.commit() }.contains("already committed or discarded"))
        #expect(folder.entries == ["out.nc"])
    }

    @Test("what makes no sense is refused in words")
    func mistakes() throws {
        let writer = try HDF5Writer(creating: path)
        let dataset = try writer.dataset("x", type: .int8, shape: [2, 2])
        #expect(message { try dataset.write([Int8(1)]) }.contains("1 numbers were given for the 4 of shape [2, 2]"))
        #expect(message { try dataset.write([300, 0, 0, 0]) }.contains("300 does not fit"))
        #expect(message { try dataset.write([Float(1), 0, 0, 0]) }.contains("floats were given"))
        #expect(message { try dataset.write([Int8(1), 2], row: 2) }.contains("has 2 rows"))
        #expect(message { try writer.dataset("x", type: .int8, shape: [2]) }.contains("/x cannot be written"))
        #expect(message { try writer.dataset("", type: .int8, shape: [2]) }.contains("cannot be a path"))
        #expect(message { try writer.dataset("a/../b", type: .int8, shape: [2]) }.contains("cannot be a path"))
        #expect(
            message { try writer.dataset("y", type: .int8, shape: [2], dimensions: ["epoch"]) }
                .contains("no scale 'epoch' yet"))
        #expect(
            message { try writer.dataset("z", type: .int8, shape: [2, 2], dimensions: ["epoch"]) }
                .contains("name all axes or none"))
        #expect(message { try writer.attribute("a", .int(1), at: "/no") }.contains("no such group or dataset"))
        #expect(message { try writer.strings("s", ["a\0b"]) }.contains("NUL"))
    }

    @Test("names that users give become one path component", arguments: ["a/b", ".", "..", "", "50%", "a\0b", "größe"])
    func escaping(name: String) throws {
        let escaped = HDF5Path.escape(name)
        let writer = try HDF5Writer(creating: path)
        try writer.dataset("g/" + escaped, type: .float32, shape: [1]).write([Float(1)])
        try writer.commit()
        let file = try HDF5File(path: path)
        #expect(file.children(of: "g").map(\.name) == [escaped])
    }

    @Test("escaped names stay apart")
    func escapingIsInjective() {
        let names = ["a/b", "a%2Fb", "a%252Fb", ".", "%2E", "", "%", "%00", "\0"]
        #expect(Set(names.map(HDF5Path.escape)).count == names.count)
    }

    @Test("a folder that is not there is named")
    func missingFolder() {
        #expect(
            message { _ = try HDF5Writer(creating: folder.path + "/no/out.nc") }
                .contains("the folder does not exist"))
    }
}
