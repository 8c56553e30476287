/// A figure: a value that knows its gnuplot script.
///
/// A figure computes nothing but its layout; its numbers come from a `FocusTimeline`.
public protocol Figure: Sendable {
    /// The name of its files, such as `focus-evolution`.
    var name: String { get }

    /// The width that suits it where none is asked for.
    var preferredWidth: FigureStyle.Width { get }

    /// The script that draws it. The same figure and style give the same text.
    func script(_ style: FigureStyle) -> GnuplotScript
}
