/// A table for a terminal: left-aligned columns two spaces apart, numbers to the right.
struct TextTable {
    let header: [String]
    let rows: [[String]]

    /// The table's lines, without trailing spaces.
    var lines: [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let isNumeric = header.indices.map { column in
            !rows.isEmpty && rows.allSatisfy { Double($0[column]) != nil || $0[column].isEmpty }
        }
        return all.map { row in
            let cells = row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                return isNumeric[column] ? padding + text : text + padding
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}

/// Foreign text for a terminal: control characters, which could move the cursor or change colours, become `?`; very long
/// text is cut.
func printable(_ text: String) -> String { printable(text, limit: 200) }

/// The same, cut at another length.
func printable(_ text: String, limit: Int) -> String {
    let clean = text.unicodeScalars.map { scalar -> Character in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "?"
        default: Character(scalar)
        }
    }
    return clean.count > limit ? String(clean.prefix(limit)) + "…" : String(clean)
}
