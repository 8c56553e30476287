import Fovea

/// The files of a report, rendered on all processors.
struct ReportTexts: Sendable {
    /// Each file's name with its text.
    let files: [(name: String, text: String)]

    init(_ report: Report) async throws {
        async let html = report.html()
        async let markdown = report.markdown()
        async let bibliography = report.bibliography
        files = [
            ("report.html", try await html), ("report.md", try await markdown), ("table.tex", report.latexTable),
            ("references.bib", await bibliography),
        ]
    }
}
