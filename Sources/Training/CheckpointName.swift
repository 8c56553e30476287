import Foundation

/// A template for checkpoints' names as `keras.callbacks.ModelCheckpoint` has it: `ckpt-{epoch:03d}-{val_loss:.2f}.h5`.
///
/// Fields are `epoch`, `loss` and `val_loss`; format specifications are Python's for numbers: `03d`, `d`, `.4f`, `.3e`, `.3g`.
public struct CheckpointName: Sendable, Equatable {
    /// The template as written.
    public let template: String
    private let pieces: [Piece]

    private enum Piece: Sendable, Equatable {
        case text(String)
        case field(name: String, format: String)
    }

    /// A template.
    ///
    /// - Throws: ``TrainingError/badTemplate(template:reason:)``; a template must name the epoch, or checkpoints would replace each other.
    public init(_ template: String) throws {
        func bad(_ reason: String) -> TrainingError { .badTemplate(template: template, reason: reason) }
        var pieces: [Piece] = []
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            pieces.append(.text(String(rest[..<open])))
            guard let close = rest[open...].firstIndex(of: "}") else { throw bad("a `{` is not closed") }
            let parts = rest[rest.index(after: open)..<close].split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let (name, format) = (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            guard ["epoch", "loss", "val_loss"].contains(name) else {
                throw bad("there is no field `\(name)`; there are epoch, loss and val_loss")
            }
            guard Self.isNumberFormat(format, whole: name == "epoch") else {
                throw bad("the format `\(format)` of `\(name)` is not understood")
            }
            pieces.append(.field(name: name, format: format))
            rest = rest[rest.index(after: close)...]
        }
        pieces.append(.text(String(rest)))
        guard pieces.contains(where: { if case .field("epoch", _) = $0 { true } else { false } }) else {
            throw bad("it lacks {epoch}, so that each checkpoint would replace the one before")
        }
        guard !template.contains("/") else { throw bad("it names a folder; the folder is --output") }
        (self.template, self.pieces) = (template, pieces)
    }

    /// The name of an epoch's checkpoint; a loss that is missing reads `nan`.
    public func callAsFunction(_ record: EpochRecord) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): return text
            case .field("epoch", let format):
                let isPlain = format.isEmpty
                return isPlain ? "\(record.epoch)" : String(format: "%" + format.dropLast() + "ld", record.epoch)
            case .field(let name, let format):
                let value = (name == "loss" ? record.loss : record.validationLoss) ?? .nan
                return value.isNaN ? "nan" : format.isEmpty ? "\(value)" : String(format: "%" + format, value)
            }
        }.joined()
    }

    private static func isNumberFormat(_ format: String, whole: Bool) -> Bool {
        let pattern = whole ? "^0?[0-9]?[0-9]?d$" : "^0?[0-9]?[0-9]?(\\.[0-9][0-9]?)?[feg]$"
        return format.isEmpty || format.range(of: pattern, options: .regularExpression) != nil
    }
}
