/// A table of numbers as text: one sequence a row, an optional first line of names.
///
/// Cells are separated by commas, or by tabs, semicolons or blanks where the first line has none (`numpy.savetxt` writes blanks). Lines
/// that begin with `#` are comments. Rows may end early, or in empty cells: they are shorter sequences.
public struct CSVTable: Sendable {
    /// The names of the columns; nil without a first line of names.
    public let names: [String]?
    /// The rows; nil where a cell is empty or `NA`, as Keras' CSVLogger writes what is missing. NaN and infinities are spelt `nan`, `inf`, `-inf`.
    public let rows: [[Double?]]
    private let file: String
    private let lineNumbers: [Int]

    /// Reads a table.
    ///
    /// - Parameter name: The file's name, for messages.
    /// - Throws: ``ArrayFileError/badTable(file:reason:)`` or ``ArrayFileError/badCell(file:line:column:text:)``.
    public init(of bytes: [UInt8], name: String) throws(ArrayFileError) {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw .badTable(file: name, reason: "this is no text in UTF-8")
        }
        let unmarked = text.first == "\u{FEFF}" ? text.dropFirst() : text[...]
        var lines = unmarked.split(omittingEmptySubsequences: false) { $0.isNewline }.enumerated()
            .map { (number: $0 + 1, text: $1) }
        lines.removeAll { $0.text.allSatisfy(\.isWhitespace) || $0.text.first == "#" }
        guard let first = lines.first else { throw .badTable(file: name, reason: "it has no rows") }
        let separator = [",", "\t", ";"].first { first.text.contains($0) }.map(Character.init)
        func cells(_ line: Substring) -> [String] { Self.cells(line, separator) }
        let header = cells(first.text)
        let isHeader = header.contains { !$0.isEmpty && Double($0) == nil }
        names = isHeader ? header : nil
        if isHeader { lines.removeFirst() }
        guard !lines.isEmpty else { throw .badTable(file: name, reason: "it has names, but no rows") }
        var rows: [[Double?]] = []
        for line in lines {
            var numbers: [Double?] = []
            for (column, cell) in cells(line.text).enumerated() {
                let number = Double(cell)
                guard number != nil || cell.isEmpty || cell == "NA" else {
                    let title =
                        isHeader && column < header.count ? "`\(Self.shown(header[column]))`" : String(column + 1)
                    throw .badCell(file: name, line: line.number, column: title, text: Self.shown(cell))
                }
                numbers.append(number)
            }
            guard !isHeader || numbers.count <= header.count else {
                throw .badTable(
                    file: name, reason: "line \(line.number) has \(numbers.count) cells under \(header.count) names")
            }
            rows.append(numbers)
        }
        self.rows = rows
        file = name
        lineNumbers = lines.map(\.number)
    }

    /// A cell for a message: its beginning, without control characters.
    private static func shown(_ cell: String) -> String {
        String(cell.prefix(40).map { $0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? "?" : $0 })
    }

    /// The cells of a line, without blanks around them and without quotes (RFC 4180; a cell holds no line break).
    private static func cells(_ line: Substring, _ separator: Character?) -> [String] {
        guard let separator else { return line.split(whereSeparator: \.isWhitespace).map(String.init) }
        var cells: [String] = []
        var (cell, isQuoted) = ("", false)
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == separator, !isQuoted {
                cells.append(cell)
                cell = ""
            } else {
                cell.append(character)
            }
        }
        return (cells + [cell]).map { text in
            let start = text.drop { $0.isWhitespace }
            return String(start.reversed().drop { $0.isWhitespace }.reversed())
        }
    }

    /// The sequences, one a row without the empty cells at its end, and beside them some named columns.
    ///
    /// - Parameter special: The lower-case names of columns that are no part of the sequences.
    /// - Throws: ``ArrayFileError/badTable(file:reason:)`` for a special column without a value in some row, and for a gap within a
    ///   sequence.
    public func sequences(
        beside special: [String]
    ) throws(ArrayFileError) -> (rows: [[Double]], columns: [String: [Double]]) {
        var places: [String: Int] = [:]
        for (place, name) in (names ?? []).enumerated() where special.contains(name.lowercased()) {
            places[name.lowercased()] = place
        }
        let taken = Set(places.values)
        var columns: [String: [Double]] = [:]
        var sequences: [[Double]] = []
        for (row, line) in zip(rows, lineNumbers) {
            for (name, place) in places {
                guard place < row.count, let value = row[place] else {
                    throw .badTable(file: file, reason: "line \(line) has no value in column `\(name)`")
                }
                columns[name, default: []].append(value)
            }
            var cells = row.indices.filter { !taken.contains($0) }.map { row[$0] }
            while let last = cells.last, last == nil { cells.removeLast() }
            let sequence = cells.compactMap { $0 }
            guard sequence.count == cells.count else {
                throw .badTable(file: file, reason: "line \(line) has an empty cell within its sequence")
            }
            sequences.append(sequence)
        }
        return (sequences, columns)
    }
}
