/// When to stop before the last epoch, as `keras.callbacks.EarlyStopping`: the watched loss (the validation loss, or without validation data
/// the training loss) has not become smaller by more than `minDelta` for `patience` epochs.
public struct EarlyStopping: Sendable, Equatable {
    /// The epochs without progress that are allowed.
    public let patience: Int
    /// Smaller progress counts as none.
    public let minDelta: Double
    /// Whether the weights of the best epoch are put back at the end.
    public let restoresBest: Bool

    /// A rule.
    public init(patience: Int, minDelta: Double = 0, restoresBest: Bool = false) {
        (self.patience, self.minDelta, self.restoresBest) = (patience, minDelta, restoresBest)
    }
}

/// How a training ended.
public enum TrainingEnd: Sendable, Equatable {
    /// After its last epoch.
    case completed
    /// Early, without progress since an epoch.
    case stoppedEarly(best: Int)
    /// The loss became no number in an epoch; the weights are those of the epoch before it.
    case diverged(TrainingError)
}
