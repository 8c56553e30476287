import CHDF5

/// A dataset with the coordinates of an axis, and the datasets that have this axis.
struct AxisScale: Sendable {
    var reference: hobj_ref_t
    var extent: Int
    var uses: [chdf5_axis] = []
}

/// The scales of axes.
extension HDF5Writer {
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
            var reference: hobj_ref_t = 0
            guard H5DSset_scale(dataset.id, name) >= 0, H5Rcreate(&reference, file, path, H5R_OBJECT, -1) >= 0,
                let space = Handle(H5Dget_space(dataset.id), close: H5Sclose)
            else { throw failure(path) }
            let extent = Int(H5Sget_simple_extent_npoints(space.id))
            scales.withLock { $0[path] = AxisScale(reference: reference, extent: extent) }
        }
    }

    /// Names a new dataset's axes.
    ///
    /// Not by H5DSattach_scale: it reads and writes the whole list of a scale's datasets for each one more, which makes three fifths
    /// of the time that an analysis file of 400 datasets takes. Here each list is written once, by ``writeScaleUses(in:)``.
    func attach(_ dimensions: [String], shape: [Int], to dataset: hid_t, _ path: String) throws(HDF5Error) {
        guard !dimensions.isEmpty else { return }
        let used = dimensions.map { findScale($0, from: path) }
        for (axis, dimension) in dimensions.enumerated() {
            guard let scale = used[axis] else {
                throw failure(path, "there is no scale '\(dimension)' yet; make it before the dataset")
            }
            guard scale.extent == shape[axis] else {
                throw failure(path, "axis \(axis) has \(shape[axis]) places, the scale '\(dimension)' another number")
            }
        }
        var own: hobj_ref_t = 0
        guard H5Rcreate(&own, dataset, ".", H5R_OBJECT, -1) >= 0,
            let type = Handle(H5Tvlen_create(chdf5_object_reference()), close: H5Tclose),
            let space = Handle.space([dimensions.count]),
            let list = Handle(
                H5Acreate2(dataset, "DIMENSION_LIST", type.id, space.id, chdf5_default(), chdf5_default()),
                close: H5Aclose)
        else { throw failure(path) }
        var references = used.map { $0?.reference ?? 0 }
        let status = references.withUnsafeMutableBufferPointer { references in
            let lists = references.indices.map { axis in
                hvl_t(len: 1, p: references.baseAddress.map { UnsafeMutableRawPointer($0 + axis) })
            }
            return H5Awrite(list.id, type.id, lists)
        }
        guard status >= 0 else { throw failure(path) }
        scales.withLock { scales in
            for (axis, scale) in used.enumerated() {
                guard let scale else { continue }
                scales[scale.path]?.uses.append(chdf5_axis(dataset: own, dimension: Int32(axis)))
            }
        }
    }

    /// Writes, with each scale, of which axes it is; only where the library is ours.
    func writeScaleUses(in file: hid_t) throws(HDF5Error) {
        for (path, scale) in scales.withLock({ $0 }).sorted(by: { $0.key < $1.key }) where !scale.uses.isEmpty {
            guard let dataset = Handle(H5Dopen2(file, path, chdf5_default()), close: H5Dclose),
                let type = Handle(H5Tcreate(H5T_COMPOUND, MemoryLayout<chdf5_axis>.size), close: H5Tclose),
                H5Tinsert(type.id, "dataset", 0, chdf5_object_reference()) >= 0,
                H5Tinsert(
                    type.id, "dimension", MemoryLayout<chdf5_axis>.offset(of: \.dimension) ?? 8, chdf5_native_int())
                    >= 0,
                let space = Handle.space([scale.uses.count])
            else { throw failure(path) }
            if H5Aexists(dataset.id, "REFERENCE_LIST") > 0 { H5Adelete(dataset.id, "REFERENCE_LIST") }
            guard
                let list = Handle(
                    H5Acreate2(dataset.id, "REFERENCE_LIST", type.id, space.id, chdf5_default(), chdf5_default()),
                    close: H5Aclose),
                H5Awrite(list.id, type.id, scale.uses) >= 0
            else { throw failure(path) }
        }
    }

    /// A scale by its path, or by name in the dataset's group or the nearest one above.
    private func findScale(_ dimension: String, from path: String) -> FoundScale? {
        scales.withLock { known in
            func found(_ path: String) -> FoundScale? {
                known[path].map { FoundScale(path: path, reference: $0.reference, extent: $0.extent) }
            }
            if dimension.contains("/") { return found(HDF5Path.absolute(dimension)) }
            var groups = path.split(separator: "/").dropLast()
            while true {
                let candidate = "/" + (groups + [Substring(dimension)]).joined(separator: "/")
                if let scale = found(candidate) { return scale }
                if groups.popLast() == nil { return nil }
            }
        }
    }
}

private struct FoundScale {
    var path: String
    var reference: hobj_ref_t
    var extent: Int
}
