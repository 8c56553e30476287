// The library that users import: `import Fovea`.
@_exported import Attention
@_exported import Attribution
@_exported import Checkpoints
@_exported import Faithfulness
@_exported import Figures
@_exported import Focus
@_exported import Metrics
@_exported import Networks
@_exported import Probing
@_exported import Reports
@_exported import Tasks
@_exported import Tensors
@_exported import Training

/// Fovea itself.
public enum FoveaInfo {
    /// The version, by semantic versioning.
    public static let version = "0.1.0"
}
