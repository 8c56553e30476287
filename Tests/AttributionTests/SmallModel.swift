import Checkpoints
import Foundation
import HDF5
import Networks
import Tensors

/// Networks made for a test: written as Keras' full model files and read again.
enum SmallModel {
    struct Layer {
        let name: String
        /// Under Keras' names, in its order.
        let weights: [(name: String, value: Tensor)]
    }

    static func graph(_ layers: [Layer], configuration: String) throws -> LayerGraph {
        let folder = FileManager.default.temporaryDirectory.appending(path: "attribution-tests-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let writer = try HDF5Writer(creating: folder + "/model.h5")
        try writer.group("model_weights")
        for layer in layers {
            try writer.group("model_weights/\(layer.name)")
            for (name, value) in layer.weights {
                let path = "model_weights/\(layer.name)/\(layer.name)/\(name):0"
                try writer.dataset(path, type: .float32, shape: value.shape).write(value.values)
            }
            let names = layer.weights.map { "\(layer.name)/\($0.name):0" }
            try writer.attribute("weight_names", .strings(names), at: "model_weights/\(layer.name)")
        }
        try writer.attribute("layer_names", .strings(layers.map(\.name)), at: "model_weights")
        try writer.attribute("model_config", .string(configuration))
        try writer.attribute("keras_version", .string("2.15.0"))
        try writer.commit()
        return try Network(Checkpoint(path: folder + "/model.h5")).graph
    }

    /// A Sequential from sequences N×T×features: one layer between the input and a Dense(1) without bias, all weights drawn.
    ///
    /// - Parameter shapes: Of the layer's weights; biases (names that hold "bias") are zero.
    static func sequential(
        features: Int, time: Int? = nil, layer json: String, shapes: [(name: String, shape: [Int])], width: Int,
        seed: UInt64 = 11, activation: String = "linear", units: Int = 1
    ) throws -> LayerGraph {
        var generator = SplitMix64(seed: seed)
        let draw = { (shape: [Int]) in
            Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { _ in 2 * generator.uniform() - 1 })
        }
        let weights = shapes.map { name, shape in
            (name: name, value: name.contains("bias") ? Tensor(shape: shape, repeating: 0) : draw(shape))
        }
        let configuration = """
            {"class_name": "Sequential", "config": {"name": "small", "layers": [
              {"class_name": "InputLayer", "config": {
                "batch_input_shape": [null, \(time.map(String.init) ?? "null"), \(features)], "name": "input"}},
              \(json),
              {"class_name": "Dense", "config": {
                "name": "out", "units": \(units), "use_bias": false, "activation": "\(activation)"}}]}}
            """
        return try graph(
            [
                Layer(name: "middle", weights: weights),
                Layer(name: "out", weights: [("kernel", draw([width, units]))]),
            ], configuration: configuration)
    }

    /// Sequences of numbers drawn from (-1, 1).
    static func sequences(count: Int, time: Int, features: Int, seed: UInt64 = 3) -> Tensor {
        var generator = SplitMix64(seed: seed)
        let values = (0..<(count * time * features)).map { _ in 2 * generator.uniform() - 1 }
        return Tensor(shape: [count, time, features], values: values)
    }
}
