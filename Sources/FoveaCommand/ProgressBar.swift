import Dispatch
import Fovea

/// A bar that shows how far an analysis is, drawn several times a second by a timer: a checkpoint may take minutes.
final class ProgressBar {
    private let timer: (any DispatchSourceTimer)?
    private let queue = DispatchQueue(label: "progress", qos: .userInteractive)
    private let console: Console

    /// Starts to draw, on a terminal only.
    init(_ progress: AnalysisProgress, _ console: Console) {
        self.console = console
        guard console.showsProgress else {
            timer = nil
            return
        }
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + 1, repeating: 0.25)
        timer.setEventHandler { [console, progress] in console.progress(progress.fraction) }
        timer.resume()
        self.timer = timer
    }

    /// Takes the bar away.
    func end() {
        guard let timer else { return }
        timer.cancel()
        // What is being drawn is finished before it is taken away.
        queue.sync {}
        console.endProgress()
    }
}
