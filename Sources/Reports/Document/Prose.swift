import Figures

/// Text with `code` in backticks and citations as `[@key]`, cut into spans.
enum Prose {
    enum Span: Equatable {
        case plain(String)
        case code(String)
        case citation(key: String)
    }

    /// The longest text that is shown.
    static let maximumLength = 4000

    /// The spans of a text. Control characters and marks that turn the direction of writing become spaces; an apostrophe becomes
    /// typographic.
    static func spans(_ text: String, known: Set<String> = []) -> [Span] {
        let text = GnuplotText.clean(text, maximumLength: maximumLength)
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        return parts.enumerated().flatMap { index, part -> [Span] in
            if part.isEmpty { return [] }
            // A backtick without its partner is only a mark.
            if index.isMultiple(of: 2) || index == parts.count - 1 { return citations(String(part), known) }
            return [.code(String(part))]
        }
    }

    /// The text without marks, for where there is no type to set code apart.
    static func plain(_ text: String) -> String {
        spans(text).map { span in
            switch span {
            case .plain(let text), .code(let text): text
            case .citation: ""
            }
        }.joined()
    }

    private static func citations(_ text: String, _ known: Set<String>) -> [Span] {
        var spans: [Span] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "[@"), let end = rest[start.upperBound...].firstIndex(of: "]") {
            let key = String(rest[start.upperBound..<end])
            guard known.contains(key) else { break }
            if start.lowerBound > rest.startIndex { spans.append(.plain(String(rest[..<start.lowerBound]))) }
            spans.append(.citation(key: key))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { spans.append(.plain(String(rest))) }
        return spans
    }
}
