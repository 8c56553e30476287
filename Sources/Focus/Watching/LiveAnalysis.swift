import Checkpoints
import Files
import Tasks
import Tensors

/// The analysis of a run while it grows: each checkpoint is analysed once, and its findings outlive it.
///
/// The findings of each checkpoint go to a file of their own before anything else is done with them. ``result(writingTo:report:)`` puts them
/// together into just what an ``Analysis`` of the same checkpoints gives, without running a network again.
public struct LiveAnalysis {
    /// What became of a file.
    public enum Outcome: Sendable {
        /// It was analysed.
        case analysed
        /// Its contents were analysed before.
        case known
        /// It is gone, or was written to meanwhile: look again.
        case changing
        /// It is a sound file, but no checkpoint.
        case noCheckpoint
        /// It cannot be read; perhaps it is still being written.
        case unreadable(reason: String)
        /// It can be read but not be used.
        case unusable(reason: String)
    }

    /// What an earlier watch left.
    public struct Restoration: Sendable {
        /// How many checkpoints need not be analysed again.
        public let count: Int
        /// The findings that cannot be read, with the reasons; their checkpoints are analysed again.
        public let damaged: [String]
        /// How many checkpoints have findings of other options only.
        public let foreign: Int
    }

    /// What is kept in memory of a checkpoint: estimates, not maps.
    struct Kept {
        var stamp: FileStamp
        var sha256: String
        var isProbed: Bool
        var isTested: Bool
        var lossName: String?
        var plan: AnswerPlan
        var entry: TimelineBuilder.Entry
    }

    /// The folder of the checkpoints.
    public let folder: String
    var analysis: Analysis
    let bench: AnalysisBench
    let store: FindingsStore
    private let epochPattern: String?
    private(set) var kept: [String: Kept] = [:]
    /// In the order in which they were found.
    private var names: [String] = []
    private(set) var growing: GrowingRun
    private var unusable: [String: String] = [:]

    /// An analysis of a folder's checkpoints, of which there may be none yet.
    ///
    /// - Parameters:
    ///   - identity: What else findings depend on, such as Fovea's version.
    ///   - storeFolder: Where findings are kept.
    /// - Throws: What ``Analysis/init(of:on:options:)`` throws, or `FileError` if the store cannot be written.
    public init(
        of folder: String, on probes: ProbeSet, options: AnalysisOptions, epochPattern: String? = nil,
        identity: [String] = [], keepingIn storeFolder: String
    ) throws {
        self.folder = folder
        self.epochPattern = epochPattern
        growing = try GrowingRun(folder: folder, names: [], epochPattern: epochPattern)
        analysis = try Analysis(of: growing.run, on: probes, options: options)
        bench = try AnalysisBench(analysis)
        store = try FindingsStore(in: storeFolder, fingerprint: analysis.fingerprint(identity))
    }

    /// How many checkpoints are in the timeline.
    public var count: Int { growing.run.entries.count }
    /// The epoch of a checkpoint; nil if it is not in the timeline.
    public func epoch(of name: String) -> Int? { growing.run.entries.first { $0.fileName == name }?.epoch }
    /// The last epoch in the timeline.
    public var lastEpoch: Int? { growing.run.entries.last?.epoch }
    /// What is left out of the timeline, with the reasons.
    public var leftOut: [(path: String, reason: String)] {
        growing.refused.map { (path: "\(folder)/\($0.name)", reason: $0.reason) }
            + unusable.sorted { $0.key < $1.key }.map { (path: "\(folder)/\($0.key)", reason: $0.value) }
    }

    /// Takes up the findings that an earlier watch left.
    ///
    /// - Throws: ``CheckpointError`` if the epochs cannot be told from the names.
    public mutating func restore() throws -> Restoration {
        let paths = store.all
        var damaged: [String] = []
        try OrderedPipeline.run(count: paths.count) { [bench, analysis] index in
            Result { () -> (FindingsHeader, CheckpointFindings, AnalysisBench.Step) in
                let reader = try FindingsFileReader(path: paths[index])
                let findings = try reader.findings(analysis.probes, analysis.options.reading, bench.measurer)
                let name = reader.header.name
                let step = try bench.step(findings, of: Run.Entry(path: name, epoch: 0))
                return (reader.header, findings, step)
            }
        } consume: { _, outcome in
            switch outcome {
            case .success(let (header, findings, step)):
                keep(header.name, header.stamp, findings, step.entry)
            case .failure(let error): damaged.append("\(error)")
            }
        }
        names.sort { ($0.count, $0) < ($1.count, $1) }
        try arrange(names)
        return Restoration(count: kept.count, damaged: damaged, foreign: store.foreignCount)
    }

