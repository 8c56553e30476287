import Files
import Foundation
import Fovea

/// A watch at work: looks at the folder, analyses what is new, keeps the output folder up to date, and ends when asked to.
struct WatchSession {
    /// What is printed for each checkpoint.
    enum Printing {
        case text
        case json
        case nothing
    }

    var live: LiveAnalysis
    var folder: CheckpointFolder
    let output: AnalysisOutput
    let store: WatchStore
    let arguments: WatchArguments
    let printing: Printing
    let console: Console
    /// Readable once a signal asks to end.
    let interruption: Int32

    private var screen: WatchScreen
    private var events: FolderEvents
    /// Whether the output folder lacks something that was found.
    private var isStale = false
    private var isFolderGone = false
    private var nextRefresh = ContinuousClock.now
    private var lastNews = ContinuousClock.now
    private var notes: Set<String> = []
    private var isIntroduced = false
    /// Files that were tried and could not be kept; what went wrong then.
    private var failure: (any Error)?

    init(
        live: LiveAnalysis, folder: CheckpointFolder, output: AnalysisOutput, store: WatchStore,
        arguments: WatchArguments, printing: Printing, console: Console, interruption: Int32
    ) {
        (self.live, self.folder, self.output, self.store) = (live, folder, output, store)
        (self.arguments, self.printing, self.console) = (arguments, printing, console)
        self.interruption = interruption
        screen = WatchScreen(console: console, isOff: printing != .text)
        events = FolderEvents(of: folder.path, interruption: interruption)
    }

    /// Watches until the end, and writes everything.
    mutating func run() async throws {
        try restore()
        note("watching \(printable(folder.path)); Ctrl-C ends")
        while !StopSignal.isRaised {
            let ready = try look()
            do { try analyse(ready) } catch {
                // Nothing is lost: the file is still there to be analysed when there is room again.
                if arguments.once || error is CheckpointError { throw error }
                noteOnce("note: \(error). Trying again.")
                failure = error
            }
            if StopSignal.isRaised || isDone { break }
            if isStale, !arguments.once, ContinuousClock.now >= nextRefresh { await refresh() }
            events.wait(seconds: pause)
        }
        if StopSignal.isRaised { note("ending: everything is being written; Ctrl-C again ends at once") }
        try await finish()
    }

    private mutating func restore() throws {
        let restoration = try live.restore()
        for reason in restoration.damaged { note("note: \(printable(reason, limit: 2000))") }
        if restoration.count > 0 {
            note("\(restoration.count) checkpoint\(restoration.count == 1 ? "" : "s") known from before")
            isStale = true
        }
        if restoration.foreign > 0 {
            note(
                "note: the findings of \(restoration.foreign) checkpoint\(restoration.foreign == 1 ? "" : "s") in "
                    + "\(printable(store.path)) were made with other options and are left out; what is still there is analysed anew."
            )
        }
        show()
    }

    /// The files that are ready; none while the folder is gone.
    private mutating func look() throws -> [CheckpointFolder.File] {
        do {
            let ready = try folder.look()
            if isFolderGone {
                isFolderGone = false
                events = FolderEvents(of: folder.path, interruption: interruption)
                note("\(printable(folder.path)) is back")
            }
            return ready
        } catch {
            if arguments.once { throw error }
            if !isFolderGone { note("note: \(printable("\(error)", limit: 2000)) Waiting for it.") }
            isFolderGone = true
            return []
        }
    }

