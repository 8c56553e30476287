import CHDF5

/// An identifier of libhdf5 that closes itself. Lives only within ``HDF5Library/exclusively(_:)``.
struct Handle: ~Copyable {
    let id: hid_t
    private let close: (hid_t) -> herr_t

    /// Nil if libhdf5 answered with an invalid identifier.
    init?(_ id: hid_t, close: @escaping (hid_t) -> herr_t) {
        guard id >= 0 else { return nil }
        self.id = id
        self.close = close
    }

    deinit { _ = close(id) }

    /// A simple space, or a scalar one for an empty shape.
    static func space(_ shape: [Int]) -> Handle? {
        let sizes = shape.map { hsize_t($0) }
        return Handle(
            shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), sizes, nil),
            close: H5Sclose)
    }

    /// Strings of variable length in UTF-8.
    static func utf8() -> Handle? { text(H5T_CSET_UTF8) }

    /// Strings of variable length in an encoding.
    static func text(_ encoding: H5T_cset_t) -> Handle? {
        guard let type = Handle(H5Tcopy(chdf5_c_string()), close: H5Tclose),
            H5Tset_size(type.id, chdf5_variable_length()) >= 0, H5Tset_cset(type.id, encoding) >= 0
        else { return nil }
        return type
    }

    /// Properties for something new that bears no time of day, so that the same contents are the same bytes.
    static func undated(_ kind: hid_t) -> Handle? {
        guard let properties = Handle(H5Pcreate(kind), close: H5Pclose),
            H5Pset_obj_track_times(properties.id, false) >= 0
        else { return nil }
        return properties
    }

    /// Links with UTF-8 names that make their missing groups.
    static func linking() -> Handle? {
        guard let properties = Handle(H5Pcreate(chdf5_link_create()), close: H5Pclose),
            H5Pset_char_encoding(properties.id, H5T_CSET_UTF8) >= 0,
            H5Pset_create_intermediate_group(properties.id, 1) >= 0
        else { return nil }
        return properties
    }
}

/// Calls `body` with the strings as C strings that live as long as the call.
func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result? {
    // One buffer for all, so that any number of strings costs two allocations.
    var bytes: [CChar] = []
    var offsets: [Int] = []
    for string in strings {
        offsets.append(bytes.count)
        bytes.append(contentsOf: string.utf8.map { CChar(bitPattern: $0) })
        bytes.append(0)
    }
    if bytes.isEmpty { bytes.append(0) }
    return bytes.withUnsafeBufferPointer { buffer -> Result? in
        var pointers = offsets.map { offset in buffer.baseAddress.map { $0 + offset } }
        if pointers.isEmpty { pointers.append(nil) }
        return pointers.withUnsafeBufferPointer { $0.baseAddress.map(body) }
    }
}
