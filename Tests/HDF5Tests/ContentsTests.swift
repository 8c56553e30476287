import Files
import HDF5
import Testing

@Suite("Table of contents and refusals") struct ContentsTests {
    @Test("groups and datasets are listed, parents first")
    func listing() throws {
        let file = try HDF5File(path: fixture("keras.h5"))
        #expect(
            file.objects.map(\.path) == [
                "/model_weights", "/model_weights/dense", "/model_weights/dense/dense",
                "/model_weights/dense/dense/bias:0", "/model_weights/dense/dense/kernel:0", "/model_weights/dropout",
                "/model_weights/lstm", "/model_weights/lstm/lstm", "/model_weights/lstm/lstm/bias:0",
                "/model_weights/lstm/lstm/kernel:0", "/model_weights/lstm/lstm/recurrent_kernel:0",
            ])
        #expect(file.children(of: "model_weights").map(\.name) == ["dense", "dropout", "lstm"])
        #expect(file.children(of: "/").map(\.name) == ["model_weights"])
        #expect(try file.stringsAttribute("weight_names", at: "/model_weights/dropout") == [])
        #expect(file.object(at: "model_weights/lstm/lstm/kernel:0/")?.shape == [3, 16])
    }

    @Test(
        "links are listed and not followed",
        arguments: [
            ("/soft", "is a soft link"), ("/loop", "is a soft link"), ("/dangling", "is a soft link"),
            ("/external", "is a link to another file"), ("/group/again", "second name of the group /group"),
            ("/group/root", "second name of the group /"), ("/type", "neither a group nor a dataset"),
        ])
    func links(path: String, reason: String) throws {
        let file = try HDF5File(path: fixture("links.h5"))
        #expect(file.object(at: path)?.kind == .refused)
        #expect(message { _ = try file.floats(at: path) }.contains(reason))
        #expect(try file.floats(at: "/second_name").values == file.floats(at: "/real").values)
    }

    @Test("deep groups, long names and names that are too long spoil nothing")
    func unusualNames() throws {
        let file = try HDF5File(path: fixture("links.h5"))
        #expect(file.objects.contains { $0.problem?.contains("64 groups deep") == true })
        #expect(try file.floats(at: "/größe/" + String(repeating: "x", count: 300)).values.count == 6)
        #expect(file.objects.contains { $0.name == String(repeating: "z", count: 64) && $0.kind == .refused })
        let deep = "/deep/" + [String](repeating: "d", count: 70).joined(separator: "/")
        #expect(message { _ = try file.floats(at: deep) }.contains("what is in it is not listed"))
    }

    @Test(
        "data kept elsewhere is refused, and nothing of it shows",
        arguments: [("external", "external storage"), ("virtual", "virtual"), ("virtual_here", "virtual")])
    func elsewhere(name: String, reason: String) throws {
        let file = try HDF5File(path: fixture("elsewhere.h5"))
        #expect(message { _ = try file.integers(at: name) }.contains(reason))
        #expect(try file.floats(at: "real").values == [0, 1, -2.5])
    }

    @Test(
        "declared giants are refused before a byte is reserved, and their neighbours are read",
        arguments: [
            ("contiguous", "4398 GB"), ("chunked", "4398 GB"), ("overflow", "more bytes than can be counted"),
            ("bomb", "decompression bomb"),
        ])
    func giants(name: String, reason: String) throws {
        var limits = HDF5Limits()
        limits.generousBytes = 1 << 20
        let file = try HDF5File(path: fixture("huge.h5"), limits: limits)
        #expect(message { _ = try file.floats(at: name) }.contains(reason))
        #expect(try file.floats(at: "small").values.count == 6)
    }

    @Test("a dataset that claims more bytes than the file has is refused")
    func outside() throws {
        let file = try HDF5File(path: fixture("outside.h5"))
        #expect(message { _ = try file.floats(at: "claim") }.contains("more than there are in the file"))
    }

    @Test("too many objects are an error of the file")
    func tooMany() {
        var limits = HDF5Limits()
        limits.objects = 5
        #expect(message { _ = try HDF5File(path: fixture("keras.h5"), limits: limits) }.contains("more than 5 objects"))
    }

    @Test("a user block and the latest format are read")
    func formats() throws {
        #expect(try HDF5File(path: fixture("user_block.h5")).floats(at: "x").values.count == 6)
        let latest = try HDF5File(path: fixture("latest.h5"))
        #expect(latest.attributeNames(at: "/").count == 40)
        #expect(try latest.doublesAttribute("a39", at: "/") == [39])
    }

    @Test(
        "a truncated file says so, and how much is missing",
        arguments: ["truncated_numbers.h5", "truncated_user_block.h5", "truncated_latest.h5"])
    func truncated(name: String) {
        let text = message { _ = try HDF5File(path: fixture(name)) }
        #expect(text.contains("the file is truncated: it ends after") && text.hasSuffix("copy it again"))
    }

    @Test("a file that its writer did not close says so")
    func stillOpen() {
        #expect(message { _ = try HDF5File(path: fixture("still_open.h5")) }.contains("never closed"))
    }

    @Test(
        "what is not HDF5 says what it is",
        arguments: [
            ([UInt8]("<!DOCTYPE html>".utf8), "starts with the text \"<!DOCTYPE html>\""), ([], "it is empty"),
            ([0x50, 0x4B, 3, 4, 0], "zip archive"), ([0x89, 0x48], "starts with the bytes 89 48"),
            ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], "ends within its header, after 8 bytes"),
        ])
    func notHDF5(bytes: [UInt8], reason: String) {
        #expect(message { _ = try HDF5File(bytes: bytes, name: "f.h5") }.contains(reason))
    }

    @Test("the image of a file in memory is as good as the file")
    func image() throws {
        let bytes = try FileBytes(reading: fixture("keras.h5"))
        #expect(HDF5File.hasSignature(bytes.bytes))
        let file = try HDF5File(bytes: bytes.bytes, name: "model.keras:model.weights.h5")
        #expect(try file.floats(at: "/model_weights/dense/dense/bias:0").shape == [1])
        #expect(message { _ = try file.floats(at: "/no") }.hasPrefix("model.keras:model.weights.h5: there is no /no"))
    }
}
