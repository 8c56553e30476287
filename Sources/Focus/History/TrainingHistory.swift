import Arrays
import Checkpoints
import Files

/// The losses that a training noted epoch by epoch: `history.csv` of `fovea train`, a CSVLogger's file, or `History.history` as JSON.
public struct TrainingHistory: Sendable, Equatable {
    /// The epochs, ascending: how many each state of the network has behind it, as in ModelCheckpoint's names.
    public let epochs: [Int]
    /// The training loss in each epoch, where it is known.
    public let loss: [Double?]
    /// The loss on the validation data after each epoch, where it is known.
    public let validationLoss: [Double?]
    /// The file's path.
    public let origin: String

    /// The largest file that is read, in bytes.
    private static let limit = 16 << 20

    /// A history of the given parts, one value per epoch in each.
    public init(epochs: [Int], loss: [Double?], validationLoss: [Double?], origin: String) {
        (self.epochs, self.loss, self.validationLoss) = (epochs, loss, validationLoss)
        self.origin = origin
    }

    /// Reads a file: JSON if it begins as such, else a table with columns `epoch` and `loss` or `val_loss`.
    ///
    /// Keras counts epochs from 0 in a CSVLogger's file and from 1 in ModelCheckpoint's names. A table whose first row is epoch 0 and has
    /// a training loss, which no network has before its training, is therefore counted one further, unless the run's own last epoch is the
    /// table's; so is JSON, which has no numbers at all. Of rows of the same epoch the last counts.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - lastEpoch: The run's last epoch.
    /// - Throws: `FileError`, `CheckpointError` for damaged JSON, ``HistoryError``.
    public init(reading path: String, lastEpoch: Int? = nil) throws {
        let file = try FileBytes(reading: path, limit: Self.limit)
        let columns =
            try JSONValue(document: file).map { try Self.columns($0, path) } ?? Self.columns(Self.table(file), path)
        let startsAtZero = columns.epochs.first == 0 && columns.loss.first.flatMap { $0 } != nil
        let shift = startsAtZero && columns.epochs.last != lastEpoch ? 1 : 0
        var rows: [Int: (loss: Double?, validationLoss: Double?)] = [:]
        for (index, epoch) in columns.epochs.enumerated() {
            rows[epoch + shift] = (columns.loss[index], columns.validationLoss[index])
        }
        let sorted = rows.sorted { $0.key < $1.key }
        self.init(
            epochs: sorted.map(\.key), loss: sorted.map(\.value.loss),
            validationLoss: sorted.map(\.value.validationLoss),
            origin: path)
    }

    private typealias Columns = (epochs: [Int], loss: [Double?], validationLoss: [Double?])

    private static func table(_ file: FileBytes) throws -> CSVTable {
        do {
            return try CSVTable(of: file.bytes, name: file.path)
        } catch .badTable(_, let reason) {
            throw HistoryError.bad(path: file.path, reason: reason)
        } catch .badCell(_, let line, let column, let text) {
            throw HistoryError.bad(
                path: file.path, reason: "line \(line), column \(column): `\(text)` is no number")
        }
    }

    private static func columns(_ table: CSVTable, _ path: String) throws -> Columns {
        let names = (table.names ?? []).map { $0.lowercased() }
        guard let epoch = names.firstIndex(of: "epoch") else {
            throw HistoryError.bad(path: path, reason: "it has no column `epoch`")
        }
        func column(_ name: String) -> [Double?]? {
            names.firstIndex(of: name).map { place in
                table.rows.map { $0.indices.contains(place) ? $0[place].flatMap { $0.isFinite ? $0 : nil } : nil }
            }
        }
        let epochs = try table.rows.enumerated().map { index, row in
            guard row.indices.contains(epoch), let value = row[epoch], let number = Int32(exactly: value) else {
                throw HistoryError.bad(path: path, reason: "row \(index + 1) has no whole number as its epoch")
            }
            return Int(number)
        }
        return try complete(epochs, column("loss"), column("val_loss"), path)
    }

    private static func columns(_ document: JSONValue, _ path: String) throws -> Columns {
        func column(_ name: String) -> [Double?]? {
            document[name]?.array.map { $0.map { $0.double.flatMap { $0.isFinite ? $0 : nil } } }
        }
        let (loss, validationLoss) = (column("loss"), column("val_loss"))
        let count = (loss ?? validationLoss)?.count ?? 0
        guard count > 0, validationLoss.map({ $0.count == count }) ?? true else {
            throw HistoryError.bad(
                path: path, reason: "it has no lists `loss` and `val_loss` of one length, a number for each epoch")
        }
        return try complete(Array(0..<count), loss, validationLoss, path)
    }

    private static func complete(
        _ epochs: [Int], _ loss: [Double?]?, _ validationLoss: [Double?]?, _ path: String
    ) throws -> Columns {
        guard loss != nil || validationLoss != nil else {
            throw HistoryError.bad(path: path, reason: "it has neither a column `loss` nor `val_loss`")
        }
        let nothing = [Double?](repeating: nil, count: epochs.count)
        return (epochs, loss ?? nothing, validationLoss ?? nothing)
    }
}

/// What can be wrong with a training's history.
public enum HistoryError: Error, Equatable, CustomStringConvertible {
    /// The file is not what it should be.
    case bad(path: String, reason: String)
    /// It is another training's, by its epochs.
    case noCommonEpoch(path: String)

    /// The message for the user: one paragraph.
    public var description: String {
        switch self {
        case .bad(let path, let reason):
            "\(path): \(reason). A history is what Keras' CSVLogger or `fovea train` writes, with columns epoch, loss and val_loss, "
                + "or History.history as JSON."
        case .noCommonEpoch(let path):
            "\(path): none of its epochs is one of the run's checkpoints. Pass the history of this training."
        }
    }
}
