import Files
import Foundation
import HDF5
import Tensors

/// The checkpoints of one training in the order of their epochs.
///
/// A run knows its files; each checkpoint is opened when it is asked for, so that memory holds one at a time.
public struct Run: Sendable {
    /// One checkpoint's place in the run.
    public struct Entry: Sendable, Equatable {
        /// The path as given or found.
        public let path: String
        /// The epoch.
        public let epoch: Int

        package init(path: String, epoch: Int) {
            self.path = path
            self.epoch = epoch
        }

        /// The file's name.
        public var fileName: String { (path as NSString).lastPathComponent }
    }

    /// The run's name: its folder's.
    public let name: String
    /// The checkpoints, by ascending epoch.
    public let entries: [Entry]
    /// Files of a folder that were left out since they are no checkpoints.
    public let leftOut: [String]

    /// A run from a file or a folder.
    public init(at path: String, epochPattern: String? = nil) throws {
        try self.init(paths: [path], epochPattern: epochPattern)
    }

    /// A run from files, folders and glob patterns.
    ///
    /// A folder stands for the checkpoints in it, told from other files by their content. Epochs come from the names (see
    /// design: any ModelCheckpoint template), or from the first group of `epochPattern`.
    ///
    /// - Throws: ``CheckpointError`` for a path that doesn't exist, a folder without checkpoints, two files of one epoch, or
    ///   names that don't tell the epoch.
    public init(paths: [String], epochPattern: String? = nil) throws {
        var files: [String] = []
        var leftOut: [String] = []
        for path in paths {
            for found in try Self.expand(path) {
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: found, isDirectory: &isFolder), isFolder.boolValue {
                    let candidates = try Self.candidates(in: found)
                    let verdicts = try Workers.map(count: candidates.count) { Self.isCheckpoint(candidates[$0]) }
                    let checkpoints = zip(candidates, verdicts).filter(\.1).map(\.0)
                    guard !checkpoints.isEmpty else {
                        throw CheckpointError.noCheckpoints(path: found, lookedAt: candidates.count)
                    }
                    files += checkpoints
                    leftOut += candidates.filter { !checkpoints.contains($0) }
                } else {
                    files.append(found)
                }
            }
        }
        var seen: Set<String> = []
        files = files.filter { seen.insert(($0 as NSString).standardizingPath).inserted }
        let names = files.map { ($0 as NSString).lastPathComponent }
        let epochs = try EpochNames.epochs(of: names, pattern: epochPattern)
        let entries = zip(files, epochs).map { Entry(path: $0, epoch: $1) }
            .sorted { ($0.epoch, $0.path) < ($1.epoch, $1.path) }
        for (first, second) in zip(entries, entries.dropFirst()) where first.epoch == second.epoch {
            throw CheckpointError.duplicateEpoch(epoch: first.epoch, first: first.path, second: second.path)
        }
        self.entries = entries
        self.leftOut = leftOut
        let folder = ((files[0] as NSString).standardizingPath as NSString).deletingLastPathComponent
        self.name = Self.name(ofFolder: folder)
    }

    /// A run of files that need not be there any more.
    ///
    /// - Parameter entries: By ascending epoch.
    init(folder: String, entries: [Entry]) {
        self.entries = entries
        leftOut = []
        name = Self.name(ofFolder: folder)
    }

    private static func name(ofFolder folder: String) -> String {
        let base = URL(fileURLWithPath: folder.isEmpty ? "." : folder).standardizedFileURL.lastPathComponent
        return base.isEmpty || base == "/" ? "run" : base
    }

    /// Opens a checkpoint.
    public func checkpoint(at index: Int) throws -> Checkpoint {
        try Checkpoint(path: entries[index].path, epoch: entries[index].epoch)
    }

    private static func expand(_ path: String) throws -> [String] {
        if FileManager.default.fileExists(atPath: path) { return [path] }
        guard path.contains(where: { "*?[".contains($0) }) else { throw CheckpointError.missing(path: path) }
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(path, 0, nil, &result) == 0 else { throw CheckpointError.missing(path: path) }
        return (0..<Int(result.gl_pathc)).compactMap { index in result.gl_pathv[index].map { String(cString: $0) } }
    }

    private static func candidates(in folder: String) throws -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw CheckpointError.noCheckpoints(path: folder, lookedAt: 0)
        }
        return names.filter(isCheckpointName).sorted(by: isNaturallyBefore).map {
            folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)"
        }
    }

    /// Whether a file of a folder may be a checkpoint, going by its name.
    static func isCheckpointName(_ name: String) -> Bool {
        !name.hasPrefix(".") && [".h5", ".hdf5", ".keras"].contains { name.lowercased().hasSuffix($0) }
    }

    /// Whether a file of a folder is a checkpoint, or looks enough like one (damaged, unsupported) that its problem should be
    /// reported rather than passed over.
    private static func isCheckpoint(_ path: String) -> Bool {
        do {
            _ = try Checkpoint(path: path)
            return true
        } catch CheckpointError.notKeras {
            return false
        } catch {
            return true
        }
    }
}
