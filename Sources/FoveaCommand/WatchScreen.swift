import Foundation
import Fovea

/// The timeline of a watch on a terminal, redrawn in place.
struct WatchScreen {
    private let console: Console
    private let isOn: Bool
    private var lines: [String] = []
    private var drawn = 0

    /// A screen on standard error; off where that is no terminal of 80 columns.
    init(console: Console, isOff: Bool) {
        self.console = console
        isOn = !isOff && console.isInteractive && Console.columns >= 80
    }

    /// Whether standard output goes to the same terminal, so that the screen says all there is to say.
    var coversOutput: Bool { isOn && isatty(1) == 1 }

    /// Shows the timeline.
    mutating func show(_ timeline: FocusTimeline) {
        guard isOn, let last = timeline.epochs.last else { return }
        let count = timeline.epochs.count
        lines =
            (TimelineSketch(timeline)?.sparklines(TerminalColour.isAllowedOnErrors) ?? [])
            + ["epoch \(last), \(count) checkpoint\(count == 1 ? "" : "s"); waiting for more, Ctrl-C ends"]
        redraw()
    }

    /// Draws the last timeline again.
    mutating func redraw() {
        guard isOn, !lines.isEmpty else { return }
        clear()
        console.draw(lines.map { $0 + "\n" }.joined())
        drawn = lines.count
    }

    /// Takes the timeline away, for other text to come in its place.
    mutating func clear() {
        if drawn > 0 { console.draw("\r\u{1B}[\(drawn)A\u{1B}[J") }
        drawn = 0
    }
}
