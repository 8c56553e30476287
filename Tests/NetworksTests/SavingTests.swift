import Checkpoints
import Foundation
import HDF5
import Networks
import TestSupport
import Tensors
import Testing

@Suite("A network that is saved is the same network when it is read again")
struct SavingTests {
    /// Every network of the zoo, in the dialects of Keras 2 and 3.
    static let networks = ZooCase.all.filter {
        $0.weights == $0.name + ".h5" || $0.weights.hasSuffix(".keras") || $0.folder == "keras"
    }

    @Test("In every format: weights bit for bit, outputs too", arguments: networks)
    func roundTrip(_ zoo: ZooCase) throws {
        let original = try network(zoo)
        let expected = try HDF5File(path: Fixtures.path("\(zoo.folder)/\(zoo.name).expected.h5"))
        let x = try inputs(of: expected)
        let y = try original.graph.evaluate(x).outputs
        let folder = try TemporaryFolder()
        for format in CheckpointFormat.allCases {
            let path = folder.path("saved." + format.rawValue)
            do { try original.savedModel().write(as: format, to: path) } catch CheckpointError.cannotTranslate(
                _, let reason)
            {
                #expect(reason.contains("hard_sigmoid"))
                continue
            }
            let checkpoint = try Checkpoint(path: path)
            let architecture = try checkpoint.configuration == nil ? Architecture(reading: zoo.fullModel) : nil
            let again = try Network(checkpoint, architecture: architecture)
            #expect(weights(of: again) == weights(of: original), "\(format)")
            #expect(try again.graph.evaluate(x).outputs == y, "\(format)")
        }
    }

    @Test(
        "Names, shapes and order are those of tf_keras' own weights file",
        arguments: ZooCase.all.filter { $0.weights.hasSuffix(".k2w.h5") && $0.folder == "zoo" })
    func legacyNames(_ zoo: ZooCase) throws {
        let folder = try TemporaryFolder()
        try network(zoo).savedModel().write(as: .legacyWeights, to: folder.path("saved.h5"))
        let saved = try HDF5File(path: folder.path("saved.h5"))
        let keras = try HDF5File(path: Fixtures.path("\(zoo.folder)/\(zoo.weights)"))
        #expect(try saved.stringsAttribute("layer_names", at: "/") == keras.stringsAttribute("layer_names", at: "/"))
        #expect(described(saved) == described(keras))
    }

    @Test(
        "Groups and shapes are those of Keras 3's own weights file",
        arguments: ZooCase.all.filter { $0.weights.hasSuffix(".k3.weights.h5") })
    func v3Names(_ zoo: ZooCase) throws {
        let folder = try TemporaryFolder()
        try network(zoo).savedModel().write(as: .v3Weights, to: folder.path("saved.weights.h5"))
        let keras = try HDF5File(path: Fixtures.path("\(zoo.folder)/\(zoo.weights)"))
        // Optimiser slots, and the parts of a layer that have no weights, are Keras' own affair.
        let isOurs = { (line: String) in !line.hasPrefix("/optimizer") && !line.contains("/_") }
        #expect(described(try HDF5File(path: folder.path("saved.weights.h5"))) == described(keras).filter(isOurs))
    }

    @Test(
        "A weights-only file becomes a full model of what was inferred",
        arguments: ["pkg_luong.k2w.h5", "pkg_bahdanau.k2w.h5", "gru_reset_before.k2w.h5", "stacked_lstm.k2w.h5"])
    func inferred(_ name: String) throws {
        let original = try Network(Checkpoint(path: Fixtures.path("zoo/\(name)")))
        let folder = try TemporaryFolder()
        try original.savedModel().write(as: .legacyFull, to: folder.path("full.h5"))
        let again = try Network(Checkpoint(path: folder.path("full.h5")))
        #expect(again.assumptions.isEmpty)
        #expect(weights(of: again) == weights(of: original))
        let x = try inputs(
            of: HDF5File(path: Fixtures.path("zoo/" + name.replacing("k2w.h5", with: "k2.expected.h5"))))
        #expect(try again.graph.evaluate(x).outputs == original.graph.evaluate(x).outputs)
    }

