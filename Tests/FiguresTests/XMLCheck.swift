import Foundation

/// Whether every tag of an XML text is closed, every `<` and `&` belongs to markup, and no character is forbidden.
///
/// A few lines of our own, since FoundationXML is not everywhere.
struct XMLCheck {
    let isWellFormed: Bool

    init(_ data: Data) {
        guard let text = String(validating: data, as: UTF8.self) else {
            isWellFormed = false
            return
        }
        let isForbidden = { (scalar: Unicode.Scalar) in
            (scalar.value < 0x20 && !"\t\n\r".unicodeScalars.contains(scalar)) || scalar.value == 0xFFFE
                || scalar.value == 0xFFFF
        }
        var open: [Substring] = []
        var rest = text[...]
        var isSound = !text.unicodeScalars.contains(where: isForbidden) && !text.contains("]]>")
        while isSound, let start = rest.firstIndex(of: "<") {
            isSound = Self.ampersandsAreEntities(rest[..<start])
            guard let end = rest[start...].firstIndex(of: ">") else {
                isSound = false
                break
            }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("!--") || tag.hasPrefix("?") || tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
            if tag.hasPrefix("/") {
                isSound = open.popLast() == tag.dropFirst().prefix { !$0.isWhitespace }
            } else {
                open.append(tag.prefix { !$0.isWhitespace })
            }
        }
        isWellFormed = isSound && open.isEmpty
    }

    private static func ampersandsAreEntities(_ text: Substring) -> Bool {
        text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            guard let end = part.firstIndex(of: ";") else { return false }
            return part.prefix(upTo: end).allSatisfy { $0.isLetter || $0.isNumber || $0 == "#" }
        }
    }
}
