import CHDF5Reader

/// A file's objects as a reader listed them, checked.
struct TableOfContents: Sendable {
    /// The root first, then depth first by name.
    let objects: [HDF5Object]
    /// The number of each path in `objects`.
    let indices: [String: Int]

    /// Nil if the bytes make no sense.
    init?(_ bytes: [UInt8], limits: HDF5Limits) {
        var cursor = ByteCursor(bytes)
        var objects: [HDF5Object] = []
        var indices: [String: Int] = [:]
        var pathBytes = 0
        while !cursor.isAtEnd {
            guard let record = cursor.take(reader_record.self), Int(record.rank) <= 32,
                let shape = cursor.shape(rank: Int(record.rank)),
                let nameBytes = cursor.take(Int(record.name_bytes)), nameBytes.count <= HDF5Limits.nameBytes,
                record.attributes <= limits.objects
            else { return nil }
            var attributeNames: [String] = []
            for _ in 0..<record.attributes {
                guard let count = cursor.take(UInt32.self), let name = cursor.take(Int(count)) else { return nil }
                attributeNames.append(String(decoding: name, as: UTF8.self))
            }
            let isRoot = objects.isEmpty
            guard isRoot == (record.parent == UInt32.max), isRoot || Int(record.parent) < objects.count else {
                return nil
            }
            let name = String(decoding: nameBytes, as: UTF8.self)
            let parent = isRoot ? "" : objects[Int(record.parent)].path
            let path = isRoot ? "/" : (parent == "/" ? "/" : parent + "/") + name
            pathBytes += path.utf8.count
            guard objects.count <= limits.objects, pathBytes <= HDF5Limits.pathBytes * 2 else { return nil }
            if indices[path] == nil { indices[path] = objects.count }
            objects.append(
                HDF5Object(
                    path: path, name: name, kind: Self.kind(record.kind), shape: shape,
                    elementType: Self.elementType(record), problem: Self.problem(record, objects),
                    attributeNames: attributeNames))
        }
        guard !objects.isEmpty else { return nil }
        self.objects = objects
        self.indices = indices
    }

    private static func kind(_ kind: reader_object_kind) -> HDF5Object.Kind {
        switch kind {
        case READER_IS_GROUP: .group
        case READER_IS_DATASET: .dataset
        default: .refused
        }
    }

    private static func elementType(_ record: reader_record) -> HDF5Object.ElementType {
        switch record.element {
        case READER_IS_FLOAT: .float(bytes: Int(record.element_bytes))
        case READER_IS_INTEGER: .integer(bytes: Int(record.element_bytes))
        case READER_IS_STRING: .string
        default: .other
        }
    }

    private static func problem(_ record: reader_record, _ before: [HDF5Object]) -> String? {
        if record.problem == READER_NO_PROBLEM { return nil }
        if record.problem == READER_SEEN_BEFORE, record.detail < before.count {
            return "is a second name of the group \(before[Int(record.detail)].path); read it there"
        }
        return Refusal(problem: record.problem, detail: record.detail).words
    }
}

/// Reads fixed-size values and runs of bytes, and says nil past the end.
struct ByteCursor {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take<Value: BitwiseCopyable>(_ type: Value.Type) -> Value? {
        let size = MemoryLayout<Value>.size
        guard size <= bytes.count - position else { return nil }
        defer { position += size }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: type) }
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.count - position else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// Dimensions that do not fit an Int saturate: such a dataset is refused, and listed.
    mutating func shape(rank: Int) -> [Int]? {
        var shape: [Int] = []
        for _ in 0..<rank {
            guard let dimension = take(UInt64.self) else { return nil }
            shape.append(Int(clamping: dimension))
        }
        return shape
    }
}