    private mutating func analyse(_ ready: [CheckpointFolder.File]) throws {
        for (place, file) in ready.enumerated() where !StopSignal.isRaised {
            let started = ContinuousClock.now
            var introductions: [Analysis.Event] = []
            let outcome = try live.add(file, isLast: place == ready.count - 1) { introductions.append($0) }
            introduce(introductions)
            switch outcome {
            case .changing: continue
            case .known: folder.settle(file)
            case .noCheckpoint:
                folder.settle(file)
                noteOnce("note: left out, since no checkpoint: \(printable(file.name))")
            case .unusable(let reason):
                folder.settle(file)
                noteOnce("left out: \(printable(reason, limit: 2000))")
                (isStale, lastNews) = (true, .now)
            case .unreadable(let reason):
                guard !folder.postpone(file) else { continue }
                live.giveUp(file, reason: reason)
                noteOnce("left out: \(printable(reason, limit: 2000))")
                (isStale, lastNews) = (true, .now)
            case .analysed:
                folder.settle(file)
                failure = nil
                (isStale, lastNews) = (true, .now)
                announce(file, took: ContinuousClock.now - started)
            }
        }
    }

    /// Shows what is to be said of a run once.
    private mutating func introduce(_ events: [Analysis.Event]) {
        guard !events.isEmpty else { return }
        isIntroduced = true
        screen.clear()
        for event in events { console.show(event) }
    }

    /// How long to wait before the next look.
    private var pause: Double {
        // A file that is still being written is soon looked at again; what cannot be kept, for want of room, is not.
        if failure != nil { return max(arguments.poll, 10) }
        var seconds = folder.isWaiting ? min(arguments.poll, 0.25) : arguments.poll
        if isStale, !arguments.once { seconds = min(seconds, max(0.01, (nextRefresh - .now).seconds)) }
        return seconds
    }

    private var isDone: Bool {
        if folder.isWaiting, failure == nil { return false }
        if arguments.once { return true }
        if let until = arguments.until, let last = live.lastEpoch, last >= until { return true }
        return arguments.idle.map { ContinuousClock.now - lastNews >= .seconds($0) } ?? false
    }

    /// Brings the output folder up to date; trouble with it ends nothing.
    private mutating func refresh() async {
        let started = ContinuousClock.now
        do {
            if live.count > 0 {
                let result = try live.result(writingTo: output.folder.path("analysis.h5"))
                _ = try await output.write(result, Console(quiet: true))
            }
            isStale = false
        } catch {
            noteOnce("note: \(error). Trying again.")
        }
        let took = ContinuousClock.now - started
        nextRefresh = .now + (arguments.refresh == 0 ? .zero : max(.seconds(arguments.refresh), took * 9))
    }

    private mutating func finish() async throws {
        screen.clear()
        guard live.count > 0 else {
            store.removeIfUnused()
            if StopSignal.isRaised {
                console.note("no checkpoint was analysed")
                return
            }
            let leftOut = live.leftOut.count
            if leftOut == 0 { throw CheckpointError.noCheckpoints(path: folder.path, lookedAt: folder.fileCount) }
            throw AnalysisError.nothingUsable(count: leftOut)
        }
        let (console, isIntroduced) = (console, isIntroduced)
        let result = try live.result(writingTo: output.folder.path("analysis.h5")) { event in
            switch event {
            case .assumed, .noAttention, .otherLength: if !isIntroduced { console.show(event) }
            default: console.show(event)
            }
        }
        let written = try await output.write(result, console)
        if printing == .text { output.printVerdict(result, written.verdict, console) }
        if let failure { throw failure }
    }

    private mutating func announce(_ file: CheckpointFolder.File, took: Duration) {
        guard printing != .nothing, let timeline = live.timeline, let epoch = live.epoch(of: file.name),
            let place = timeline.epochs.firstIndex(of: epoch)
        else { return }
        switch printing {
        case .json: console.print(CheckpointLine(timeline, place: place, seconds: took.seconds).json)
        case .text:
            if !screen.coversOutput {
                console.print(CheckpointLine(timeline, place: place, seconds: took.seconds).text)
            }
            screen.show(timeline)
        case .nothing: break
        }
    }

    private mutating func show() {
        if printing == .text, let timeline = live.timeline { screen.show(timeline) }
    }

    private mutating func note(_ text: String) {
        screen.clear()
        console.note(text)
        screen.redraw()
    }

    private mutating func noteOnce(_ text: String) {
        if notes.insert(text).inserted { note(text) }
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
