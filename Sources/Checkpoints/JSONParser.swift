/// Parses JSON as Python's `json` module writes it.
///
/// A parser of our own, since Foundation's refuses Python's `NaN` and `Infinity`, does not tell true from 1 once bridged, and
/// takes longer for a model's configuration than reading its weights does. Depth is bounded, so that 100,000 opening
/// brackets are an error and not a stack overflow. Of duplicate keys the last one counts, as in Python.
struct JSONParser {
    /// What is wrong with the text, and where (byte offset).
    struct Failure: Error, CustomStringConvertible {
        let reason: String
        let offset: Int
        var description: String { "\(reason) at byte \(offset)" }
    }

    static let maximumDepth = 200

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The document that is the whole of `text`.
    static func parse(_ text: String) throws(Failure) -> JSONValue {
        var parser = JSONParser(Array(text.utf8))
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == parser.bytes.count else { throw parser.failure("there is text after the document") }
        return value
    }

    private func failure(_ reason: String) -> Failure { Failure(reason: reason, offset: position) }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        guard depth <= Self.maximumDepth else {
            throw failure("the document is nested more than \(Self.maximumDepth) levels deep")
        }
        skipSpace()
        guard position < bytes.count else { throw failure("the document ends early") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try keyword("true", .bool(true))
        case UInt8(ascii: "f"): return try keyword("false", .bool(false))
        case UInt8(ascii: "n"): return try keyword("null", .null)
        case UInt8(ascii: "N"): return try keyword("NaN", .number(.nan))
        case UInt8(ascii: "I"): return try keyword("Infinity", .number(.infinity))
        default: return try number()
        }
    }

    private mutating func keyword(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        let letters = Array(word.description.utf8)
        guard bytes[position...].starts(with: letters) else { throw failure("an unknown word") }
        position += letters.count
        return value
    }

    private mutating func object(depth: Int) throws(Failure) -> JSONValue {
        position += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure("a key is missing") }
            let key = try string()
            skipSpace()
            guard take(":") else { throw failure("a colon is missing") }
            members[key] = try value(depth: depth + 1)
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw failure("a comma or } is missing") }
        }
    }

    private mutating func array(depth: Int) throws(Failure) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw failure("a comma or ] is missing") }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func string() throws(Failure) -> String {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
            position += 1
        }
        guard position < bytes.count else { throw failure("a string does not end") }
        var text = bytes[start..<position]
        while bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") {
                text.append(contentsOf: try escape())
            } else {
                text.append(bytes[position])
                position += 1
            }
            guard position < bytes.count else { throw failure("a string does not end") }
        }
        position += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escape() throws(Failure) -> [UInt8] {
        guard position + 1 < bytes.count else { throw failure("a string does not end") }
        let letter = bytes[position + 1]
        position += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            let first = try hexadecimal()
            if 0xD800..<0xDC00 ~= first, bytes[position...].starts(with: Array("\\u".utf8)) {
                position += 2
                let second = try hexadecimal()
                let scalar = 0x10000 + ((first - 0xD800) << 10) + (second &- 0xDC00)
                return Array(String(Unicode.Scalar(0xDC00..<0xE000 ~= second ? scalar : 0xFFFD) ?? "\u{FFFD}").utf8)
            }
            return Array(String(Unicode.Scalar(first) ?? "\u{FFFD}").utf8)
        default: throw failure("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        guard position + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw failure("a bad \\u escape") }
        position += 4
        return code
    }

    private mutating func number() throws(Failure) -> JSONValue {
        let start = position
        if take("-"), position < bytes.count, bytes[position] == UInt8(ascii: "I") {
            return try keyword("Infinity", .number(-.infinity))
        }
        while position < bytes.count, isPartOfNumber(bytes[position]) { position += 1 }
        guard position > start, let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            throw failure("neither a value nor a number")
        }
        return .number(number)
    }

    private func isPartOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
