import Checkpoints
import Networks
import Tensors

/// What the checkpoints so far say together.
extension LiveAnalysis {
    /// The timeline so far; nil before the first checkpoint. Its last maps hold the first instances only: it is for looking at, and
    /// ``result(writingTo:report:)`` gives the whole.
    public var timeline: FocusTimeline? {
        guard !growing.run.entries.isEmpty else { return nil }
        var builder = TimelineBuilder(
            measurer: bench.measurer, probes: analysis.probes, sampleCount: analysis.options.sampleCount,
            smoothing: analysis.options.smoothing)
        var (lossName, plan) = (Loss.meanSquaredError.rawValue, AnswerPlan())
        for file in growing.run.entries {
            guard let kept = kept[file.fileName] else { continue }
            var entry = kept.entry
            entry.epoch = file.epoch
            lossName = kept.lossName ?? lossName
            if plan.probes.isEmpty { plan.probes = kept.plan.probes }
            if plan.interventions.isEmpty { plan.interventions = kept.plan.interventions }
            builder.append(entry, plan: plan)
        }
        return builder.timeline(run: growing.run.name, lossName: lossName, expected: analysis.expected)
    }

    /// Puts the findings together: the very result that an ``Analysis`` of the same checkpoints gives.
    ///
    /// Takes a few milliseconds per checkpoint to read its findings and to measure its maps again. A checkpoint that is to be tested or
    /// probed by now, and was not, is run once more; where its file is gone, a note says so.
    ///
    /// - Parameters:
    ///   - path: Where to write the analysis file, or nil.
    ///   - report: Called with each event, on the calling thread.
    /// - Throws: ``AnalysisError/nothingUsable(count:)`` before the first checkpoint, or what goes wrong with writing.
    public mutating func result(
        writingTo path: String? = nil, report: (Analysis.Event) -> Void = { _ in }
    ) throws -> Analysis.Result {
        let entries = growing.run.entries
        guard !entries.isEmpty else { throw AnalysisError.nothingUsable(count: leftOut.count) }
        let epochs = entries.map(\.epoch)
        let tested = Set(analysis.options.testing.places(among: epochs))
        let probed = Set(analysis.options.probing.places(among: epochs))
        for place in tested.union(probed).sorted() {
            guard let kept = kept[entries[place].fileName] else { continue }
            let isComplete =
                (kept.isTested || !tested.contains(place)) && (kept.isProbed || !probed.contains(place))
            guard !isComplete, try !complete(entries[place].fileName) else { continue }
            report(
                .note(
                    "\(entries[place].fileName) is not \(kept.isTested ? "probed" : "tested"): it was removed before that."
                ))
        }
        var assembly = AnalysisAssembly(analysis, bench, epochs: entries.count, writingTo: path)
        let (store, bench, analysis, estimates) = (store, bench, analysis, kept.mapValues(\.entry))
        try OrderedPipeline.run(count: entries.count) { place in
            let file = entries[place]
            let findings = try FindingsFileReader(path: store.path(of: file.fileName))
                .findings(analysis.probes, analysis.options.reading, bench.measurer)
                .limited(isProbed: probed.contains(place), isTested: tested.contains(place))
            guard let entry = estimates[file.fileName] else { return try bench.step(findings, of: file) }
            return bench.step(findings, of: file, entry: entry)
        } consume: { _, step in
            try assembly.add(step, report: report)
        }
        let outcome = try assembly.finish(report: report)
        return Analysis.Result(
            timeline: outcome.timeline, assumptions: outcome.assumptions, inputs: outcome.inputs, skipped: leftOut,
            notes: outcome.notes)
    }
}
