/// A self-contained gnuplot script: `gnuplot NAME.gp` draws it anywhere, into `NAME.pdf`.
public struct GnuplotScript: Sendable, Equatable {
    /// The name of its file, without `.gp`; `[A-Za-z0-9._-]+`.
    public let name: String
    /// The script.
    public let text: String

    /// The formats that it can draw.
    public let formats: Set<FigureFormat>

    /// A script of the given name.
    ///
    /// - Precondition: The name is a plain file name; Fovea's figures name themselves.
    public init(name: String, text: String, formats: Set<FigureFormat> = [.pdf, .png, .svg]) {
        precondition(GnuplotText.isPlainName(name), "a figure's name is made of letters, digits, '.', '_' and '-'")
        self.name = name
        self.text = text
        self.formats = formats
    }
}
