import CHDF5

/// A dataset of a file being written.
public struct HDF5WriterDataset: Sendable {
    let writer: HDF5Writer
    /// Its absolute path.
    public let path: String
    /// The length of each axis.
    public let shape: [Int]
    /// How its numbers are kept.
    public let type: HDF5StoredType

    /// Writes all numbers, in row-major order.
    public func write<Number: HDF5Number>(_ values: [Number]) throws(HDF5Error) {
        try write(values, start: 0, count: shape.first ?? 1)
    }

    /// Writes one row: the numbers at one place of the first axis.
    public func write<Number: HDF5Number>(_ values: [Number], row: Int) throws(HDF5Error) {
        try write(values, start: row, count: 1)
    }

    /// Writes some rows along the first axis.
    public func write<Number: HDF5Number>(_ values: [Number], rows: Range<Int>) throws(HDF5Error) {
        try write(values, start: rows.lowerBound, count: rows.count)
    }

    private func write<Number: HDF5Number>(_ values: [Number], start: Int, count: Int) throws(HDF5Error) {
        let available = shape.first ?? 1
        guard start >= 0, count <= available, start <= available - count else {
            throw .noSuchRows(file: writer.path, object: path, rows: start..<(start + count), available: available)
        }
        let part = shape.isEmpty ? [] : [count] + shape.dropFirst()
        let expected = part.contains(0) ? 0 : part.reduce(1, *)
        guard values.count == expected else {
            throw writer.failure(path, "\(values.count) numbers were given for the \(expected) of shape \(part)")
        }
        try checkFit(of: values)
        if values.isEmpty { return }
        try writer.withFile(path) { (file) throws(HDF5Error) in
            let dataset = try writer.openDataset(path, in: file)
            guard let memory = Handle.space(part), let space = Handle(H5Dget_space(dataset), close: H5Sclose)
            else { throw writer.failure(path) }
            if !part.isEmpty {
                let from = [hsize_t(start)] + part.dropFirst().map { _ in hsize_t(0) }
                let size = part.map { hsize_t($0) }
                guard H5Sselect_hyperslab(space.id, H5S_SELECT_SET, from, nil, size, nil) >= 0 else {
                    throw writer.failure(path)
                }
            }
            let status = H5Dwrite(
                dataset, Number.storedType.inMemory, memory.id, space.id, chdf5_default(), values)
            guard status >= 0 else { throw writer.failure(path) }
        }
    }

    /// HDF5 would cut numbers to size without a word.
    private func checkFit<Number: HDF5Number>(of values: [Number]) throws(HDF5Error) {
        guard let range = type.range else { return }
        guard !Number.storedType.isFloat else {
            throw writer.failure(path, "floats were given for a dataset of integers")
        }
        if type == Number.storedType || type == .int64 { return }
        if let value = values.lazy.compactMap(\.asInteger).first(where: { !range.contains($0) }) {
            throw writer.failure(path, "\(value) does not fit its type; make the dataset of a wider one")
        }
    }
}
