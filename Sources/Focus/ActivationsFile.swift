import Attention
import HDF5
import Networks
import Tasks
import Tensors

/// What `fovea activations` writes: the outputs of a network, of its layers, its attention, and on request the Jacobian.
///
///     /outputs/<k>          N × output shape
///     /layers/<name>/<k>    N × the layer's k-th output
///     /attention/<layer>    the attention weights as the layer computed them
///     /jacobian/<k>         N × flattened outputs × shape of input k; of token inputs, the shape of their embedding's output
public struct ActivationsFile: Sendable {
    /// Which layers to write.
    public enum Selection: Sendable {
        case all
        case named([String])
    }

    private let network: Network
    private let inputs: [Tensor]

    /// The activations of a network on a probe set.
    ///
    /// - Throws: `NetworkError` if the data does not fit.
    public init(_ network: Network, on probes: ProbeSet, path: String) throws {
        self.network = network
        do {
            inputs = try network.graph.adapted(probes.inputs)
        } catch let error as NetworkError {
            throw error.naming(file: path)
        }
    }

    /// Computes and writes them; the file appears whole or not at all.
    ///
    /// - Throws: `NetworkError.noSuchLayer`, or what is wrong with writing.
    public func write(_ selection: Selection, jacobian: Bool, to path: String) throws {
        let graph = network.graph
        if case .named(let names) = selection {
            for name in names where !graph.nodes.contains(where: { $0.name == name }) {
                throw NetworkError.noSuchLayer(name: name, known: graph.nodes.map(\.name))
            }
        }
        let evaluation = try graph.evaluate(inputs, recording: jacobian)
        let writer = try HDF5Writer(creating: path)
        func put(_ path: String, _ tensor: Tensor) throws {
            try writer.dataset(path, type: .float32, shape: tensor.shape).write(tensor.values)
        }
        for (index, output) in evaluation.outputs.enumerated() { try put("/outputs/\(index)", output) }
        var counts: [String: Int] = [:]
        for (index, node) in graph.nodes.enumerated() where isWanted(node.name, selection) {
            for tensor in evaluation.outputs(ofNode: index) {
                let place = counts[node.name, default: 0]
                counts[node.name] = place + 1
                try put("/layers/\(HDF5Path.escape(node.name))/\(place)", tensor)
            }
        }
        for (layer, weights) in evaluation.attention { try put("/attention/\(HDF5Path.escape(layer))", weights) }
        if jacobian {
            for index in inputs.indices { try put("/jacobian/\(index)", try self.jacobian(evaluation, input: index)) }
        }
        try writer.commit()
    }

    private func isWanted(_ name: String, _ selection: Selection) -> Bool {
        switch selection {
        case .all: true
        case .named(let names): names.contains(name)
        }
    }

    /// One backward pass per output unit serves all instances, since each output depends on its own instance only.
    private func jacobian(_ evaluation: Evaluation, input: Int) throws -> Tensor {
        let target = network.graph.differentiableInput(input)
        let shape = evaluation.outputs(ofNode: target.node)[target.output].shape
        let (count, width) = (shape[0], shape.dropFirst().reduce(1, *))
        let units = evaluation.outputs.map { $0.count / max(1, count) }
        let total = units.reduce(0, +)
        var result = Tensor(shape: [count, total] + shape.dropFirst(), repeating: 0)
        var row = 0
        for (output, tensor) in evaluation.outputs.enumerated() {
            for unit in 0..<units[output] {
                var cotangent = Tensor(shape: tensor.shape, repeating: 0)
                for instance in 0..<count { cotangent.values[instance * units[output] + unit] = 1 }
                let cotangents = evaluation.outputs.indices.map { $0 == output ? cotangent : nil }
                let gradient = try evaluation.gradients(cotangents: cotangents, of: [target])[0]
                for instance in 0..<count {
                    for place in 0..<width {
                        result.values[(instance * total + row) * width + place] =
                            gradient.values[instance * width + place]
                    }
                }
                row += 1
            }
        }
        return result
    }
}
