import CHDF5Reader
import Files

/// How much of a file is read before it counts as hostile.
public struct HDF5Limits: Sendable {
    /// The largest file, in bytes.
    public var fileBytes = FileBytes.defaultLimit
    /// The largest dataset, in bytes of its elements.
    public var datasetBytes = 1 << 31
    /// The largest attribute, in bytes.
    public var attributeBytes = 64 << 20
    /// Datasets above `generousBytes` may be at most `growth` times as large as what is stored of them.
    public var generousBytes = 64 << 20
    /// See ``generousBytes``.
    public var growth = 1_000
    /// The most objects and attributes of a file together.
    public var objects = 100_000
    /// How deep groups are listed; what lies deeper is left out, and its group says so.
    public var depth = 64
    /// The longest any request may take, in seconds.
    public var seconds = 20.0

    /// The limits that fit checkpoints and probe sets.
    public init() {}

    var forReader: reader_limits {
        reader_limits(
            dataset_bytes: UInt64(clamping: datasetBytes),
            attribute_bytes: UInt64(clamping: attributeBytes),
            generous_bytes: UInt64(clamping: generousBytes),
            growth: UInt64(clamping: growth),
            objects: UInt64(clamping: objects),
            path_bytes: UInt64(Self.pathBytes),
            depth: UInt32(clamping: depth),
            name_bytes: UInt32(Self.nameBytes),
            rank: UInt32(Self.rank),
            reserved: 0)
    }

    static let pathBytes = 64 << 20
    static let nameBytes = 1_024
    static let rank = 8
}
