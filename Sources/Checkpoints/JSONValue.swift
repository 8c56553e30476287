import Files

/// A JSON document as a value.
///
/// Keras' configurations are foreign text: they come out of checkpoints that may be hostile, and Python writes `NaN` and
/// `Infinity` into them. Parsing is ``JSONParser``'s.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The value under a key, or nil if this is no object or has no such key.
    public subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// The element at an index, or nil if this is no array or is shorter.
    public subscript(index: Int) -> JSONValue? {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
    }

    /// The text of a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The truth value of a Boolean.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The number as a `Double`.
    public var double: Double? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The number where it is a whole one.
    public var int: Int? {
        if case .number(let number) = self { Int(exactly: number) } else { nil }
    }

    /// The elements of an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members of an object.
    public var object: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }
}

extension JSONValue {
    /// The JSON document in a file, or nil if the file does not begin like one.
    ///
    /// - Throws: ``CheckpointError/badConfiguration(file:reason:)`` if it begins like one and is none.
    package init?(document file: FileBytes) throws {
        guard let first = file.bytes.first(where: { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }), first == UInt8(ascii: "{")
        else { return nil }
        do {
            self = try JSONParser.parse(String(decoding: file.bytes, as: UTF8.self))
        } catch {
            throw CheckpointError.badConfiguration(file: file.path, reason: "it is no JSON: \(error)")
        }
    }
}
