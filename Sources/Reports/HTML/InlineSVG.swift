/// An SVG drawn by gnuplot, made fit to stand inside a page with others: its ids get a prefix, and anything that is not a plain
/// drawing is refused.
struct InlineSVG {
    /// The `<svg>` element.
    let text: String
    /// Its width in CSS pixels, at 96 to the inch.
    let width: Int

    private static let elements: Set<Substring> = [
        "svg", "g", "defs", "title", "desc", "path", "rect", "circle", "line", "polyline", "polygon", "use", "text",
        "tspan", "clipPath", "pattern", "filter", "feFlood", "feComposite",
    ]

    /// nil if the text is no SVG or holds elements or attributes that a drawing of ours has not.
    ///
    /// - Parameter label: What the drawing is, for readers who do not see it.
    init?(_ svg: String, prefix: String, label: String) {
        guard let start = svg.firstRange(of: "<svg") else { return nil }
        var rest = svg[start.lowerBound...]
        var result = ""
        var width: Int?
        var skipsTitle = false
        while let open = rest.firstIndex(of: "<") {
            if !skipsTitle { result += rest[..<open] }
            guard let close = rest[open...].firstIndex(of: ">") else { return nil }
            let tag = rest[rest.index(after: open)..<close]
            rest = rest[rest.index(after: close)...]
            if tag.hasPrefix("!--") { continue }
            let name = tag.drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != "/" }
            guard Self.elements.contains(name), Self.isPlain(tag) else { return nil }
            if width == nil, name == "svg" {
                guard let size = Self.size(tag) else { return nil }
                width = size.width
                result +=
                    "<svg class=\"drawing\" role=\"img\" aria-label=\"\(Self.escaped(label))\" viewBox=\"0 0 "
                    + "\(size.width) \(size.height)\" xmlns=\"http://www.w3.org/2000/svg\" "
                    + "xmlns:xlink=\"http://www.w3.org/1999/xlink\">"
                continue
            }
            // gnuplot's own title and description would be the tooltip of the whole figure.
            if name == "desc" || (name == "title" && (skipsTitle || rest.hasPrefix("Gnuplot"))) {
                skipsTitle = !tag.hasPrefix("/")
                continue
            }
            result += "<" + Self.prefixed(tag, prefix) + ">"
        }
        guard let width else { return nil }
        text = result
        self.width = width
    }

    /// Whether no attribute runs a script or points outside.
    private static func isPlain(_ tag: Substring) -> Bool {
        let text = tag.lowercased()
        if text.contains("javascript:") { return false }
        for word in text.split(whereSeparator: \.isWhitespace) {
            if word.hasPrefix("on"), word.contains("=") { return false }
            if word.contains("href="), !word.contains("href='#"), !word.contains("href=\"#") { return false }
        }
        return true
    }

    private static func size(_ tag: Substring) -> (width: Int, height: Int)? {
        guard let start = tag.firstRange(of: "viewBox=\"0 0 "), let end = tag[start.upperBound...].firstIndex(of: "\"")
        else { return nil }
        let numbers = tag[start.upperBound..<end].split(separator: " ").compactMap { Int($0) }
        return numbers.count == 2 && numbers.allSatisfy { $0 > 0 } ? (numbers[0], numbers[1]) : nil
    }

    /// Ids and references to them with a prefix, and fall-backs for the font.
    private static func prefixed(_ tag: Substring, _ prefix: String) -> String {
        var text = String(tag)
        for (from, to) in [
            (" id='", " id='\(prefix)-"), (" id=\"", " id=\"\(prefix)-"), ("href='#", "href='#\(prefix)-"),
            ("href=\"#", "href=\"#\(prefix)-"), ("url(#", "url(#\(prefix)-"),
        ] {
            text = text.replacing(from, with: to)
        }
        if let start = text.firstRange(of: "font-family=\""), let end = text[start.upperBound...].firstIndex(of: "\"") {
            text.insert(contentsOf: ", Helvetica, Arial, sans-serif", at: end)
        }
        return text
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }
}
