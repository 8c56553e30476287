/// A work that a method comes from.
struct Reference: Sendable {
    /// BibTeX's key, of letters and digits.
    let key: String
    /// How it is cited in running text.
    let authors: String
    let year: Int
    let title: String
    let venue: String
    /// `article`, `inproceedings`, `book` or `misc`.
    let type: String
    /// A DOI or an arXiv number.
    let identifier: String

    /// Where to read it.
    var link: String {
        identifier.hasPrefix("10.") ? "https://doi.org/\(identifier)" : "https://arxiv.org/abs/\(identifier)"
    }

    /// The entry for BibTeX.
    var bibtex: String {
        let place = type == "article" ? "journal" : type == "book" ? "publisher" : type == "misc" ? "note" : "booktitle"
        let source =
            identifier.hasPrefix("10.")
            ? "  doi = {\(identifier)}," : "  eprint = {\(identifier)},\n  archiveprefix = {arXiv},"
        return """
            @\(type){\(key),
              author = {\(authors)},
              title = {{\(title)}},
              \(place) = {\(venue)},
              year = {\(year)},
            \(source)
            }
            """
    }
}
