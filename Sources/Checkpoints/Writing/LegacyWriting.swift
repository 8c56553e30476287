import HDF5
import Tensors

/// Writes the layout that Keras 2 calls "h5": groups by layer name, listed by the attributes `layer_names` and `weight_names`, all
/// texts marked as ASCII as h5py marks them; see ``LegacyHDF5`` for reading.
struct LegacyWriting {
    let model: SavedStructure

    /// Weights only: the groups stand at the root.
    func writeWeights(version: String, to path: String) throws {
        let file = try HDF5Writer(creating: path)
        try write(to: file, under: "", version: version)
        try file.commit()
    }

    /// A full model: the configuration at the root, the groups under `/model_weights`.
    func writeModel(_ saved: SavedModel, to path: String) throws {
        let file = try HDF5Writer(creating: path)
        try file.attribute("keras_version", .string(saved.kerasVersion))
        try file.attribute("backend", .string("tensorflow"))
        try file.attribute("model_config", .asciiString(saved.configuration.text))
        if let training = saved.trainingConfiguration {
            try file.attribute("training_config", .asciiString(training.text))
        }
        try file.group("/model_weights")
        try write(to: file, under: "/model_weights", version: saved.kerasVersion)
        try file.commit()
    }

    private func write(to file: HDF5Writer, under root: String, version: String) throws {
        let place = root.isEmpty ? "/" : root
        try file.attribute("layer_names", .asciiStrings(model.nodes.map(\.name)), at: place)
        try file.attribute("backend", .asciiString("tensorflow"), at: place)
        try file.attribute("keras_version", .asciiString(version), at: place)
        for node in model.nodes {
            try write(Self.weights(of: node, prefix: node.name), to: file, group: "\(root)/\(node.name)")
        }
        try write([], to: file, group: "\(root)/top_level_model_weights")
    }

    private func write(_ weights: [(name: String, value: Tensor)], to file: HDF5Writer, group: String) throws {
        try file.group(group)
        // An empty list is an array of numbers: numpy has no other type for it.
        let names = weights.map(\.name)
        try file.attribute("weight_names", names.isEmpty ? .doubles([]) : .asciiStrings(names), at: group)
        for weight in weights {
            try file.dataset("\(group)/\(weight.name)", type: .float32, shape: weight.value.shape).write(
                weight.value.values)
        }
    }

    /// The weights of a layer under the names that tf_keras gives them, such as `lstm/lstm_cell/kernel:0`.
    private static func weights(of node: SavedStructure.Node, prefix: String) -> [(name: String, value: Tensor)] {
        if let layers = node.layers {
            // A nested model's name is not part of its weights' names.
            return layers.flatMap { weights(of: $0, prefix: $0.name) }
        }
        let own = node.weights.map {
            (name: "\(prefix)/\(self.name(of: $0.name, in: node, prefix: prefix)):0", value: $0.value)
        }
        return own
            + node.parts.flatMap { attribute, part in
                weights(of: part, prefix: attribute == "layer" ? prefix : "\(prefix)/\(part.name)")
            }
    }

    private static func name(of weight: String, in node: SavedStructure.Node, prefix: String) -> String {
        if let cell = node.cellName { return "\(cell)/\(weight)" }
        switch node.className {
        case "SeqSelfAttention", "SeqWeightedAttention", "AttentionWeightedAverage": return "\(node.name)_\(weight)"
        case "Attention" where node.isPackageAttention && node.isScoreless && weight == "luong_w/kernel":
            return "attention_score_vec/kernel"
        default: return weight
        }
    }
}
