import HDF5

/// A history in an analysis file: `/history` with `epoch`, `loss` and `val_loss`, NaN where a loss is not known.
extension TrainingHistory {
    func write(to writer: HDF5Writer) throws {
        try writer.scale("/history/epoch", epochs.map { Int32(clamping: $0) })
        for (name, values) in [("loss", loss), ("val_loss", validationLoss)] {
            try writer.dataset(
                "/history/\(name)", type: .float64, shape: [epochs.count], dimensions: ["/history/epoch"]
            ).write(values.map { $0 ?? .nan })
        }
        try writer.attribute("file", .string(origin), at: "/history")
    }

    /// The history of an analysis file; nil if it has none.
    init?(in file: HDF5File) throws {
        guard file.object(at: "/history/epoch") != nil else { return nil }
        func losses(_ name: String) throws -> [Double?] {
            try file.doubles(at: "/history/\(name)").values.map { $0.isNaN ? nil : $0 }
        }
        let epochs = try file.integers(at: "/history/epoch").values.map(Int.init)
        let (loss, validationLoss) = (try losses("loss"), try losses("val_loss"))
        guard loss.count == epochs.count, validationLoss.count == epochs.count else {
            throw AnalysisError.badAnalysis(path: file.name, reason: "the columns of /history differ in length")
        }
        let origin = try file.stringsAttribute("file", at: "/history")?.first
        self.init(epochs: epochs, loss: loss, validationLoss: validationLoss, origin: origin ?? "")
    }
}

extension FocusTimeline {
    /// The loss on the training's validation data at each checkpoint's epoch, where the history knows it; nil without any.
    public var validationLoss: [Double?]? { losses(history?.validationLoss) }

    /// The training loss in the epoch before each checkpoint, where the history knows it; nil without any.
    public var trainingLoss: [Double?]? { losses(history?.loss) }

    private func losses(_ values: [Double?]?) -> [Double?]? {
        guard let history, let values else { return nil }
        let byEpoch = Dictionary(zip(history.epochs, values), uniquingKeysWith: { $1 })
        let found = epochs.map { byEpoch[$0] ?? nil }
        return found.contains { $0 != nil } ? found : nil
    }
}
