import Networks

/// What one checkpoint says by itself: everything that is computed from its weights, and nothing that depends on the run's other
/// checkpoints.
struct CheckpointFindings: Sendable {
    /// The SHA-256 of the file.
    var sha256: String
    /// What the file does not say and was assumed.
    var assumptions: [Assumption]
    /// The loss on the probe set; nil without targets.
    var lossKind: Loss?
    var loss: Double?
    /// Predictions, maps and their measurements; its tests are those that attributions make of themselves.
    var result: CheckpointResult
    /// What the states hold; nil where they were not probed, or cannot be.
    var probe: StateProber.Result?
    /// Whether the states were to be probed.
    var isProbed: Bool
    /// The tests of faithfulness.
    var faithfulness: [TestColumn]
    /// Whether they were made.
    var isTested: Bool
    /// What the answers are about.
    var plan: AnswerPlan
    /// What a reader must know about the methods.
    var notes: [String]

    /// The answers.
    var answers: CheckpointAnswers {
        CheckpointAnswers(interventions: result.interventions, probe: probe, tests: result.tests + faithfulness)
    }

    /// The findings as an analysis makes them that probes or tests other checkpoints only.
    func limited(isProbed: Bool, isTested: Bool) -> CheckpointFindings {
        var limited = self
        if !isProbed { limited.probe = nil }
        if !isTested { limited.faithfulness = [] }
        return limited
    }
}
