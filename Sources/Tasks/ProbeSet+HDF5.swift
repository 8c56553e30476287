import Files
import Foundation
import HDF5
import Tensors

extension ProbeSet {
    /// Reads a probe set from `FILE.h5` or, for a group of it, `FILE.h5:/group`; from `FILE.npz`, `FILE.npy` or `FILE.csv`.
    ///
    /// Datasets and keys: `inputs` or `x` (several inputs: `x0`, `x1`, ...); optionally `targets` or `y`, `lengths`, `delimiter_index`,
    /// and masks as `masks/<hypothesis>` or `mask_<hypothesis>`. A `.npy` holds the inputs alone; a `.csv` one sequence a row, with
    /// columns `target`, `length` and `delimiter_index` beside it if its first line names them.
    ///
    /// - Throws: ``ProbeSetError``, `FileError`, `HDF5Error` or `ArrayFileError`.
    public init(reading location: String) throws {
        let (path, group) = Self.split(location)
        let bytes = try FileBytes(reading: path)
        guard HDF5File.hasSignature(bytes.bytes) else {
            guard group == "/" else { throw ProbeSetError.unknownFormat(file: path) }
            try self.init(arrays: bytes)
            return
        }
        let file = try HDF5File(bytes: bytes.bytes, name: path)
        let prefix = group == "/" ? "" : group
        guard group == "/" || file.object(at: group)?.kind == .group else {
            let groups = file.objects.filter { $0.kind == .group && $0.path != "/" }.map(\.path)
            throw ProbeSetError.noGroup(file: path, group: group, groups: groups)
        }
        func tensor(_ name: String) throws -> Tensor? {
            guard file.object(at: "\(prefix)/\(name)") != nil else { return nil }
            let (shape, values) = try file.floats(at: "\(prefix)/\(name)")
            return Tensor(shape: shape, values: values)
        }
        func indices(_ name: String) throws -> [Int]? {
            guard file.object(at: "\(prefix)/\(name)") != nil else { return nil }
            return try file.integers(at: "\(prefix)/\(name)").values.map(Int.init)
        }
        var inputs = try [tensor("inputs") ?? tensor("x")].compactMap { $0 }
        if inputs.isEmpty {
            while let next = try tensor("x\(inputs.count)") { inputs.append(next) }
        }
        let origin = group == "/" ? path : "\(path):\(group)"
        guard !inputs.isEmpty else {
            let found = file.children(of: group).map(\.name)
            throw ProbeSetError.noInputs(origin: origin, found: found)
        }
        var targets = try tensor("targets") ?? tensor("y")
        if let column = targets, column.rank == 1 { targets = column.reshaped([column.count, 1]) }
        var hypotheses: [Hypothesis] = []
        for (name, place) in Self.masks(in: file, group: group) {
            guard let mask = try tensor(place) else { continue }
            guard mask.rank == 2 else {
                throw ProbeSetError.badShape(origin: origin, dataset: "mask `\(name)`", needs: "N×T", found: mask.shape)
            }
            hypotheses.append(Hypothesis(name: name, mask: mask, origin: .user))
        }
        try self.init(
            inputs: inputs, targets: targets, lengths: indices("lengths"), delimiterIndex: indices("delimiter_index"),
            hypotheses: hypotheses, origin: origin, sha256: bytes.sha256)
    }

    /// `FILE.h5:/group` divided; the group is "/" if there is none. A file whose own name holds ":/" wins.
    package static func split(_ location: String) -> (path: String, group: String) {
        guard !FileManager.default.fileExists(atPath: location),
            let range = location.range(of: ":/", options: .backwards)
        else { return (location, "/") }
        var group = String(location[location.index(after: range.lowerBound)...])
        while group.count > 1, group.hasSuffix("/") { group.removeLast() }
        return (String(location[..<range.lowerBound]), group)
    }

    private static func masks(in file: HDF5File, group: String) -> [(name: String, place: String)] {
        let prefix = group == "/" ? "" : group
        let inFolder = file.children(of: "\(prefix)/masks").filter { $0.kind != .group }
            .map { (name: $0.name, place: "masks/\($0.name)") }
        let beside = file.children(of: group).filter { $0.kind != .group && $0.name.hasPrefix("mask_") }
            .map { (name: String($0.name.dropFirst(5)), place: $0.name) }
        return inFolder + beside.filter { candidate in !inFolder.contains { $0.name == candidate.name } }
    }
}

extension ProbeSet {
    /// Writes the set as HDF5, in the layout that ``init(reading:)`` reads; the file appears whole or not at all.
    ///
    /// - Throws: `FileError` or `HDF5Error`.
    public func write(to path: String) throws {
        let writer = try HDF5Writer(creating: path)
        for (index, input) in inputs.enumerated() {
            try writer.dataset(inputs.count == 1 ? "/inputs" : "/x\(index)", type: .float32, shape: input.shape)
                .write(input.values)
        }
        if let targets { try writer.dataset("/targets", type: .float32, shape: targets.shape).write(targets.values) }
        for (name, values) in [("lengths", lengths), ("delimiter_index", delimiterIndex)] {
            if let values {
                try writer.dataset("/\(name)", type: .int32, shape: [count]).write(values.map { Int32($0) })
            }
        }
        for hypothesis in hypotheses {
            try writer.dataset(
                "/masks/\(HDF5Path.escape(hypothesis.name))", type: .int8, shape: hypothesis.mask.shape
            ).write(hypothesis.mask.values.map { Int8($0) })
        }
        try writer.attribute("title", .string("Fovea probe set: \(origin)"))
        try writer.commit()
    }
}