    /// Analyses a file that is whole, unless its contents are known.
    ///
    /// - Parameter isLast: Whether no later checkpoint is known to wait: those are tested, where only the last is.
    /// - Throws: When the findings cannot be kept, or the epochs cannot be told from the names any more.
    public mutating func add(
        _ file: CheckpointFolder.File, isLast: Bool, report: (Analysis.Event) -> Void = { _ in }
    ) throws -> Outcome {
        if kept[file.name]?.stamp == file.stamp { return .known }
        let checkpoint: Checkpoint
        do { checkpoint = try Checkpoint(path: file.path) } catch {
            guard file.isUnchanged else { return .changing }
            if case CheckpointError.notKeras = error { return .noCheckpoint }
            return .unreadable(reason: "\(error)")
        }
        guard file.isUnchanged else { return .changing }
        if let known = kept[file.name], known.sha256 == checkpoint.sha256 {
            kept[file.name]?.stamp = file.stamp
            return .known
        }
        if let reason = try refusal(of: file.name) {
            unusable[file.name] = reason
            return .unusable(reason: reason)
        }
        let isFirst = kept.isEmpty
        let step: AnalysisBench.Step
        do {
            step = try self.step(checkpoint, file, isTested: isLast)
        } catch {
            // A file that was cut short while its weights were read must not count as broken.
            guard file.isUnchanged else { return .changing }
            unusable[file.name] = "\(error)"
            return .unusable(reason: "\(error)")
        }
        try FindingsFile.write(step.findings, name: file.name, stamp: file.stamp, to: store.path(of: file.name))
        unusable[file.name] = nil
        keep(file.name, file.stamp, step.findings, step.entry)
        try arrange(names)
        if isFirst { AnalysisAssembly.introduce(step, report: report) }
        return .analysed
    }

    /// Why a name has no place in the run; nil if it has one.
    private func refusal(of name: String) throws -> String? {
        let wanted = names.contains(name) ? names : names + [name]
        let candidate = try GrowingRun(folder: folder, names: wanted, epochPattern: epochPattern)
        return candidate.refused.first { $0.name == name }?.reason
    }

    /// Says that a file cannot be read and is not tried again.
    public mutating func giveUp(_ file: CheckpointFolder.File, reason: String) { unusable[file.name] = reason }

    private func step(_ checkpoint: Checkpoint, _ file: CheckpointFolder.File, isTested: Bool) throws
        -> AnalysisBench.Step
    {
        let testing = analysis.options.testing
        let findings = try analysis.findings(
            of: checkpoint, isProbed: analysis.options.probing != .none,
            isTested: testing == .all || (isTested && testing != .none), bench)
        return try bench.step(findings, of: Run.Entry(path: file.path, epoch: 0))
    }

    /// Runs a kept checkpoint once more with everything that is asked of any, if its file is still there.
    mutating func complete(_ name: String) throws -> Bool {
        let path = "\(folder)/\(name)"
        guard let stamp = FileStamp(of: path), let checkpoint = try? Checkpoint(path: path),
            checkpoint.sha256 == kept[name]?.sha256,
            let findings = try? analysis.findings(of: checkpoint, isProbed: true, isTested: true, bench)
        else { return false }
        let step = try bench.step(findings, of: Run.Entry(path: path, epoch: 0))
        try FindingsFile.write(findings, name: name, stamp: stamp, to: store.path(of: name))
        keep(name, stamp, findings, step.entry)
        return true
    }

    private mutating func keep(
        _ name: String, _ stamp: FileStamp, _ findings: CheckpointFindings, _ entry: TimelineBuilder.Entry
    ) {
        var entry = entry
        let samples = 0..<min(analysis.options.sampleCount, analysis.probes.count)
        entry.normalised = entry.normalised.mapValues { $0[rows: samples] }
        if kept[name] == nil { names.append(name) }
        kept[name] = Kept(
            stamp: stamp, sha256: findings.sha256, isProbed: findings.isProbed, isTested: findings.isTested,
            lossName: findings.lossKind?.rawValue, plan: findings.plan, entry: entry)
    }

    private mutating func arrange(_ names: [String]) throws {
        growing = try GrowingRun(folder: folder, names: names, epochPattern: epochPattern)
        analysis.run = growing.run
    }
}
