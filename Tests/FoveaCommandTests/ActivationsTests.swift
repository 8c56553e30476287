import HDF5
import TestSupport
import Testing

@Suite("fovea activations")
struct ActivationsTests {
    private func activations(_ folder: TemporaryFolder, _ arguments: [String]) throws -> HDF5File {
        let path = folder.path + "/activations.h5"
        let outcome = try CommandLineTool.run(["activations"] + arguments + ["-o", path])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try HDF5File(path: path)
    }

    @Test(
        "Outputs, layers, attention and Jacobian are Keras'",
        arguments: ["zoo/pkg_luong.k2", "zoo/transformer.k3", "zoo/multi_output.k2", "keras/softmax_axis.k2"])
    func whole(_ name: String) throws {
        let folder = try TemporaryFolder()
        let reference = Fixtures.path("\(name).expected.h5")
        let file = try activations(folder, [Fixtures.path("\(name).h5"), "--data", reference, "--all", "--jacobian"])
        let expected = try HDF5File(path: reference)
        let y = expected.object(at: "/y") == nil ? "/y0" : "/y"
        #expect(largestDifference(try file.tensor("/outputs/0"), try expected.tensor(y)) <= 2e-5)
        for layer in expected.children(of: "/layers") {
            for output in expected.children(of: layer.path) {
                #expect(largestDifference(try file.tensor(output.path), try expected.tensor(output.path)) <= 5e-5)
            }
        }
        for layer in expected.children(of: "/attention") {
            #expect(largestDifference(try file.tensor(layer.path), try expected.tensor(layer.path)) <= 2e-5)
        }
        let jacobian = try expected.tensor("/jac0")
        #expect(largestRowwiseDifference(try file.tensor("/jacobian/0"), jacobian) <= 1e-3)
    }

    @Test("The Jacobian of tokens is that of their embedding")
    func tokens() throws {
        let folder = try TemporaryFolder()
        let reference = Fixtures.path("zoo/embed_lstm_att.k2.expected.h5")
        let file = try activations(
            folder,
            [Fixtures.path("zoo/embed_lstm_att.k2.h5"), "--data", reference, "--layer", "embed", "--jacobian"])
        let expected = try HDF5File(path: reference).tensor("/jac_embedding")
        #expect(largestRowwiseDifference(try file.tensor("/jacobian/0"), expected) <= 1e-3)
        #expect(file.children(of: "/layers").map(\.name) == ["embed"])
    }
}
