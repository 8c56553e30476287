import HDF5
import Networks
import TestSupport
import Tensors
import Testing

@testable import Checkpoints
@testable import Training

@Suite("The founding model")
struct TemplateTests {
    @Test("Is described as Keras describes it")
    func configuration() throws {
        let file = try HDF5File(path: Fixtures.path("training/steps.h5"))
        let keras = try JSONParser.parse(#require(try file.stringsAttribute("config", at: "adam")?.first))
        let own = ModelTemplate.founding(units: 12, attentionUnits: 10, dropout: 0, length: 8).configuration
        let (expected, found) = (keras["config"]?["layers"]?.array ?? [], own["config"]?["layers"]?.array ?? [])
        #expect(found.compactMap { $0["class_name"]?.string } == expected.compactMap { $0["class_name"]?.string })
        for (found, expected) in zip(found, expected) {
            for (option, value) in found["config"]?.object ?? [:] where option != "name" {
                #expect(expected["config"]?[option] == value, "\(option)")
            }
        }
    }

    @Test("Starts with Keras' initialisers: forget bias 1, orthogonal recurrent weights, glorot uniform kernels")
    func initialisers() throws {
        let graph = try ModelTemplate.founding(units: 8, attentionUnits: 10, length: 8).freshGraph(seed: 1)
        let layers = graph.weightedLayers
        let lstm = try #require(layers.first?.parameters.map(\.value))
        #expect(lstm[2].values == (0..<32).map { 8..<16 ~= $0 ? 1 : 0 })
        let product = lstm[1].matmul(lstm[1], rightTransposed: true)
        for row in 0..<8 {
            for column in 0..<8 { #expect(abs(product.values[row * 8 + column] - (row == column ? 1 : 0)) < 1e-5) }
        }
        let limit = Float(6.0 / (16 + 10)).squareRoot()
        let vector = try #require(layers[1].parameters.last?.value)
        #expect(vector.shape == [16, 10] && vector.values.allSatisfy { abs($0) <= limit })
        #expect(vector.values.contains { $0 > 0.8 * limit } && vector.values.contains { $0 < -0.8 * limit })
        #expect(layers[2].parameters[1].value.values == [0])
    }

    @Test("Has weights of its seed")
    func seeds() throws {
        let graphs = try [1, 1, 2].map { try ModelTemplate.founding(units: 4, length: nil).freshGraph(seed: $0) }
        let weights = graphs.map { $0.weightedLayers.flatMap { $0.parameters.map(\.value) } }
        #expect(weights[0] == weights[1] && weights[0] != weights[2])
        // Two weights of one name and shape are not the same draw.
        let bahdanau = try ModelTemplate.founding(units: 4, score: "bahdanau", length: nil).freshGraph(seed: 1)
        let attention = bahdanau.weightedLayers[1].parameters.map(\.value)
        #expect(attention[1].shape == attention[2].shape && attention[1] != attention[2])
    }

    @Test("Options that only matter in training and have no rule are refused by name")
    func refusals() throws {
        let plain = ModelTemplate.founding(length: 8)
        #expect(throws: Never.self) { try plain.requireTrainable() }
        let penalty = try JSONParser.parse(
            #"{"class_name": "Dense", "config": {"name": "d", "kernel_regularizer": {"class_name": "L2", "config": {}}}}"#
        )
        let inner = try JSONParser.parse(#"{"class_name": "LSTM", "config": {"name": "l", "recurrent_dropout": 0.1}}"#)
        for layer in [penalty, inner] {
            let model = JSONValue.object([
                "class_name": .string("Sequential"), "config": .object(["layers": .array([layer])]),
            ])
            let error = #expect(throws: NetworkError.self) {
                try Architecture(model, kerasVersion: "2.21.0", name: "m").requireTrainable()
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains(layer["class_name"]?.string ?? "?"))
        }
    }
}
