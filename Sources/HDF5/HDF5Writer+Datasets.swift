import CHDF5

/// Datasets and the scales of their axes.
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
            try attach(dimensions, shape: shape, to: dataset, path, in: file)
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
            try attach(dimensions, shape: [values.count], to: dataset.id, path, in: file)
            for (name, value) in attributes { try write(name, value, on: dataset.id, path) }
        }
    }

    /// Makes the scale of an axis: a dataset of its coordinates, by whose name `dimensions` refers to it.
    public func scale<Number: HDF5Number>(
        _ path: String, _ values: [Number], attributes: [(String, HDF5AttributeValue)] = []
    ) throws(HDF5Error) {
        try dataset(path, type: Number.storedType, shape: [values.count], attributes: attributes).write(values)
        try scale(path)
    }

    /// Makes the scale of an axis whose coordinates are texts.
    public func scale(
        _ path: String, _ values: [String], attributes: [(String, HDF5AttributeValue)] = []
    ) throws(HDF5Error) {
        try strings(path, values, attributes: attributes)
        try scale(path)
    }

    /// Makes the scale of an axis that has a length and a name but no coordinates.
    public func scale(_ path: String, count: Int) throws(HDF5Error) {
        try dataset(path, type: .int8, shape: [count])
        // By this text netCDF readers know that there is nothing to read.
        let digits = String(count)
        let padding = String(repeating: " ", count: max(0, 10 - digits.count))
        try scale(path, named: "This is a netCDF dimension but not a netCDF variable.\(padding)\(digits)")
    }

    /// Turns a dataset with one axis into the scale of an axis.
    public func scale(_ path: String) throws(HDF5Error) {
        try scale(path, named: path.split(separator: "/").last.map(String.init) ?? path)
    }

    private func scale(_ path: String, named name: String) throws(HDF5Error) {
        let path = try checked(path)
        try withFile(path) { (file) throws(HDF5Error) in
            guard let dataset = Handle(H5Dopen2(file, path, chdf5_default()), close: H5Dclose) else {
                throw failure(path, "there is no such dataset yet; make it before the scale")
            }
            guard H5DSset_scale(dataset.id, name) >= 0 else { throw failure(path) }
        }
    }

    private func attach(
        _ dimensions: [String], shape: [Int], to dataset: hid_t, _ path: String, in file: hid_t
    ) throws(HDF5Error) {
        for (axis, dimension) in dimensions.enumerated() {
            guard let scale = findScale(dimension, from: path, in: file), H5DSis_scale(scale.id) > 0 else {
                throw failure(path, "there is no scale '\(dimension)' yet; make it before the dataset")
            }
            guard let space = Handle(H5Dget_space(scale.id), close: H5Sclose),
                H5Sget_simple_extent_npoints(space.id) == shape[axis]
            else {
                throw failure(path, "axis \(axis) has \(shape[axis]) places, the scale '\(dimension)' another number")
            }
            guard H5DSattach_scale(dataset, scale.id, UInt32(axis)) >= 0 else { throw failure(path) }
        }
    }

    /// A scale by its path, or by name in the dataset's group or the nearest one above.
    private func findScale(_ dimension: String, from path: String, in file: hid_t) -> Handle? {
        if dimension.contains("/") {
            return Handle(H5Dopen2(file, HDF5Path.absolute(dimension), chdf5_default()), close: H5Dclose)
        }
        var groups = path.split(separator: "/").dropLast()
        while true {
            let candidate = "/" + (groups + [Substring(dimension)]).joined(separator: "/")
            if let found = Handle(H5Dopen2(file, candidate, chdf5_default()), close: H5Dclose) { return found }
            if groups.popLast() == nil { return nil }
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
