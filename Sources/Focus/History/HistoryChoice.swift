import Checkpoints
import Files
import Foundation

/// Where the training's history is looked for.
public enum HistoryChoice: Sendable, Equatable {
    /// Beside the first checkpoint, under one of the usual names; there need be none.
    case beside
    /// In a file.
    case file(String)
    /// Nowhere.
    case none

    /// The names under which a history is found beside checkpoints.
    public static let usualNames = [
        "history.csv", "training.csv", "training_log.csv", "training.log", "log.csv", "history.json",
    ]

    /// Whether a file that was found is worth a word if it turns out to be none: `training.csv` may as well be the data.
    private static func mayBeHistory(_ path: String, _ name: String) -> Bool {
        if name.hasPrefix("history") { return true }
        guard let file = try? FileBytes(reading: path, limit: 4 << 20) else { return false }
        let line = String(decoding: file.bytes.prefix { $0 != 0x0A }.prefix(4096), as: UTF8.self).lowercased()
        return line.contains("epoch") && line.contains("loss")
    }

    /// The same as ``history(of:)``, but what is wrong with a named file is only said: it was sound when the analysis began.
    func historyOrNote(of run: Run) -> (history: TrainingHistory?, note: String?) {
        do { return try history(of: run) } catch { return (nil, "left out: \(error)") }
    }

    /// The history of a run, and what is wrong with a file that was found and is none.
    ///
    /// - Throws: What is wrong with a file that was named.
    func history(of run: Run) throws -> (history: TrainingHistory?, note: String?) {
        let epochs = run.entries.map(\.epoch)
        switch self {
        case .none: return (nil, nil)
        case .file(let path):
            let history = try TrainingHistory(reading: path, lastEpoch: epochs.last)
            // A watched run may have no checkpoint yet.
            guard epochs.isEmpty || !Set(history.epochs).isDisjoint(with: epochs) else {
                throw HistoryError.noCommonEpoch(path: path)
            }
            return (history, nil)
        case .beside:
            guard let first = run.entries.first else { return (nil, nil) }
            let folder = (first.path as NSString).deletingLastPathComponent
            for name in Self.usualNames {
                let path = (folder as NSString).appendingPathComponent(name)
                guard FileManager.default.fileExists(atPath: path), Self.mayBeHistory(path, name) else { continue }
                do {
                    let history = try TrainingHistory(reading: path, lastEpoch: epochs.last)
                    guard !Set(history.epochs).isDisjoint(with: epochs) else { continue }
                    return (history, nil)
                } catch {
                    return (nil, "left out, since no history of a training: \(error)")
                }
            }
            return (nil, nil)
        }
    }
}
