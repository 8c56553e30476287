import Foundation

/// Writes scripts and has gnuplot draw them.
public struct Renderer: Sendable {
    /// One drawn file, or why it could not be drawn.
    public struct Outcome: Sendable {
        /// The script's name.
        public let script: String
        /// The format.
        public let format: FigureFormat
        /// The files written, or the error.
        public let result: Result<[URL], RendererError>
    }

    /// The gnuplot that draws.
    public let gnuplot: Gnuplot
    /// How long gnuplot may take for one file, in seconds.
    public var timeLimit: Double = 60

    /// A renderer with a gnuplot, found on the path unless given.
    public init(gnuplot: Gnuplot? = nil) throws(RendererError) {
        if let gnuplot { self.gnuplot = gnuplot } else { self.gnuplot = try Gnuplot.find() }
    }

    /// Writes scripts as `NAME.gp` into a directory, which is made if need be. Needs no gnuplot.
    @discardableResult
    public static func write(_ scripts: [GnuplotScript], to directory: URL) throws(RendererError) -> [URL] {
        try OutputFiles.makeDirectory(directory)
        var files: [URL] = []
        for script in scripts {
            let url = directory.appendingPathComponent(script.name + ".gp")
            try OutputFiles.write(script.text, to: url)
            files.append(url)
        }
        return files
    }

    /// Draws a script into a directory; a file appears there only once it is whole.
    @discardableResult
    public func draw(_ script: GnuplotScript, as format: FigureFormat, in directory: URL) throws(RendererError) -> [URL]
    {
        guard script.formats.contains(format) else {
            throw .noSuchFormat(script: script.name, format: format.rawValue)
        }
        try OutputFiles.makeDirectory(directory)
        let work = try OutputFiles.makeWorkDirectory(in: directory, for: script.name)
        defer { OutputFiles.remove(work) }
        let file = script.name + ".gp"
        try OutputFiles.write(script.text, to: work.appendingPathComponent(file))
        if format == .frames {
            for name in format.files(of: script.name) {
                try OutputFiles.makeDirectory(work.appendingPathComponent(name, isDirectory: true))
            }
        }
        try run(file, format: format, in: work)
        var drawn: [(source: URL, target: URL)] = []
        for name in format.files(of: script.name) {
            let source = work.appendingPathComponent(name)
            for (file, path) in format == .frames ? OutputFiles.contents(of: source) : [(name, source)] {
                let data = (try? Data(contentsOf: path)) ?? Data()
                if let fault = FigureFormat.fault(in: data, fileName: file) {
                    throw .damagedOutput(file: file, reason: fault)
                }
            }
            drawn.append((source, directory.appendingPathComponent(name)))
        }
        for (source, target) in drawn { try OutputFiles.replace(target, with: source) }
        return drawn.map(\.target)
    }

    /// Draws several scripts in several formats, `parallel` files at a time, each on its own gnuplot. One failure does not
    /// stop the others. A script is drawn in those of the formats that it has.
    public func draw(
        _ scripts: [GnuplotScript], as formats: [FigureFormat], in directory: URL, parallel: Int = 2
    ) async -> [Outcome] {
        let jobs = scripts.flatMap { script in
            formats.filter(script.formats.contains).map { (script: script, format: $0) }
        }
        let work = { @Sendable (index: Int) -> (Int, Outcome) in
            let job = jobs[index]
            let result = Result { () throws(RendererError) in try draw(job.script, as: job.format, in: directory) }
            return (index, Outcome(script: job.script.name, format: job.format, result: result))
        }
        return await withTaskGroup(of: (Int, Outcome).self) { group in
            var outcomes = [Outcome?](repeating: nil, count: jobs.count)
            var next = min(max(1, parallel), jobs.count)
            for index in 0..<next { group.addTask { work(index) } }
            while let (index, outcome) = await group.next() {
                outcomes[index] = outcome
                if next < jobs.count {
                    let started = next
                    group.addTask { work(started) }
                    next += 1
                }
            }
            return outcomes.compactMap { $0 }
        }
    }

    private func run(_ file: String, format: FigureFormat, in directory: URL) throws(RendererError) {
        let session: GnuplotSession
        switch GnuplotSession.open(executable: gnuplot.path, directory: directory.path) {
        case .success(let opened): session = opened
        case .failure(let error): throw .cannotStart(path: gnuplot.path, errno: error.errno)
        }
        // Nothing from a file or a user goes this way: the format is one of a few words, the name is plain.
        session.send("fovea_format='\(format.rawValue)'")
        session.send("load '\(file)'")
        session.send("exit")
        let outcome = session.finish(seconds: timeLimit)
        switch outcome.end {
        case .exited(0): return
        case .timedOut: throw .timedOut(script: file, format: format.rawValue, seconds: timeLimit)
        case .exited, .signalled, .failed:
            throw .scriptFailed(
                script: file, format: format.rawValue, message: GnuplotText.clean(outcome.output, maximumLength: 500))
        }
    }
}
