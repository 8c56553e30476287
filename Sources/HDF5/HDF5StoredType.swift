import CHDF5

/// How numbers are kept in a file. There is no half precision: it makes netCDF4 crash Python.
public enum HDF5StoredType: Sendable, Equatable {
    /// A float of 4 or 8 bytes.
    case float32, float64
    /// A signed integer of 1, 4 or 8 bytes.
    case int8, int32, int64

    var isFloat: Bool { self == .float32 || self == .float64 }

    /// On disk, little-endian everywhere.
    var onDisk: hid_t {
        switch self {
        case .float32: chdf5_ieee_f32le()
        case .float64: chdf5_ieee_f64le()
        case .int8: chdf5_std_i8le()
        case .int32: chdf5_std_i32le()
        case .int64: chdf5_std_i64le()
        }
    }

    var inMemory: hid_t {
        switch self {
        case .float32: chdf5_native_float()
        case .float64: chdf5_native_double()
        case .int8: chdf5_native_int8()
        case .int32: chdf5_native_int32()
        case .int64: chdf5_native_int64()
        }
    }

    /// The integers that fit; nil for floats, which take any.
    var range: ClosedRange<Int>? {
        switch self {
        case .float32, .float64: nil
        case .int8: Int(Int8.min)...Int(Int8.max)
        case .int32: Int(Int32.min)...Int(Int32.max)
        case .int64: Int.min...Int.max
        }
    }
}

/// Numbers that can be written: `Float`, `Double`, `Int`, `Int64`, `Int32`, `Int8`.
public protocol HDF5Number: BitwiseCopyable, Sendable {
    /// The type that keeps every value of this one.
    static var storedType: HDF5StoredType { get }
    /// The value as an integer, for the check that it fits; nil for floats.
    var asInteger: Int? { get }
}

extension Float: HDF5Number {
    /// 4-byte floats.
    public static var storedType: HDF5StoredType { .float32 }
    /// Nil.
    public var asInteger: Int? { nil }
}

extension Double: HDF5Number {
    /// 8-byte floats.
    public static var storedType: HDF5StoredType { .float64 }
    /// Nil.
    public var asInteger: Int? { nil }
}

extension Int: HDF5Number {
    /// 8-byte integers.
    public static var storedType: HDF5StoredType { .int64 }
    /// Itself.
    public var asInteger: Int? { self }
}

extension Int64: HDF5Number {
    /// 8-byte integers.
    public static var storedType: HDF5StoredType { .int64 }
    /// Itself.
    public var asInteger: Int? { Int(self) }
}

extension Int32: HDF5Number {
    /// 4-byte integers.
    public static var storedType: HDF5StoredType { .int32 }
    /// Itself.
    public var asInteger: Int? { Int(self) }
}

extension Int8: HDF5Number {
    /// 1-byte integers.
    public static var storedType: HDF5StoredType { .int8 }
    /// Itself.
    public var asInteger: Int? { Int(self) }
}

/// The value of an attribute.
public enum HDF5AttributeValue: Sendable, Equatable {
    /// A text, stored in UTF-8 with variable length.
    case string(String)
    /// A list of texts.
    case strings([String])
    /// A text marked as ASCII, the way Keras' files have theirs: old readers give such a text as bytes and any other as a string.
    case asciiString(String)
    /// A list of texts marked as ASCII.
    case asciiStrings([String])
    /// One number: of 8 bytes, or of 4 (netCDF wants `_FillValue` in its variable's type).
    case double(Double), float(Float), int(Int)
    /// A list of numbers.
    case doubles([Double]), ints([Int]), bytes([Int8])
}

/// How the numbers of a dataset lie in the file.
public enum HDF5Storage: Sendable, Equatable {
    /// In one piece, at their full size from the start.
    case contiguous
    /// In gzipped pieces of so many rows each.
    case compressed(rowsPerChunk: Int)
}
