import Attention
import Metrics
import Tensors

/// What one checkpoint says beyond its maps: of its attention replaced, its states probed, and its maps tested.
struct CheckpointAnswers: Sendable {
    /// What the interventions did; nil without any.
    var interventions: InterventionOutcome?
    /// What the states hold; nil where they were not probed.
    var probe: StateProber.Result?
    /// The tests that were made, in order.
    var tests: [TestColumn] = []
}

/// What the answers of all checkpoints are about, known with the first of them.
struct AnswerPlan: Sendable {
    /// One intervention.
    struct Intervention: Sendable {
        var name: String
        var label: String
        var layer: String?
        var hypothesis: String?
    }

    /// One target of the probe.
    struct Probe: Sendable {
        var target: String
        var label: String
        var layer: String
    }

    var interventions: [Intervention] = []
    var probes: [Probe] = []
}

/// Gathers the answers epoch by epoch.
struct AnswerBuilder {
    let positions: Int
    private(set) var plan = AnswerPlan()
    private var interventions: [[Estimate]] = []
    private var r2: [[[Float]]] = []
    private var aligned: [[[Float]]?] = []
    private var testKeys: [TestKey] = []
    private var tests: [[TestKey: Estimate]] = []

    init(positions: Int) { self.positions = positions }

    /// Adds a checkpoint's answers.
    ///
    /// - Parameters:
    ///   - estimates: One per column of the interventions' table.
    mutating func append(
        _ plan: AnswerPlan, interventions estimates: [Estimate], probe: StateProber.Result?,
        tests: [(key: TestKey, estimate: Estimate)]
    ) {
        if self.plan.interventions.isEmpty { self.plan.interventions = plan.interventions }
        if self.plan.probes.isEmpty { self.plan.probes = plan.probes }
        interventions.append(estimates)
        r2.append(probe?.r2 ?? [])
        aligned.append(probe?.aligned)
        testKeys += tests.map(\.key).filter { !testKeys.contains($0) }
        self.tests.append(Dictionary(tests.map { ($0.key, $0.estimate) }, uniquingKeysWith: { $1 }))
    }

    /// The tests over the epochs.
    var testSeries: [FocusTimeline.FaithfulnessSeries] {
        testKeys.map { key in
            FocusTimeline.FaithfulnessSeries(
                name: key.name, source: key.source, label: key.label,
                estimates: tests.map { $0[key] ?? Estimate(mean: nil, count: 0) })
        }
    }

    /// The interventions over the epochs.
    var interventionSeries: [FocusTimeline.Intervention] {
        let width = InterventionOutcome.columns.count
        return plan.interventions.enumerated().map { place, intervention in
            let series = { (column: Int) in
                interventions.map { row in
                    let index = place * width + column
                    return row.indices.contains(index) ? row[index] : Estimate(mean: nil, count: 0)
                }
            }
            return FocusTimeline.Intervention(
                name: intervention.name, label: intervention.label, layer: intervention.layer,
                hypothesis: intervention.hypothesis, loss: series(0), lossIncrease: series(1), outputChange: series(2))
        }
    }

    /// The probes over the epochs.
    var probeSeries: [FocusTimeline.StateProbe] {
        let isAligned = aligned.contains { $0 != nil }
        return plan.probes.enumerated().map { place, probe in
            let rows = { (values: [[[Float]]?], width: Int) in
                Tensor(
                    shape: [values.count, width],
                    values: values.flatMap { row -> [Float] in
                        guard let row, row.indices.contains(place) else {
                            return [Float](repeating: .nan, count: width)
                        }
                        return row[place]
                    })
            }
            return FocusTimeline.StateProbe(
                target: probe.target, label: probe.label, layer: probe.layer, r2: rows(r2, positions),
                aligned: isAligned ? rows(aligned, 2 * positions - 1) : nil)
        }
    }
}
