/// The look of figures: width, theme, type and colours.
public struct FigureStyle: Sendable, Equatable {
    /// The width of a figure on the page.
    public enum Width: Sendable, Equatable {
        /// One column: 3.25 in.
        case single
        /// Two columns: 6.75 in.
        case double
        /// Another width, from 60 to 400 mm.
        case millimetres(Double)

        /// The width in inches.
        public var inches: Double {
            switch self {
            case .single: 3.25
            case .double: 6.75
            case .millimetres(let value): value.isNaN ? 3.25 : min(400, max(60, value)) / 25.4
            }
        }
    }

    /// Where a figure is shown.
    public enum Theme: String, Sendable, CaseIterable {
        /// Black on white.
        case paper
        /// Black on white, everything larger.
        case slides
        /// Light on dark.
        case dark
    }

    /// How epochs are spaced on an axis.
    public enum EpochScale: String, Sendable, CaseIterable {
        /// Logarithmic where a run spans much, else linear.
        case automatic = "auto"
        /// Logarithmic, with epoch 0 apart at the left.
        case logarithmic = "log"
        /// Evenly.
        case linear
    }

    /// The width on paper; slides are larger by `magnification`.
    public var width: Width
    /// Where the figure is shown.
    public var theme: Theme
    /// The palette of maps.
    public var palette: Palette
    /// The font's family. Where it is missing, fontconfig chooses its nearest relative (DejaVu Sans for the default's).
    ///
    /// With the default font, PDF and PNG show `?` for letters that neither of the two has, such as Chinese ones: name a font
    /// that has them. SVG and LaTeX show them all.
    public let font: String
    /// How epochs are spaced on an axis.
    public var epochScale: EpochScale
    /// Whether the script can be drawn as LaTeX too. Its texts then reach LaTeX, escaped.
    public var allowsLaTeX: Bool

    /// The default font, a metric twin of Helvetica.
    public static let defaultFont = "Nimbus Sans"

    /// A style.
    ///
    /// - Parameter font: A family name of letters, digits, spaces and hyphens (an SVG holds it unescaped); any other name,
    ///   and nil, stands for the default.
    public init(
        width: Width = .single, theme: Theme = .paper, palette: Palette = .cividis, font: String? = nil,
        epochScale: EpochScale = .automatic, allowsLaTeX: Bool = false
    ) {
        self.width = width
        self.theme = theme
        self.palette = palette
        self.font = font.flatMap { Self.isSafeFont($0) ? $0 : nil } ?? Self.defaultFont
        self.epochScale = epochScale
        self.allowsLaTeX = allowsLaTeX
    }

    /// Whether the name is made of letters, digits, spaces and hyphens.
    public static func isSafeFont(_ name: String) -> Bool {
        let isAllowed = { (scalar: Unicode.Scalar) in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == " " || scalar == "-")
        }
        return !name.isEmpty && name.utf8.count <= 64 && name.unicodeScalars.allSatisfy(isAllowed)
    }

    /// The size of text on paper, in points.
    static let textSize = 8.0
    /// The size of tick labels.
    static let tickSize = 7.0
    /// The size of notes.
    static let noteSize = 6.5

    /// How many times larger than on paper everything is drawn.
    var magnification: Double { theme == .slides ? 1.75 : 1 }
    /// The colour of axes and text.
    var foreground: String { theme == .dark ? "#e6e6e6" : "#000000" }
    /// The colour of the page.
    var background: String { theme == .dark ? "#15181c" : "#ffffff" }
    /// The colour of notes and chance levels.
    var muted: String { theme == .dark ? "#9aa0a6" : "#666666" }
    /// The colour of the grid, and of map cells without a value.
    var faint: String { theme == .dark ? "#33383d" : "#e6e6e6" }
}
