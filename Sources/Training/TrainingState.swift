import Files
import HDF5
import Tensors

/// All that a training needs to go on bit for bit after any interruption: kept in one file beside the checkpoints, which appears whole or
/// not at all. Orders and noise follow from the seed, see ``Trainer``.
public struct TrainingState: Sendable, Equatable {
    /// The file's name in the training's folder: an HDF5 file, named so that it is not taken for a checkpoint.
    public static let fileName = "training.state"

    /// What the training was begun with, option by option, to be compared when it is resumed.
    public var options: [String: String]
    /// The epochs so far.
    public var history: [EpochRecord]
    /// The weights in the graph's order.
    public var weights: [Tensor]
    /// What the optimiser keeps for each weight.
    public var slots: [[Tensor]]
    /// The optimiser's steps.
    public var steps: Int
    /// The best epoch so far by the watched loss, and its weights where they may be wanted again.
    public var best: Best?

    /// The best epoch.
    public struct Best: Sendable, Equatable {
        /// The epoch.
        public var epoch: Int
        /// Its watched loss.
        public var loss: Double
        /// Its weights; empty unless they may be restored.
        public var weights: [Tensor]
    }

    /// Writes the file.
    public func write(to path: String) throws {
        let file = try HDF5Writer(creating: path)
        try file.attribute("format", .string("fovea training state 1"))
        let names = options.keys.sorted()
        try file.attribute("option_names", .strings(names))
        try file.attribute("option_values", .strings(names.map { options[$0] ?? "" }))
        try file.attribute("steps", .int(steps))
        if let best {
            try file.attribute("best_epoch", .int(best.epoch))
            try file.attribute("best_loss", .double(best.loss))
        }
        let rows = history.flatMap {
            [Double($0.epoch), $0.loss ?? .nan, $0.validationLoss ?? .nan, $0.seconds]
        }
        try file.dataset("history", type: .float64, shape: [history.count, 4]).write(rows)
        let groups =
            [("weights", weights), ("best", best?.weights ?? [])]
            + (0..<(slots.first?.count ?? 0)).map { slot in ("slot\(slot)", slots.map { $0[slot] }) }
        for (group, tensors) in groups {
            for (index, tensor) in tensors.enumerated() {
                try file.dataset("\(group)/\(index)", type: .float32, shape: tensor.shape).write(tensor.values)
            }
        }
        try file.commit()
    }

    /// Reads the file.
    ///
    /// - Throws: ``TrainingError/damagedState(path:reason:)`` or `FileError`.
    public init(reading path: String) throws {
        let bytes = try FileBytes(reading: path)
        do {
            let file = try HDF5File(bytes: bytes.bytes, name: path)
            guard try file.stringsAttribute("format", at: "/") == ["fovea training state 1"],
                let names = try file.stringsAttribute("option_names", at: "/"),
                let values = try file.stringsAttribute("option_values", at: "/"), names.count == values.count,
                let steps = try file.doublesAttribute("steps", at: "/")?.first
            else { throw TrainingError.damagedState(path: path, reason: "it is no state of this version of Fovea") }
            options = Dictionary(zip(names, values), uniquingKeysWith: { first, _ in first })
            self.steps = Int(steps)
            let (shape, rows) = try file.doubles(at: "history")
            history = (0..<(shape.first ?? 0)).map { row in
                let cells = rows[(4 * row)..<(4 * row + 4)].map { $0.isNaN ? nil : $0 }
                return EpochRecord(
                    epoch: Int(cells[0] ?? 0), loss: cells[1], validationLoss: cells[2], seconds: cells[3] ?? 0)
            }
            func tensors(_ group: String) throws -> [Tensor] {
                try file.children(of: group).indices.map { index in
                    let (shape, values) = try file.floats(at: "\(group)/\(index)")
                    return Tensor(shape: shape, values: values)
                }
            }
            weights = try tensors("weights")
            let kept = try (0..<2).map { try tensors("slot\($0)") }.filter { !$0.isEmpty }
            slots = kept.isEmpty ? [] : weights.indices.map { weight in kept.map { $0[weight] } }
            best = nil
            if let epoch = try file.doublesAttribute("best_epoch", at: "/")?.first,
                let loss = try file.doublesAttribute("best_loss", at: "/")?.first
            {
                best = Best(epoch: Int(epoch), loss: loss, weights: try tensors("best"))
            }
        } catch let error as HDF5Error {
            throw TrainingError.damagedState(path: path, reason: "\(error)")
        }
    }

    init(
        options: [String: String], history: [EpochRecord], weights: [Tensor], slots: [[Tensor]], steps: Int,
        best: Best?
    ) {
        (self.options, self.history, self.weights) = (options, history, weights)
        (self.slots, self.steps, self.best) = (slots, steps, best)
    }
}

/// One epoch of a training.
public struct EpochRecord: Sendable, Equatable {
    /// The epoch; 0 is the network before the training.
    public let epoch: Int
    /// The mean training loss as it was met, with dropout, as Keras reports it; nil for epoch 0.
    public let loss: Double?
    /// The loss on the validation data at inference; nil without any.
    public let validationLoss: Double?
    /// How long the epoch took, validation included.
    public let seconds: Double

    /// An epoch.
    public init(epoch: Int, loss: Double?, validationLoss: Double?, seconds: Double) {
        (self.epoch, self.loss, self.validationLoss, self.seconds) = (epoch, loss, validationLoss, seconds)
    }

    /// What early stopping watches: the validation loss, or without validation data the training loss.
    var watched: Double? { validationLoss ?? loss }
}

extension [EpochRecord] {
    /// The epochs as CSV: `epoch,loss,val_loss,seconds`, empty where there is no value. Epoch 0 has no training loss.
    public var csv: String {
        let rows = map { record in
            let cells = [record.loss, record.validationLoss, record.seconds].map { $0.map { "\($0)" } ?? "" }
            return "\(record.epoch),\(cells.joined(separator: ","))\n"
        }
        return "epoch,loss,val_loss,seconds\n" + rows.joined()
    }
}
