import Files
import HDF5

/// The layout that Keras 2 calls "h5": groups by layer name, listed by the attributes `layer_names` and `weight_names`.
///
/// A full model keeps the configuration in the root's `model_config` and the groups under `/model_weights`; a weights-only
/// file has the groups at the root and no architecture.
struct LegacyHDF5 {
    let file: HDF5File

    func checkpoint(epoch: Int?, bytes: FileBytes) throws -> Checkpoint {
        let attributes = file.attributeNames(at: "/")
        let isModel = attributes.contains("model_config")
        if !isModel, !attributes.contains("layer_names"), !attributes.contains("layer_names0") {
            if file.object(at: "/model_weights") == nil { throw CheckpointError.notKeras(file: file.name) }
        }
        let root = isModel || file.object(at: "/model_weights") != nil ? "/model_weights" : "/"
        return Checkpoint(
            path: file.name, epoch: epoch, format: isModel ? .legacyModel : .legacyWeights,
            kerasVersion: try version(root), configuration: try isModel ? json("model_config") : nil,
            trainingConfiguration: try attributes.contains("training_config") ? json("training_config") : nil,
            layers: try layers(root), bytes: bytes, file: file)
    }

    private func version(_ root: String) throws -> String? {
        for group in ["/", root] {
            if let version = try file.stringsAttribute("keras_version", at: group)?.first { return version }
        }
        return nil
    }

    private func json(_ attribute: String) throws -> JSONValue {
        guard let text = try file.stringsAttribute(attribute, at: "/"), text.count == 1 else {
            throw CheckpointError.badConfiguration(file: file.name, reason: "the attribute `\(attribute)` is no text")
        }
        do {
            return try JSONParser.parse(text[0])
        } catch {
            throw CheckpointError.badConfiguration(
                file: file.name, reason: "the attribute `\(attribute)` is no JSON: \(error)")
        }
    }

    private func layers(_ root: String) throws -> [Checkpoint.StoredLayer] {
        let names = try listing("layer_names", at: root)
        var seen: Set<String> = []
        return try names.map { name in
            let group = root == "/" ? "/\(name)" : "\(root)/\(name)"
            guard seen.insert(name).inserted else {
                throw CheckpointError.badListing(
                    file: file.name, object: root, reason: "`layer_names` names the layer `\(name)` twice")
            }
            guard file.object(at: group)?.kind == .group else {
                throw CheckpointError.badListing(
                    file: file.name, object: root, reason: "`layer_names` names the layer `\(name)`, which has no group"
                )
            }
            return Checkpoint.StoredLayer(name: name, weights: try weights(of: name, in: group))
        }
    }

    private func weights(of layer: String, in group: String) throws -> [Checkpoint.StoredWeight] {
        try listing("weight_names", at: group).map { name in
            let path = "\(group)/\(name)"
            guard !name.split(separator: "/").contains(".."), !name.hasPrefix("/"), let object = file.object(at: path)
            else {
                throw CheckpointError.missingWeight(layer: layer, weight: name, file: file.name)
            }
            guard object.kind != .group else {
                throw CheckpointError.badListing(
                    file: file.name, object: path, reason: "a group stands where the weight should be")
            }
            return Checkpoint.StoredWeight(name: name, shape: object.shape, path: path)
        }
    }

    /// A list of names; Keras splits one over 64 kB into `NAME0`, `NAME1`, ...
    private func listing(_ attribute: String, at path: String) throws -> [String] {
        if let names = try file.stringsAttribute(attribute, at: path) {
            if names.contains("") { throw emptyName(attribute, path) }
            return names
        }
        var names: [String] = []
        var part = 0
        while let more = try file.stringsAttribute("\(attribute)\(part)", at: path) {
            names += more
            part += 1
        }
        guard part > 0 else {
            throw CheckpointError.badListing(
                file: file.name, object: path, reason: "the attribute `\(attribute)` is missing")
        }
        if names.contains("") { throw emptyName(attribute, path) }
        return names
    }

    private func emptyName(_ attribute: String, _ path: String) -> CheckpointError {
        .badListing(file: file.name, object: path, reason: "`\(attribute)` holds an empty name")
    }
}
