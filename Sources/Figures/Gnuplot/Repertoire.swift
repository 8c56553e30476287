/// The characters that the default font and its fall-back, DejaVu Sans, can draw.
///
/// gnuplot 5.4 draws a character that no installed font has as a box as large as the page, over the whole figure. Browsers
/// and LaTeX have fonts of their own.
enum Repertoire {
    /// Blocks that DejaVu Sans covers without a gap: Latin, Greek, Cyrillic, punctuation, arrows, mathematics, shapes.
    private static let covered: [ClosedRange<UInt32>] = [
        0x20...0x2AF, 0x300...0x34F, 0x370...0x3FF, 0x400...0x525, 0x1E00...0x1EFB, 0x2010...0x205F, 0x2070...0x209C,
        0x20A0...0x20B5, 0x2190...0x22FF, 0x2500...0x25FF,
    ]

    /// The text with a question mark for each character that could not be drawn.
    static func reduced(_ text: String) -> String {
        var result = ""
        for character in text {
            let isCovered = character.unicodeScalars.allSatisfy { scalar in
                covered.contains { $0.contains(scalar.value) }
            }
            result.append(isCovered ? character : "?")
        }
        return result
    }
}
