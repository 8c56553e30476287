/// How wide text comes out, so that margins fit labels and labels fit margins.
enum TextMetrics {
    /// Helvetica's advance widths of U+0020...U+007E, in thousandths of the size.
    private static let widths: [Double] = [
        278, 278, 355, 556, 556, 889, 667, 222, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
        556, 556,
        556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
        722,
        778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
        556,
        278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
        260,
        334, 584,
    ]

    /// The width of a text in inches, at a size in points.
    static func width(_ text: String, size: Double) -> Double {
        let thousandths = text.unicodeScalars.reduce(0.0) { sum, scalar in
            switch scalar.value {
            case 0x20...0x7E: sum + widths[Int(scalar.value) - 0x20]
            case 0x300...0x36F: sum
            case 0x2026: sum + 1000
            case 0x1100...0xFFFF where scalar.value < 0x2000 || scalar.value > 0x2BFF: sum + 1000
            case 0x10000...: sum + 1200
            default: sum + 600
            }
        }
        return thousandths / 1000 * size / 72
    }

    /// The height of a line in inches.
    static func lineHeight(_ size: Double) -> Double { size * 1.15 / 72 }

    /// The text, or its beginning and an ellipsis, so that it is at most `width` inches wide.
    static func fitted(_ text: String, into width: Double, size: Double) -> String {
        let text = GnuplotText.clean(text)
        // A width that was measured from the text itself may have been rounded on its way.
        if self.width(text, size: size) <= width + 0.002 { return text }
        var beginning = ""
        for character in text {
            if self.width(beginning + String(character) + "…", size: size) > width { break }
            beginning.append(character)
        }
        while beginning.hasSuffix(" ") || beginning.hasSuffix(",") { beginning.removeLast() }
        return beginning + "…"
    }

    /// The parts of a name on one line if they fit, else on two, shortened if need be.
    static func wrapped(_ parts: [String], into width: Double, size: Double) -> [String] {
        let whole = parts.joined(separator: ", ")
        if self.width(GnuplotText.clean(whole), size: size) <= width {
            return [GnuplotText.clean(whole)]
        }
        guard parts.count > 1 else { return broken(whole, into: width, size: size, lines: 2) }
        return [parts[0] + ",", parts[1]].map { fitted($0, into: width, size: size) }
    }

    /// A text on at most `lines` lines, broken at spaces, the last shortened if need be.
    static func broken(_ text: String, into width: Double, size: Double, lines: Int) -> [String] {
        var words = GnuplotText.clean(text).split(separator: " ").map(String.init)
        var result: [String] = []
        while !words.isEmpty, result.count < lines - 1 {
            var line = words.removeFirst()
            while let next = words.first, self.width(line + " " + next, size: size) <= width {
                line += " " + next
                words.removeFirst()
            }
            result.append(fitted(line, into: width, size: size))
        }
        if !words.isEmpty { result.append(fitted(words.joined(separator: " "), into: width, size: size)) }
        return result
    }
}
