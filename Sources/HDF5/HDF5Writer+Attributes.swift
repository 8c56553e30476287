import CHDF5

/// Groups and attributes.
extension HDF5Writer {
    /// Makes a group and those it lies in, where they are missing.
    public func group(_ path: String) throws(HDF5Error) {
        let path = try checked(path)
        try withFile(path) { (file) throws(HDF5Error) in try makeGroups(path, in: file) }
    }

    /// Makes the groups of an absolute path that are missing, one by one: those that HDF5 makes on the way bear the time of day.
    func makeGroups(_ path: String, in file: hid_t) throws(HDF5Error) {
        if groups.withLock({ $0.contains(path) }) { return }
        // A second name of one.
        if Handle(H5Gopen2(file, path, chdf5_default()), close: H5Gclose) != nil { return }
        let parent = path.split(separator: "/").dropLast()
        try makeGroups("/" + parent.joined(separator: "/"), in: file)
        guard let linking = Handle.linking(), let properties = Handle.undated(chdf5_group_create()),
            Handle(H5Gcreate2(file, path, linking.id, properties.id, chdf5_default()), close: H5Gclose) != nil
        else { throw failure(path) }
        groups.withLock { _ = $0.insert(path) }
    }

    /// Gives a group or dataset a second name (a hard link: one object, no copy).
    public func link(_ path: String, to existing: String) throws(HDF5Error) {
        let path = try checked(path)
        let existing = try checked(existing)
        try withFile(path) { (file) throws(HDF5Error) in
            guard let linking = Handle.linking(),
                H5Lcreate_hard(file, existing, file, path, linking.id, chdf5_default()) >= 0
            else { throw failure(path) }
        }
    }

    /// Gives an attribute to the root, a group or a dataset; an older one of that name goes.
    public func attribute(
        _ name: String, _ value: HDF5AttributeValue, at path: String = "/"
    ) throws(HDF5Error) {
        let path = HDF5Path.absolute(path)
        try withFile(path) { (file) throws(HDF5Error) in
            guard let object = Handle(H5Oopen(file, path, chdf5_default()), close: H5Oclose) else {
                throw failure(path, "there is no such group or dataset yet; make it before its attributes")
            }
            try write(name, value, on: object.id, path)
        }
    }

    /// Writes an attribute of an open object.
    func write(
        _ name: String, _ value: HDF5AttributeValue, on object: hid_t, _ path: String
    ) throws(HDF5Error) {
        switch value {
        case .string(let text): try write(name, [text], isScalar: true, H5T_CSET_UTF8, on: object, path)
        case .strings(let texts): try write(name, texts, isScalar: false, H5T_CSET_UTF8, on: object, path)
        case .asciiString(let text): try write(name, [text], isScalar: true, H5T_CSET_ASCII, on: object, path)
        case .asciiStrings(let texts): try write(name, texts, isScalar: false, H5T_CSET_ASCII, on: object, path)
        case .double(let number): try write(name, [number], shape: [], on: object, path)
        case .float(let number): try write(name, [number], shape: [], on: object, path)
        case .int(let number): try write(name, [number], shape: [], on: object, path)
        case .doubles(let numbers): try write(name, numbers, shape: [numbers.count], on: object, path)
        case .ints(let numbers): try write(name, numbers, shape: [numbers.count], on: object, path)
        case .bytes(let numbers): try write(name, numbers, shape: [numbers.count], on: object, path)
        }
    }

    private func write(
        _ name: String, _ texts: [String], isScalar: Bool, _ encoding: H5T_cset_t, on object: hid_t, _ path: String
    ) throws(HDF5Error) {
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw failure("the attribute \(name) of \(path)", "it holds a NUL character")
        }
        guard let type = Handle.text(encoding) else { throw failure(path) }
        let attribute = try make(name, type: type.id, shape: isScalar ? [] : [texts.count], on: object, path)
        let status = withCStrings(texts) { texts.isEmpty ? 0 : H5Awrite(attribute.id, type.id, $0) }
        guard let status, status >= 0 else { throw failure("the attribute \(name) of \(path)") }
    }

    private func write<Number: HDF5Number>(
        _ name: String, _ numbers: [Number], shape: [Int], on object: hid_t, _ path: String
    ) throws(HDF5Error) {
        let type = Number.storedType
        let attribute = try make(name, type: type.onDisk, shape: shape, on: object, path)
        guard numbers.isEmpty || H5Awrite(attribute.id, type.inMemory, numbers) >= 0 else {
            throw failure("the attribute \(name) of \(path)")
        }
    }

    private func make(
        _ name: String, type: hid_t, shape: [Int], on object: hid_t, _ path: String
    ) throws(HDF5Error) -> Handle {
        guard !name.isEmpty, !name.utf8.contains(0) else {
            throw failure(path, "an attribute's name is empty or holds a NUL character")
        }
        if H5Aexists(object, name) > 0 { H5Adelete(object, name) }
        guard let space = Handle.space(shape),
            let properties = Handle(H5Pcreate(chdf5_attribute_create()), close: H5Pclose),
            H5Pset_char_encoding(properties.id, H5T_CSET_UTF8) >= 0,
            let attribute = Handle(
                H5Acreate2(object, name, type, space.id, properties.id, chdf5_default()), close: H5Aclose)
        else { throw failure("the attribute \(name) of \(path)") }
        return attribute
    }
}
