import Files
import Foundation

/// A folder that a training writes checkpoints into, looked at again and again.
///
/// A file counts as whole when its size and time have stayed the same for a while. Whether it then can be read is for the caller to find out, who says
/// what became of it by ``settle(_:)`` or ``postpone(_:at:)``. A file that changes afterwards comes again.
public struct CheckpointFolder: Sendable {
    /// A file as a look found it.
    public struct File: Sendable, Hashable {
        /// The path: the folder's and the name.
        public let path: String
        /// The name.
        public let name: String
        /// Its size and time.
        public let stamp: FileStamp

        /// Whether the file still is as the look found it.
        public var isUnchanged: Bool { FileStamp(of: path) == stamp }
    }

    /// What is known of a file.
    private struct Track {
        enum Phase {
            /// Seen, as it is, at a time.
            case seen(ContinuousClock.Instant)
            /// The same for long enough, and not dealt with yet.
            case whole
            /// Could not be read; to be tried again.
            case postponed(until: ContinuousClock.Instant)
            /// Done with.
            case settled
        }
        var stamp: FileStamp
        var phase: Phase
        /// How often it could not be read.
        var failures = 0
    }

    /// The folder's path.
    public let path: String
    /// How often a file that stays the same is tried before it counts as unusable.
    public static let attempts = 3
    private let rest: Duration
    private let pause: Duration
    private let ignored: Set<String>
    private var tracks: [String: Track] = [:]

    /// A folder.
    ///
    /// - Parameters:
    ///   - rest: How long a file must stay the same.
    ///   - pause: How long after its first failure a file is tried again; twice as long after each further one.
    ///   - ignored: Names that are no checkpoints.
    public init(
        _ path: String, rest: Duration = .milliseconds(500), pause: Duration = .seconds(1),
        ignoring ignored: Set<String> = []
    ) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.rest = rest
        self.pause = pause
        self.ignored = ignored
    }

    /// Looks at the folder.
    ///
    /// - Returns: The files that are whole and not settled, in natural order.
    /// - Throws: ``CheckpointError/missing(path:)`` or ``CheckpointError/unreadableFolder(path:)``.
    public mutating func look(at now: ContinuousClock.Instant = .now) throws(CheckpointError) -> [File] {
        let found = try files()
        let names = Set(found.map(\.name))
        tracks = tracks.filter { names.contains($0.key) }
        return found.filter { file in
            guard var track = tracks[file.name], track.stamp == file.stamp else {
                tracks[file.name] = Track(stamp: file.stamp, phase: .seen(now))
                return false
            }
            switch track.phase {
            case .settled: return false
            case .seen(let since) where now - since < rest: return false
            case .postponed(let until) where now < until: return false
            case .seen, .whole, .postponed: track.phase = .whole
            }
            tracks[file.name] = track
            return true
        }
    }

    /// Says that a file is dealt with, whatever came of it.
    public mutating func settle(_ file: File) {
        guard tracks[file.name]?.stamp == file.stamp else { return }
        tracks[file.name]?.phase = .settled
    }

    /// Says that a file could not be read, which may be since it is still being written.
    ///
    /// - Returns: Whether it will be tried again; if not, it is settled.
    public mutating func postpone(_ file: File, at now: ContinuousClock.Instant = .now) -> Bool {
        guard var track = tracks[file.name], track.stamp == file.stamp else { return true }
        track.failures += 1
        let isLast = track.failures >= Self.attempts
        track.phase = isLast ? .settled : .postponed(until: now + pause * (1 << (track.failures - 1)))
        tracks[file.name] = track
        return !isLast
    }

    /// Whether some file is not settled yet.
    public var isWaiting: Bool {
        tracks.values.contains { if case .settled = $0.phase { false } else { true } }
    }

    /// How many files the last look found.
    public var fileCount: Int { tracks.count }

    private func files() throws(CheckpointError) -> [File] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw FileManager.default.fileExists(atPath: path) ? .unreadableFolder(path: path) : .missing(path: path)
        }
        return names.filter { Run.isCheckpointName($0) && !ignored.contains($0) }.sorted(by: isNaturallyBefore)
            .compactMap { name in
                let path = "\(path)/\(name)"
                return FileStamp(of: path).map { File(path: path, name: name, stamp: $0) }
            }
    }
}
