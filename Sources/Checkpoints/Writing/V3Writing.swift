import HDF5
import Tensors

/// Writes the layout of Keras 3's `.weights.h5`: a group per layer, named after its class with a number, and variables numbered within;
/// see ``V3HDF5`` for reading.
struct V3Writing {
    let model: SavedStructure

    /// The file.
    func write(to path: String) throws {
        let file = try HDF5Writer(creating: path)
        try write(to: file)
        try file.commit()
    }

    /// The file's bytes, for an archive.
    func image(named name: String) throws -> [UInt8] {
        let file = try HDF5Writer(inMemory: name)
        try write(to: file)
        return try file.image()
    }

    private func write(to file: HDF5Writer) throws {
        try variables([], of: model.name, at: "", to: file)
        try write(model.nodes, under: "", to: file)
    }

    /// The layers of a model: the k-th of a class is the k-th group of that name, the first one without a number.
    private func write(_ nodes: [SavedStructure.Node], under path: String, to file: HDF5Writer) throws {
        try file.group("\(path)/layers")
        var counts: [String: Int] = [:]
        for node in nodes {
            let name = KerasNaming.snakeCase(node.className == "Model" ? "Functional" : node.className)
            let rank = counts[name, default: 0]
            counts[name] = rank + 1
            try write(node, at: "\(path)/layers/\(name)" + (rank == 0 ? "" : "_\(rank)"), to: file)
        }
    }

    private func write(_ node: SavedStructure.Node, at path: String, to file: HDF5Writer) throws {
        if let cell = node.cellName {
            try variables([], of: node.name, at: path, to: file)
            try variables(node.weights.map(\.value), of: cell, at: "\(path)/cell", to: file)
            return
        }
        var own: [Tensor] = []
        for weight in node.weights {
            guard let (attribute, part) = Self.part(of: weight.name, in: node) else {
                own.append(weight.value)
                continue
            }
            // A part's variables come one after the other: all of them are written with the first.
            let name = weight.name.split(separator: "/").dropLast().joined(separator: "/")
            let values = node.weights.filter { $0.name.hasPrefix("\(name)/") }.map(\.value)
            if weight.name == node.weights.first(where: { $0.name.hasPrefix("\(name)/") })?.name {
                try variables(values, of: part, at: "\(path)/\(attribute)", to: file)
            }
        }
        try variables(own, of: node.name, at: path, to: file)
        for (attribute, part) in node.parts { try write(part, at: "\(path)/\(attribute)", to: file) }
        if let layers = node.layers { try write(layers, under: path, to: file) }
    }

    /// The attribute in which Keras holds the part of a layer that a weight belongs to, and the part's own name.
    private static func part(of weight: String, in node: SavedStructure.Node) -> (attribute: String, name: String)? {
        guard let name = weight.split(separator: "/").dropLast().last.map(String.init) else { return nil }
        switch node.className {
        case "MultiHeadAttention":
            return (name == "attention_output" ? "output_dense" : "\(name)_dense", name)
        case "Attention" where node.isPackageAttention && node.isScoreless:
            return name == "luong_w" ? ("attention_score_vec", "attention_score_vec") : (name, name)
        case "Attention" where node.isPackageAttention:
            return (name == "attention_vector" ? "w_c" : name, name)
        default: return nil
        }
    }

    private func variables(_ values: [Tensor], of name: String, at path: String, to file: HDF5Writer) throws {
        let group = "\(path)/vars"
        try file.group(group)
        try file.attribute("name", .string(name), at: group)
        for (index, value) in values.enumerated() {
            try file.dataset("\(group)/\(index)", type: .float32, shape: value.shape).write(value.values)
        }
    }
}
