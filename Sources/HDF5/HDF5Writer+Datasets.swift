import CHDF5

/// Datasets.
extension HDF5Writer {
    /// Makes a dataset of numbers to be written later, whole or by rows. Floats never written are NaN, integers 0.
    ///
    /// - Parameters:
    ///   - path: Where; missing groups are made.
    ///   - type: How the numbers are kept.
    ///   - shape: The length of each axis; empty for a scalar.
    ///   - dimensions: The scale of each axis, by path or, without a slash, by name in the dataset's group or one
    ///     above. Of all axes or of none: netCDF readers refuse a mixture.
    ///   - storage: In one piece, or compressed.
    ///   - attributes: Attributes of the dataset.
    @discardableResult
    public func dataset(
        _ path: String, type: HDF5StoredType, shape: [Int], dimensions: [String] = [],
        storage: HDF5Storage = .contiguous, attributes: [(String, HDF5AttributeValue)] = []
    ) throws(HDF5Error) -> HDF5WriterDataset {
        let path = try checked(path)
        guard shape.allSatisfy({ $0 >= 0 }), shape.count <= HDF5Limits.rank,
            dimensions.isEmpty || dimensions.count == shape.count
        else {
            throw failure(
                path, "the shape \(shape) with \(dimensions.count) named axes makes no sense; name all axes or none")
        }
        try withFile(path) { (file) throws(HDF5Error) in
            try makeGroups(Self.parent(of: path), in: file)
            guard let properties = creation(type: type, shape: shape, storage: storage),
                let space = Handle.space(shape), let linking = Handle.linking()
            else { throw failure(path) }
            let dataset = H5Dcreate2(
                file, path, type.onDisk, space.id, linking.id, properties.id, chdf5_default())
            guard dataset >= 0 else { throw failure(path) }
            keepOpen(dataset, path)
            try attach(dimensions, shape: shape, to: dataset, path)
            for (name, value) in attributes { try write(name, value, on: dataset, path) }
        }
        return HDF5WriterDataset(writer: self, path: path, shape: shape, type: type)
    }

    /// Makes a dataset of texts, in UTF-8 with variable length.
    public func strings(
        _ path: String, _ values: [String], dimensions: [String] = [],
        attributes: [(String, HDF5AttributeValue)] = []
    ) throws(HDF5Error) {
        let path = try checked(path)
        guard dimensions.count <= 1, !values.contains(where: { $0.utf8.contains(0) }) else {
            throw failure(path, "a text holds a NUL character, or more than one axis is named")
        }
        try withFile(path) { (file) throws(HDF5Error) in
            try makeGroups(Self.parent(of: path), in: file)
            guard let type = Handle.utf8(), let space = Handle.space([values.count]), let linking = Handle.linking(),
                let properties = Handle.undated(chdf5_dataset_create()),
                let dataset = Handle(
                    H5Dcreate2(file, path, type.id, space.id, linking.id, properties.id, chdf5_default()),
                    close: H5Dclose)
            else { throw failure(path) }
            let status = withCStrings(values) {
                values.isEmpty ? 0 : H5Dwrite(dataset.id, type.id, chdf5_all(), chdf5_all(), chdf5_default(), $0)
            }
            guard let status, status >= 0 else { throw failure(path) }
            try attach(dimensions, shape: [values.count], to: dataset.id, path)
            for (name, value) in attributes { try write(name, value, on: dataset.id, path) }
        }
    }

    private func creation(type: HDF5StoredType, shape: [Int], storage: HDF5Storage) -> Handle? {
        guard let properties = Handle.undated(chdf5_dataset_create()) else { return nil }
        if type.isFloat {
            var missing = Double.nan
            guard H5Pset_fill_value(properties.id, chdf5_native_double(), &missing) >= 0 else { return nil }
        }
        switch storage {
        case .compressed(let rows) where !shape.isEmpty && !shape.contains(0):
            let chunk = [hsize_t(max(1, min(rows, shape[0])))] + shape.dropFirst().map { hsize_t($0) }
            guard H5Pset_chunk(properties.id, Int32(chunk.count), chunk) >= 0, H5Pset_shuffle(properties.id) >= 0,
                H5Pset_deflate(properties.id, 4) >= 0
            else { return nil }
        default: break
        }
        // The room is taken and filled now: a full disk shows at once, and no row is ever undefined.
        guard H5Pset_alloc_time(properties.id, H5D_ALLOC_TIME_EARLY) >= 0 else { return nil }
        return properties
    }

    /// The group that an absolute path lies in.
    private static func parent(of path: String) -> String {
        "/" + path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// The absolute form of a path that names something new.
    func checked(_ path: String) throws(HDF5Error) -> String {
        let components = path.split(separator: "/", omittingEmptySubsequences: true)
        guard !components.isEmpty, !path.utf8.contains(0), !components.contains(where: { $0 == "." || $0 == ".." })
        else { throw failure("'\(path)'", "this cannot be a path; use HDF5Path.escape for names that users give") }
        return HDF5Path.absolute(path)
    }
}
