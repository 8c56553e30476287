extension JSONValue {
    /// The document as Python's `json.dumps` would write it: ASCII only, `NaN` and `Infinity` as such, whole numbers without a
    /// fraction. Members are sorted by their keys, so that the same value is always the same text.
    public var text: String {
        var result = ""
        write(to: &result)
        return result
    }

    private func write(to result: inout String) {
        switch self {
        case .null: result += "null"
        case .bool(let flag): result += flag ? "true" : "false"
        case .number(let number): result += Self.text(of: number)
        case .string(let text): Self.write(text, to: &result)
        case .array(let elements):
            result += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { result += ", " }
                element.write(to: &result)
            }
            result += "]"
        case .object(let members):
            result += "{"
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { result += ", " }
                Self.write(member.key, to: &result)
                result += ": "
                member.value.write(to: &result)
            }
            result += "}"
        }
    }

    private static func text(of number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        if let whole = Int(exactly: number), abs(whole) < 1 << 53 { return String(whole) }
        return "\(number)"
    }

    private static func write(_ text: String, to result: inout String) {
        result += "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 0x0A: result += "\\n"
            case 0x20..<0x7F: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        result += "\""
    }
}
