/// Something that a checkpoint does not say and that Fovea takes to be so; printed, kept in summary.json, and overridden by
/// `--model`.
public struct Assumption: Sendable, Equatable {
    /// The layer it is about.
    public let layer: String
    /// What is assumed, and why.
    public let text: String

    /// An assumption.
    public init(layer: String, text: String) {
        self.layer = layer
        self.text = text
    }
}