    @Test("The same model gives the same bytes", arguments: CheckpointFormat.allCases)
    func deterministic(_ format: CheckpointFormat) throws {
        let model = try network(ZooCase(folder: "zoo", name: "pkg_luong.k2", weights: "pkg_luong.k2.h5")).savedModel()
        let folder = try TemporaryFolder()
        for name in ["first", "second"] { try model.write(as: format, to: folder.path(name)) }
        let first = try Data(contentsOf: URL(fileURLWithPath: folder.path("first")))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path("second"))) == first)
    }

    @Test("CuDNN's layers become plain ones", arguments: ["cudnn_lstm", "cudnn_gru"])
    func cudnn(_ name: String) throws {
        let checkpoint = try Checkpoint(path: Fixtures.path("cudnn/\(name).k2w.h5"))
        let original = try Network(checkpoint, architecture: Architecture(reading: Fixtures.path("cudnn/\(name).json")))
        let folder = try TemporaryFolder()
        try original.savedModel().write(as: .legacyFull, to: folder.path("plain.h5"))
        let again = try Network(Checkpoint(path: folder.path("plain.h5")))
        #expect(!again.graph.nodes.contains { $0.className.hasPrefix("CuDNN") })
        #expect(weights(of: again) == weights(of: original))
        let x = try inputs(of: HDF5File(path: Fixtures.path("cudnn/\(name).k2w.expected.h5")))
        #expect(try again.graph.evaluate(x).outputs == original.graph.evaluate(x).outputs)
    }

    @Test("A hard sigmoid is not carried over, since Keras 2 and 3 differ in it")
    func hardSigmoid() throws {
        var model = try network(ZooCase(folder: "zoo", name: "lstm_last.k2", weights: "lstm_last.k2.h5")).savedModel()
        model.configuration = .object([
            "class_name": .string("Sequential"),
            "config": .object([
                "layers": .array([
                    .object([
                        "class_name": .string("Dense"),
                        "config": .object([
                            "name": .string("d"), "units": .number(1), "activation": .string("hard_sigmoid"),
                            "batch_input_shape": .array([.null, .number(1)]),
                        ]),
                    ])
                ])
            ]),
        ])
        model.layers = [
            .init(
                name: "d", className: "Dense",
                weights: [("kernel", Tensor(shape: [1, 1], values: [1])), ("bias", Tensor(shape: [1], values: [0]))])
        ]
        let folder = try TemporaryFolder()
        #expect(throws: CheckpointError.self) { try model.write(as: .kerasArchive, to: folder.path("x.keras")) }
        #expect(!FileManager.default.fileExists(atPath: folder.path("x.keras")))
        try model.write(as: .legacyFull, to: folder.path("x.h5"))
    }

    @Test("Layers that the configuration does not name are an error, and no file is left")
    func misfit() throws {
        var model = try network(ZooCase(folder: "zoo", name: "lstm_last.k2", weights: "lstm_last.k2.h5")).savedModel()
        model.layers[0].name = "other"
        let folder = try TemporaryFolder()
        for format in CheckpointFormat.allCases {
            #expect(throws: CheckpointError.self) { try model.write(as: format, to: folder.path("x")) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")).isEmpty)
    }

    private func network(_ zoo: ZooCase) throws -> Network {
        let checkpoint = try Checkpoint(path: Fixtures.path("\(zoo.folder)/\(zoo.weights)"))
        return try Network(
            checkpoint, architecture: checkpoint.configuration == nil ? Architecture(reading: zoo.fullModel) : nil)
    }

    private func inputs(of expected: HDF5File) throws -> [Tensor] {
        var inputs: [Tensor] = []
        while expected.object(at: "/x\(inputs.count)") != nil {
            inputs.append(try expected.tensor("/x\(inputs.count)"))
        }
        return inputs
    }

    private func weights(of network: Network) -> [String: Tensor] {
        var weights: [String: Tensor] = [:]
        for node in network.graph.nodes {
            for parameter in node.layer?.parameters ?? [] {
                weights["\(node.name)/\(parameter.name)"] = parameter.value
            }
        }
        return weights
    }

    /// Each group and dataset with its shape and its lists of names, sorted.
    private func described(_ file: HDF5File) -> [String] {
        file.objects.map { object in
            let names = (try? file.stringsAttribute("weight_names", at: object.path)) ?? nil
            return object.path + (object.kind == .group ? " group" : " \(object.shape)")
                + (names.map { " \($0)" } ?? "")
        }.sorted()
    }
}
