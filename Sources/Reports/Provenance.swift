import Focus

/// What an analysis was made from and with: enough to make it again.
public struct Provenance: Sendable {
    /// Fovea's version.
    public var version: String
    /// The command line, word by word.
    public var commandLine: [String]
    /// The checkpoints with their hashes.
    public var checkpoints: [Analysis.InputFile]
    /// The probe set: its file or task.
    public var probeSet: String
    /// The SHA-256 of the probe set's file, if from one.
    public var probeSetSHA256: String?
    /// The file given for the architecture, if any.
    public var architecture: Analysis.InputFile?
    /// The seed of the bootstrap.
    public var seed: UInt64
    /// The number of bootstrap resamples.
    public var resamples: Int

    /// A provenance of the given parts.
    public init(
        version: String, commandLine: [String], checkpoints: [Analysis.InputFile], probeSet: String,
        probeSetSHA256: String?, architecture: Analysis.InputFile?, seed: UInt64, resamples: Int
    ) {
        self.version = version
        self.commandLine = commandLine
        self.checkpoints = checkpoints
        self.probeSet = probeSet
        self.probeSetSHA256 = probeSetSHA256
        self.architecture = architecture
        self.seed = seed
        self.resamples = resamples
    }
}
