import Networks

/// Gathers the steps of an analysis, epoch by epoch, into a timeline and, where one is wanted, an analysis file.
struct AnalysisAssembly {
    /// What comes of it.
    struct Outcome {
        var timeline: FocusTimeline
        var assumptions: [Assumption]
        var inputs: [Analysis.InputFile]
        var notes: [String]
    }

    private let analysis: Analysis
    private let bench: AnalysisBench
    private let epochs: Int
    private let path: String?
    private var builder: TimelineBuilder
    private var inputs: [Analysis.InputFile] = []
    private var assumptions: [Assumption] = []
    private var usedLoss = Loss.meanSquaredError
    private var plan = AnswerPlan()
    private var notes: [String] = []
    private var file: AnalysisFileWriter?

    /// An assembly of so many epochs, written to a path or, if that is nil, nowhere.
    init(_ analysis: Analysis, _ bench: AnalysisBench, epochs: Int, writingTo path: String?) {
        self.analysis = analysis
        self.bench = bench
        self.epochs = epochs
        self.path = path
        builder = TimelineBuilder(
            measurer: bench.measurer, probes: analysis.probes, sampleCount: analysis.options.sampleCount,
            smoothing: analysis.options.smoothing)
    }

    /// Adds the next epoch.
    mutating func add(_ step: AnalysisBench.Step, report: (Analysis.Event) -> Void) throws {
        let findings = step.findings
        if let loss = findings.lossKind { usedLoss = loss }
        if inputs.isEmpty {
            assumptions = findings.assumptions
            Self.introduce(step, report: report)
        }
        if plan.probes.isEmpty { plan.probes = findings.plan.probes }
        if plan.interventions.isEmpty { plan.interventions = findings.plan.interventions }
        inputs.append(step.input)
        builder.append(step.entry, plan: plan)
        if let path {
            if file == nil {
                file = try AnalysisFileWriter(
                    creating: path, analysis: analysis, epochs: epochs, hypotheses: analysis.hypotheses,
                    layout: bench.layout, lossName: usedLoss.rawValue, first: findings.result, plan: plan,
                    sources: step.measurements.keys.sorted())
            }
            try file?.append(step.entry, findings: findings, measurements: step.measurements)
        }
        notes = findings.notes
        report(.finished(index: inputs.count, of: epochs, epoch: step.entry.epoch))
    }

    /// What a user must know of a run with its first checkpoint.
    static func introduce(_ step: AnalysisBench.Step, report: (Analysis.Event) -> Void) {
        let result = step.findings.result
        if !step.findings.assumptions.isEmpty { report(.assumed(step.findings.assumptions)) }
        if result.attention.isEmpty { report(.noAttention(path: step.input.path)) }
        for map in result.attention where result.maps[Source(.attention, layer: map.layer)] == nil {
            report(.otherLength(layer: map.layer, positions: map.positionCount))
        }
    }

    /// Lets the file appear, and gives the timeline.
    mutating func finish(report: (Analysis.Event) -> Void) throws -> Outcome {
        let (history, note) = analysis.options.history.historyOrNote(of: analysis.run)
        if let note { notes.append(note) }
        for note in notes { report(.note(note)) }
        let timeline = builder.timeline(
            run: analysis.run.name, lossName: usedLoss.rawValue, expected: analysis.expected, history: history)
        try file?.commit(history)
        return Outcome(timeline: timeline, assumptions: assumptions, inputs: inputs, notes: notes)
    }
}
