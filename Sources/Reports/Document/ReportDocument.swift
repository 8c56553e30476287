import Figures

/// A report before it is HTML or Markdown: sections of blocks, whose texts may hold `code` in backticks and citations as
/// `[@key]`.
struct ReportDocument: Sendable {
    var title: String
    /// The run's name.
    var run: String
    /// The verdict, sentence by sentence.
    var verdict: [String]
    /// What was analysed, in one line.
    var scope: String
    var sections: [ReportSection]
}

/// A question and its answer, or an appendix.
struct ReportSection: Sendable {
    /// The anchor, of letters and hyphens.
    var id: String
    var title: String
    var blocks: [ReportBlock]
}

/// A piece of a section.
enum ReportBlock: Sendable {
    case paragraph(String)
    case list([String])
    case figure(ReportFigure)
    case table(ReportTable)
    /// Text that is shown as it is, such as a command line.
    case code(String)
}

/// A figure by the name of its files.
struct ReportFigure: Sendable {
    var name: String
    var caption: String
}

/// A table; a long one is folded where the medium can.
struct ReportTable: Sendable {
    struct Cell: Sendable {
        var text: String
        /// What stands behind it in smaller type: the interval.
        var note: String?
        var isNumber = false
    }

    var caption: String
    var header: [String]
    var rows: [[Cell]]
    var isLong = false
    /// Which columns hold numbers.
    var numeric: [Bool] { header.indices.map { column in rows.contains { $0[column].isNumber } } }
}
