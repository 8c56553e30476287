/// Numbers inside a script, under a name: `$name << FOVEA_END`.
///
/// Only numbers ever go into one, because a line of text that begins like the terminator would end it and make commands of
/// the rest. Numbers are written in the shortest form that reads back as the same number; what is not finite is `NaN`.
struct Datablock: Sendable {
    /// The name without `$`; a letter, then letters, digits and underscores.
    let name: String
    /// The lines; an empty one separates two lines of a plot.
    private(set) var lines: [String] = []
    /// How many infinities were written as `NaN`.
    private(set) var infinities = 0

    init(_ name: String) {
        precondition(GnuplotText.isPlainName(name) && !name.contains("-") && !name.contains("."))
        self.name = name
    }

    /// Adds a row.
    mutating func append(_ row: [Double]) {
        lines.append(row.map { write($0) }.joined(separator: " "))
    }

    /// Adds a row; a float is written with the digits of a float.
    mutating func append(_ row: some Sequence<Float>) {
        lines.append(row.map { $0.isFinite ? shortened("\($0)") : write(Double($0)) }.joined(separator: " "))
    }

    /// Adds a comment, which may hold whole numbers and words of our own only.
    mutating func comment(_ text: String) { lines.append("# " + GnuplotText.comment(text)) }

    /// Breaks the line of a plot.
    mutating func gap() { lines.append("") }

    /// Whether no row was added.
    var isEmpty: Bool { lines.isEmpty }

    private mutating func write(_ value: Double) -> String {
        guard value.isFinite else {
            if value.isInfinite { infinities += 1 }
            return "NaN"
        }
        return shortened("\(value)")
    }

    private func shortened(_ number: String) -> String { number.hasSuffix(".0") ? String(number.dropLast(2)) : number }
}
