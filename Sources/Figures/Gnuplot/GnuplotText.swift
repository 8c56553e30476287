/// Turns text from a file or a user into gnuplot source that can only ever be text.
///
/// gnuplot text is a program: double quotes run backticks, doubled single quotes break at the start of a string, a line
/// break ends a string. What is safe is a single-quoted string without single quotes and control characters, on a
/// terminal with `noenhanced`.
public enum GnuplotText {
    /// The longest text that is written out; longer ones end in an ellipsis.
    public static let maximumLength = 120

    /// The text without anything that could end a string or disturb what is drawn: control, formatting (such as
    /// right-to-left marks), private and unassigned characters become a space, runs of white space one space, `'` becomes ’. At most two marks stand on a letter.
    public static func clean(_ text: String, maximumLength: Int = maximumLength) -> String {
        var result = ""
        var count = 0
        var spaceIsDue = false
        var marks = 0
        for scalar in text.unicodeScalars {
            guard let replacement = replacement(for: scalar) else {
                spaceIsDue = !result.isEmpty
                continue
            }
            marks = isMark(scalar) ? marks + 1 : 0
            if marks > 2 { continue }
            if count + (spaceIsDue ? 1 : 0) >= maximumLength - 1 {
                return result + "…"
            }
            if spaceIsDue { result.unicodeScalars.append(" ") }
            count += spaceIsDue ? 2 : 1
            // XML, and so SVG, forbids this one in text.
            if replacement == ">", !spaceIsDue, result.hasSuffix("]]") { result += " " }
            spaceIsDue = false
            result.unicodeScalars.append(replacement)
        }
        return result
    }

    /// The text as a single-quoted gnuplot string.
    public static func quoted(_ text: String, maximumLength: Int = maximumLength) -> String {
        "'" + clean(text, maximumLength: maximumLength) + "'"
    }

    /// The text as a single-quoted gnuplot string whose content LaTeX shows as it is.
    public static func quotedForLaTeX(_ text: String) -> String {
        "'" + clean(text).unicodeScalars.map(escapedForLaTeX).joined() + "'"
    }

    /// The text so that LaTeX shows it as it is.
    package static func escapedForLaTeX(_ text: String) -> String {
        clean(text).unicodeScalars.map(escapedForLaTeX).joined()
    }

    /// The text for a comment of a script: letters, digits and a little punctuation, all else a space.
    ///
    /// A backslash at the end of a comment would make the next line part of it.
    public static func comment(_ text: String) -> String {
        let allowed = Set(" .,:;-_()/×=%".unicodeScalars)
        let scalars = clean(text).unicodeScalars.map { scalar in
            allowed.contains(scalar) || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) ? scalar : " "
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Whether the text may name a file or a datablock of a script: `[A-Za-z0-9._-]+`, starting with a letter or digit.
    public static func isPlainName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, isLetterOrDigit(first), text.utf8.count <= 100 else {
            return false
        }
        return text.unicodeScalars.allSatisfy { isLetterOrDigit($0) || $0 == "." || $0 == "_" || $0 == "-" }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        let category = scalar.properties.generalCategory
        return category == .nonspacingMark || category == .enclosingMark
    }

    private static func replacement(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
        if scalar == "'" { return "’" }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse, .surrogate,
            .unassigned:
            return nil
        default:
            return scalar
        }
    }

    private static func escapedForLaTeX(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\\": "\\textbackslash{}"
        case "{", "}", "$", "&", "#", "%", "_": "\\\(scalar)"
        case "^": "\\textasciicircum{}"
        case "~": "\\textasciitilde{}"
        case "<": "\\textless{}"
        case ">": "\\textgreater{}"
        case "|": "\\textbar{}"
        case "\"": "\\textquotedbl{}"
        case "`": "\\textasciigrave{}"
        case "×": "$\\times$"
        case "≤": "$\\leq$"
        case "≥": "$\\geq$"
        case "−": "$-$"
        case "√": "$\\surd$"
        case "…": "\\ldots{}"
        case "–": "--"
        case "’": "\\textquoteright{}"
        default: String(scalar)
        }
    }
}
