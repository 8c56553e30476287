import Foundation

/// A run of which not all checkpoints are there yet, and some may be gone: only their names are known.
///
/// Where ``Run`` refuses a folder (a `final.h5` among `ckpt-001.h5`, ..., two files of one epoch), the names that do not fit are left out: a
/// training that runs cannot be asked to start anew.
public struct GrowingRun: Sendable {
    /// The checkpoints in the order of their epochs.
    public let run: Run
    /// The names left out, with the reasons.
    public let refused: [(name: String, reason: String)]

    /// The run of the given names in a folder.
    ///
    /// - Parameters:
    ///   - names: In the order in which they were found: of two that claim an epoch the earlier one keeps it.
    ///   - pattern: A regular expression whose first group is the epoch.
    /// - Throws: ``CheckpointError`` where the epochs cannot be told at all.
    public init(folder: String, names: [String], epochPattern pattern: String? = nil) throws(CheckpointError) {
        var (fitting, refused) = try Self.fitting(names, pattern: pattern)
        var epochs: [String: Int] = [:]
        if !fitting.isEmpty {
            epochs = Dictionary(
                zip(fitting, try EpochNames.epochs(of: fitting, pattern: pattern)),
                uniquingKeysWith: { first, _ in first })
        }
        var owners: [Int: String] = [:]
        fitting = fitting.filter { name in
            guard let epoch = epochs[name] else { return false }
            if let owner = owners[epoch] {
                refused.append((name, "\(name): `\(owner)` says epoch \(epoch) already"))
                return false
            }
            owners[epoch] = name
            return true
        }
        self.refused = refused
        run = Run(
            folder: folder,
            entries: fitting.map { Run.Entry(path: "\(folder)/\($0)", epoch: epochs[$0] ?? 0) }
                .sorted { ($0.epoch, $0.path) < ($1.epoch, $1.path) })
    }

    /// The names whose epochs can be told together: all, or those made alike in the largest number.
    private static func fitting(
        _ names: [String], pattern: String?
    ) throws(CheckpointError) -> (names: [String], refused: [(name: String, reason: String)]) {
        if let pattern {
            // A bad pattern is an error before there is any name.
            _ = try EpochNames.epochs(of: [], pattern: pattern)
            var (fitting, refused): ([String], [(name: String, reason: String)]) = ([], [])
            for name in names {
                do throws(CheckpointError) {
                    _ = try EpochNames.epochs(of: [name], pattern: pattern)
                    fitting.append(name)
                } catch {
                    guard case .noEpoch = error else { throw error }
                    refused.append((name, "\(error)"))
                }
            }
            return (fitting, refused)
        }
        do throws(CheckpointError) {
            if !names.isEmpty { _ = try EpochNames.epochs(of: names, pattern: nil) }
            return (names, [])
        } catch {
            // Names like the others have as many whole numbers.
            let counts = Dictionary(grouping: names, by: EpochNames.wholeNumberCount)
            let usual = counts.filter { $0.key > 0 }.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.value
            guard let usual, usual.count < names.count else { throw error }
            let refused = names.filter { !usual.contains($0) }
            return (
                usual,
                refused.map {
                    ($0, "\($0): its name is made in another way than \(usual[0]), so its epoch is not known")
                }
            )
        }
    }
}
