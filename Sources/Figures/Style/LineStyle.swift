import Focus

/// A line's look: colour, dash and marker all differ, so that it survives a grey print.
struct LineStyle: Sendable {
    /// `#rrggbb`.
    var colour: String
    /// gnuplot's dash pattern in parentheses, in units of the line's width, or `solid`.
    var dash: String
    /// gnuplot's point type: filled circle, triangle, square, diamond.
    var marker: Int

    private static let dashes = ["solid", "(10,3,2,3)", "(7,3.5)", "(2,2.5)", "(14,4)", "(6,3,2,3,2,3)"]
    private static let markers = [7, 9, 5, 13, 11, 15]

    /// The Okabe-Ito colours that stand out on the theme's background, in the order of use; where they are used up, they come
    /// again with other dashes and markers.
    static func series(_ index: Int, theme: FigureStyle.Theme) -> LineStyle {
        let colours =
            theme == .dark
            ? ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#d55e00"]
            : ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
        let (place, round) = (index % colours.count, index / colours.count)
        let other = (place + 2 * round) % dashes.count
        return LineStyle(colour: colours[place], dash: dashes[other], marker: markers[other])
    }

    /// The look of a kind of source, the same in every figure: relatives share a colour and differ in dash and marker.
    static func of(_ kind: Source.Kind, style: FigureStyle) -> LineStyle {
        let (colour, dash): (Int?, Int) =
            switch kind {
            case .attention: (0, 0)
            case .attentionRollout: (0, 2)
            case .attentionFlow: (0, 3)
            case .attentionTimesGradient: (0, 5)
            case .occlusion: (1, 1)
            case .leaveOneOut: (1, 4)
            case .gradientTimesInput: (2, 2)
            case .frozenGradient: (2, 5)
            case .saliency: (3, 3)
            case .integratedGradients: (4, 4)
            case .layerwiseRelevance: (4, 1)
            case .smoothGrad: (5, 5)
            case .smoothGradSquared: (5, 1)
            case .varGrad: (5, 3)
            case .uniform: (nil, 3)
            case .random: (nil, 2)
            }
        return LineStyle(
            colour: colour.map { series($0, theme: style.theme).colour } ?? style.muted, dash: dashes[dash],
            marker: markers[dash])
    }

    /// The look of what others are held against: solid, in the colour of text.
    static func reference(_ style: FigureStyle) -> LineStyle {
        LineStyle(colour: style.foreground, dash: "solid", marker: 7)
    }
}
