/// What can be wrong with a file of arrays: what, where, and what to do next.
public enum ArrayFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file, or a member of an archive, is no NumPy array that can be read.
    case badArray(file: String, reason: String)
    /// The archive of arrays cannot be read.
    case badArchive(file: String, reason: String)
    /// A cell of a table is no number.
    case badCell(file: String, line: Int, column: String, text: String)
    /// The table has no rows, or is no text.
    case badTable(file: String, reason: String)

    /// The text a researcher reads.
    public var description: String {
        switch self {
        case .badArray(let file, let reason):
            "\(file): \(reason). Save a plain array of numbers or booleans: numpy.save(\"maps.npy\", maps)."
        case .badArchive(let file, let reason):
            "\(file): \(reason). Save it again: numpy.savez(\"maps.npz\", attention=maps, mask_answer=mask)."
        case .badCell(let file, let line, let column, let text):
            "\(file): line \(line), column \(column): `\(text)` is no number. Write numbers with a decimal point, one sequence a "
                + "row; a first line of names is fine."
        case .badTable(let file, let reason):
            "\(file): \(reason). Write one sequence a row, numbers separated by commas."
        }
    }
}
