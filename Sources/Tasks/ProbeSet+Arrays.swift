import Arrays
import Files
import Tensors

extension ProbeSet {
    /// Reads a probe set from NumPy or text files, by the file's content.
    ///
    /// - `.npz`: keys as the datasets of HDF5 files, `inputs` or `x` (several inputs: `x0`, `x1`, ...), `targets` or `y`, `lengths`,
    ///   `delimiter_index`, `masks_<hypothesis>` or `mask_<hypothesis>`.
    /// - `.npy`: the inputs alone.
    /// - Text: one sequence a row; a first line of names may name columns `target`, `length` and `delimiter_index` beside it. Rows that
    ///   end early are shorter sequences, filled up with 0.
    ///
    /// - Throws: ``ProbeSetError`` or `ArrayFileError`.
    init(arrays file: FileBytes) throws {
        let (path, bytes) = (file.path, file.bytes)
        if NPY.hasSignature(bytes) {
            let inputs = try NPY.array(of: bytes, name: path)
            try self.init(inputs: [Self.tensor(inputs)], origin: path, sha256: file.sha256)
        } else if NPZ.hasSignature(bytes) {
            try self.init(keys: NPZ.arrays(of: bytes, name: path), origin: path, sha256: file.sha256)
        } else if Self.looksLikeText(bytes) {
            try self.init(table: CSVTable(of: bytes, name: path), origin: path, sha256: file.sha256)
        } else {
            throw ProbeSetError.unknownFormat(file: path)
        }
    }

    /// Whether a file may be a table: it has no control characters in its first bytes.
    private static func looksLikeText(_ bytes: [UInt8]) -> Bool {
        !bytes.isEmpty && bytes.prefix(512).allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
            && bytes.contains { (0x30...0x39).contains($0) }
    }

    private static func tensor(_ array: NumericArray) -> Tensor {
        Tensor(shape: array.shape, values: array.values.map { Float($0) })
    }

    /// The set of an archive's arrays.
    private init(keys arrays: [String: NumericArray], origin: String, sha256: String) throws {
        var inputs = [arrays["inputs"] ?? arrays["x"]].compactMap { $0 }
        if inputs.isEmpty {
            while let next = arrays["x\(inputs.count)"] { inputs.append(next) }
        }
        guard !inputs.isEmpty else { throw ProbeSetError.noInputs(origin: origin, found: arrays.keys.sorted()) }
        var targets = (arrays["targets"] ?? arrays["y"]).map(Self.tensor)
        if let column = targets, column.rank == 1 { targets = column.reshaped([column.count, 1]) }
        var hypotheses: [Hypothesis] = []
        for key in arrays.keys.sorted() {
            guard let array = arrays[key], let prefix = ["masks_", "masks/", "mask_"].first(where: key.hasPrefix) else {
                continue
            }
            let name = String(key.dropFirst(prefix.count))
            guard array.shape.count == 2 else {
                throw ProbeSetError.badShape(
                    origin: origin, dataset: "mask `\(name)`", needs: "N×T", found: array.shape)
            }
            guard !hypotheses.contains(where: { $0.name == name }) else { continue }
            hypotheses.append(Hypothesis(name: name, mask: Self.tensor(array), origin: .user))
        }
        let first = inputs[0].shape.count > 1 ? inputs[0].shape[1] : 0
        try self.init(
            inputs: inputs.map(Self.tensor), targets: targets,
            lengths: Self.indices(arrays["lengths"]?.values, "lengths", 1...max(1, first), origin),
            delimiterIndex: Self.indices(
                arrays["delimiter_index"]?.values, "delimiter_index", 0...max(0, first - 1), origin),
            hypotheses: hypotheses, origin: origin, sha256: sha256)
    }

    /// The set of a table.
    private init(table: CSVTable, origin: String, sha256: String) throws {
        let (rows, columns) = try table.sequences(beside: ["target", "length", "delimiter_index"])
        let positions = rows.map(\.count).max() ?? 0
        guard positions > 0 else {
            throw ArrayFileError.badTable(file: origin, reason: "it has no column for the sequences' values")
        }
        let lengths =
            try Self.indices(columns["length"], "length", 1...positions, origin)
            ?? (rows.allSatisfy { $0.count == positions } ? nil : rows.map(\.count))
        let values = rows.flatMap { row in
            row.map { Float($0) } + [Float](repeating: 0, count: positions - row.count)
        }
        try self.init(
            inputs: [Tensor(shape: [rows.count, positions, 1], values: values)],
            targets: columns["target"].map { Tensor(shape: [rows.count, 1], values: $0.map { Float($0) }) },
            lengths: lengths,
            delimiterIndex: Self.indices(columns["delimiter_index"], "delimiter_index", 0...(positions - 1), origin),
            origin: origin, sha256: sha256)
    }

    /// Numbers that must be whole and within a range, as indices.
    private static func indices(
        _ values: [Double]?, _ dataset: String, _ range: ClosedRange<Int>, _ origin: String
    ) throws(ProbeSetError) -> [Int]? {
        guard let values else { return nil }
        let whole = values.compactMap { Int(exactly: $0) }
        guard whole.count == values.count, whole.allSatisfy(range.contains) else {
            throw .badIndex(origin: origin, dataset: dataset, range: "\(range.lowerBound)...\(range.upperBound)")
        }
        return whole
    }
}
