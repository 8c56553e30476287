import Arrays
import Files
import HDF5
import Tasks

/// The arrays by name that a file of maps or masks holds, whatever its format.
struct MapArrays {
    /// The arrays: of an HDF5 file's group or an archive those that have a meaning here; of a plain array or a table only ``sole``.
    private(set) var named: [String: NumericArray] = [:]
    /// The only array, of files that hold one without a name: N×T.
    private(set) var sole: NumericArray?
    /// The lengths of a table's rows, where they differ.
    private(set) var rowLengths: [Int]?
    /// The names of everything in the file.
    private(set) var found: [String] = []
    let origin: String

    /// Reads a file by its content.
    init(_ file: FileBytes, group: String) throws {
        let (path, bytes) = (file.path, file.bytes)
        origin = group == "/" ? path : "\(path):\(group)"
        if HDF5File.hasSignature(bytes) {
            try read(HDF5File(bytes: bytes, name: path), group)
        } else if NPY.hasSignature(bytes) {
            sole = try NPY.array(of: bytes, name: path)
        } else if NPZ.hasSignature(bytes) {
            named = try NPZ.arrays(of: bytes, name: path)
            found = named.keys.sorted()
            if named.count == 1 { sole = named.first?.value }
        } else {
            guard !bytes.contains(0) else { throw MapSetError.unknownFormat(file: path) }
            try read(CSVTable(of: bytes, name: path))
        }
    }

    private mutating func read(_ file: HDF5File, _ group: String) throws {
        let prefix = group == "/" ? "" : group
        guard group == "/" || file.object(at: group) != nil else {
            let groups = file.objects.filter { $0.kind == .group && $0.path != "/" }.map(\.path)
            throw ProbeSetError.noGroup(file: file.name, group: group, groups: groups)
        }
        guard file.object(at: group)?.kind != .dataset else {
            let (shape, values) = try file.doubles(at: group)
            sole = NumericArray(shape: shape, values: values)
            return
        }
        let children = file.children(of: group)
        found = children.map(\.name)
        let wanted = ["maps", "attention", "saliency", "lengths", "delimiter_index", "mask"]
        var paths = children.filter { $0.kind != .group && (wanted.contains($0.name) || $0.name.hasPrefix("mask_")) }
            .map { (name: $0.name, path: $0.path) }
        paths += file.children(of: "\(prefix)/masks").filter { $0.kind != .group }
            .map { (name: "mask_" + $0.name, path: $0.path) }
        for (name, path) in paths {
            let (shape, values) = try file.doubles(at: path)
            named[name] = NumericArray(shape: shape, values: values)
        }
    }

    private mutating func read(_ table: CSVTable) throws {
        let (rows, columns) = try table.sequences(beside: ["length", "delimiter_index"])
        let width = rows.map(\.count).max() ?? 0
        sole = NumericArray(
            shape: [rows.count, width],
            values: rows.flatMap { $0 + [Double](repeating: 0, count: width - $0.count) })
        if rows.contains(where: { $0.count < width }) { rowLengths = rows.map(\.count) }
        for (column, name) in [("length", "lengths"), ("delimiter_index", "delimiter_index")] {
            if let values = columns[column] { named[name] = NumericArray(shape: [rows.count], values: values) }
        }
    }

    /// The masks by hypothesis, in the order of their names; a plain array is `mask`.
    var masks: [(name: String, array: NumericArray)] {
        let prefixed = named.keys.sorted().compactMap { key -> (name: String, array: NumericArray)? in
            guard let array = named[key], let prefix = ["masks_", "masks/", "mask_"].first(where: key.hasPrefix) else {
                return nil
            }
            return (String(key.dropFirst(prefix.count)), array)
        }
        return (named["mask"].map { [(name: "mask", array: $0)] } ?? []) + prefixed
    }
}
