import HDF5

/// The layout of Keras 3 and of `.weights.h5`: a group per layer, named after its class with a number, and variables numbered
/// within. Which layer of the architecture a group belongs to follows from the order among the groups of its class.
struct V3HDF5 {
    let file: HDF5File

    /// Whether a file has this layout.
    static func isRoot(_ file: HDF5File) -> Bool { container(in: file, at: "") != nil }

    /// The group that holds the layers' groups of a model at `path`; Keras 2.12 names it otherwise.
    private static func container(in file: HDF5File, at path: String) -> String? {
        ["layers", "_layer_checkpoint_dependencies"].map { "\(path)/\($0)" }.first {
            file.object(at: $0)?.kind == .group
        }
    }

    /// Parts of a layer in the order in which Keras lists their weights.
    private static let parts = [
        "cell", "forward_layer", "backward_layer", "layer", "query_dense", "_query_dense", "key_dense", "_key_dense",
        "value_dense", "_value_dense", "output_dense", "_output_dense", "attention_score_vec", "luong_w", "bahdanau_v",
        "bahdanau_w1", "bahdanau_w2", "w_c", "attention_vector",
    ]

    /// The layers of the model.
    func layers() -> [Checkpoint.StoredLayer] { layers(at: "") }

    private func layers(at path: String) -> [Checkpoint.StoredLayer] {
        guard let container = Self.container(in: file, at: path) else { return [] }
        return file.children(of: container).filter { $0.kind == .group }.map { group in
            Checkpoint.StoredLayer(
                name: group.name, weights: weights(at: group.path), children: layers(at: group.path))
        }
    }

    private func weights(at path: String) -> [Checkpoint.StoredWeight] {
        let own = file.children(of: "\(path)/vars").filter { $0.kind != .group }
            .sorted { (Int($0.name) ?? .max, $0.name) < (Int($1.name) ?? .max, $1.name) }
            .map { Checkpoint.StoredWeight(name: $0.name, shape: $0.shape, path: $0.path) }
        let children = file.children(of: path).filter { $0.kind == .group }.map(\.name)
        let parts = Self.parts.filter { part in
            children.contains(part) && !(part == "layer" && children.contains("forward_layer"))
        }
        return own + parts.flatMap { weights(at: "\(path)/\($0)") }
    }
}
