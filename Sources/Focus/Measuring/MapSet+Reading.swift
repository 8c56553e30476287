import Arrays
import Files
import HDF5
import Tasks

extension MapSet {
    /// Reads maps from JSON, `.h5` (a group of it: `FILE.h5:/group`), `.npz`, `.npy` or `.csv`, by the file's content.
    ///
    /// Arrays: `attention` or `maps`, N×T; optionally `saliency`, N×T, `lengths`, `delimiter_index`, and masks as `masks/<hypothesis>`,
    /// `mask_<hypothesis>` or `mask`. A `.npy`, a `.csv` and an archive of one array are the maps alone.
    ///
    /// - Parameters:
    ///   - location: The file with the maps.
    ///   - masks: Another file with the masks, if they are not beside the maps.
    /// - Throws: ``MapSetError``, `FileError`, `HDF5Error` or `ArrayFileError`.
    public init(reading location: String, masks: String? = nil) throws {
        let (path, group) = ProbeSet.split(location)
        let file = try FileBytes(reading: path)
        let first = file.bytes.first { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
        if first == UInt8(ascii: "{") {
            try self.init(json: file.bytes, name: path)
        } else {
            guard group == "/" || HDF5File.hasSignature(file.bytes) else {
                throw MapSetError.unknownFormat(file: path)
            }
            try self.init(MapArrays(file, group: group))
        }
        guard let masks else { return }
        let (maskPath, maskGroup) = ProbeSet.split(masks)
        let arrays = try MapArrays(FileBytes(reading: maskPath), group: maskGroup)
        var found = arrays.masks
        if found.isEmpty, let sole = arrays.sole { found = [("mask", sole)] }
        guard !found.isEmpty else { throw MapSetError.noMasks(origin: arrays.origin, found: arrays.found) }
        try self.add(masks: found, of: arrays)
    }

    /// The maps of a file's arrays, with the masks beside them.
    private init(_ arrays: MapArrays) throws {
        guard let maps = arrays.named["attention"] ?? arrays.named["maps"] ?? arrays.sole else {
            throw MapSetError.noMaps(origin: arrays.origin, found: arrays.found)
        }
        let weights = try Self.matrix(maps, "the maps", arrays)
        let (count, positions) = (weights.shape[0], weights.shape[1])
        let saliency = try arrays.named["saliency"].map { try Self.matrix($0, "`saliency`", arrays) }
        if let saliency, saliency.shape != weights.shape {
            throw MapSetError.badShape(
                origin: arrays.origin, what: "`saliency`", needs: Self.text(weights.shape),
                found: Self.text(saliency.shape))
        }
        let lengths = try Self.indices(arrays, "lengths", count, 1...positions) ?? arrays.rowLengths
        let delimiter = try Self.indices(arrays, "delimiter_index", count, 0...(positions - 1))
        if let delimiter, let lengths, !zip(delimiter, lengths).allSatisfy({ $0 < $1 }) {
            throw ProbeSetError.badIndex(origin: arrays.origin, dataset: "delimiter_index", range: "0..<length")
        }
        let cases = (0..<count).map { index in
            let length = lengths?[index] ?? positions
            return Case(
                id: String(index), attention: Array(weights.row(index).prefix(length)),
                saliency: saliency.map { Array($0.row(index).prefix(length)) })
        }
        if let empty = cases.firstIndex(where: { $0.attention.isEmpty }) {
            throw MapSetError.badShape(
                origin: arrays.origin, what: "map \(empty)", needs: "one weight at least", found: "empty")
        }
        self.init(cases: cases, hypotheses: [], delimiterIndex: delimiter, origin: arrays.origin)
        try add(masks: arrays.masks, of: arrays)
    }

    private mutating func add(masks: [(name: String, array: NumericArray)], of arrays: MapArrays) throws {
        var (cases, hypotheses) = (cases, hypotheses)
        for (name, array) in masks {
            let mask = try Self.matrix(array, "mask `\(name)`", arrays)
            guard mask.shape[0] == cases.count else {
                throw MapSetError.badShape(
                    origin: arrays.origin, what: "mask `\(name)`", needs: "\(cases.count) rows like the maps",
                    found: "\(mask.shape[0]) rows")
            }
            for index in cases.indices {
                let needed = cases[index].attention.count
                guard mask.shape[1] >= needed else {
                    throw MapSetError.badShape(
                        origin: arrays.origin, what: "mask `\(name)`",
                        needs: "\(needed) positions wide like map `\(cases[index].id)`", found: "\(mask.shape[1])")
                }
                let row = mask.row(index).prefix(needed)
                guard row.allSatisfy({ $0 == 0 || $0 == 1 }) else {
                    throw MapSetError.notBinary(origin: arrays.origin, mask: name, instance: index)
                }
                cases[index].masks[name] = row.map { $0 == 1 }
            }
            if !hypotheses.contains(name) { hypotheses.append(name) }
        }
        self = MapSet(cases: cases, hypotheses: hypotheses, delimiterIndex: delimiterIndex, origin: origin)
    }

    /// An array as N×T: axes of one element behind the second are left out, and a single row is one map.
    private static func matrix(
        _ array: NumericArray, _ what: String, _ arrays: MapArrays
    ) throws(MapSetError) -> NumericArray {
        var shape = array.shape
        while shape.count > 2, shape.last == 1 { shape.removeLast() }
        if shape.count == 1 { shape = [1] + shape }
        guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
            throw .badShape(
                origin: arrays.origin, what: what, needs: "N×T, one row per instance", found: text(array.shape))
        }
        return NumericArray(shape: shape, values: array.values)
    }

    private static func text(_ shape: [Int]) -> String {
        shape.isEmpty ? "a single number" : shape.map(String.init).joined(separator: "×")
    }

    private static func indices(
        _ arrays: MapArrays, _ name: String, _ count: Int, _ range: ClosedRange<Int>
    ) throws(ProbeSetError) -> [Int]? {
        guard let values = arrays.named[name]?.values else { return nil }
        let whole = values.compactMap { Int(exactly: $0) }
        guard whole.count == count, values.count == count, whole.allSatisfy(range.contains) else {
            throw .badIndex(
                origin: arrays.origin, dataset: name, range: "\(range.lowerBound)...\(range.upperBound)")
        }
        return whole
    }
}
