import Attention
import Attribution
import Networks
import Tasks
import Tensors

/// Runs a network on a probe set: forward, backward and the metrics, slice by slice of the instances on all workers.
struct CheckpointRunner: Sendable {
    let probes: ProbeSet
    let measurer: Measurer
    /// The interventions that the network allows.
    let possibleInterventions: [AttentionIntervention]
    private let network: Network
    private let path: String
    /// The inputs in the shape that the network wants.
    private let inputs: [Tensor]
    private let attributions: AttributionPlan
    private let statistics: InputStatistics?
    private let reading: AttentionReading
    private let interventions: InterventionRunner
    /// The prober, where the states are to be probed.
    private let prober: StateProber?
    private let progress: AnalysisProgress?

    init(
        _ network: Network, path: String, probes: ProbeSet, measurer: Measurer, attributions: AttributionPlan,
        reading: AttentionReading, interventions: InterventionRunner, prober: StateProber?,
        progress: AnalysisProgress? = nil
    ) throws {
        self.progress = progress
        self.reading = reading
        self.network = network
        self.path = path
        self.probes = probes
        self.measurer = measurer
        self.attributions = attributions
        self.interventions = interventions
        self.prober = prober
        possibleInterventions = InterventionRunner.possible(interventions.plan, in: network.graph)
        do {
            inputs = try network.graph.adapted(probes.inputs)
        } catch let error as NetworkError {
            throw error.naming(file: path)
        }
        statistics =
            attributions.needsStatistics
            ? try attributions.statistics(of: inputs, lengths: probes.lengths, in: network.graph) : nil
    }

    func run() throws -> CheckpointResult {
        let slices = Workers.fixedSlices(of: probes.count, atMost: network.graph.rowsAtOnce(inputs))
        return .joined(
            try Workers.map(count: slices.count) { index in
                // Methods that divide their work again must do so alike, too.
                defer { progress?.advance(by: slices[index].count) }
                return try Workers.$isWorker.withValue(true) { try run(instances: slices[index]) }
            })
    }

    private func run(instances: Range<Int>) throws -> CheckpointResult {
        let batch = inputs.map { $0[rows: instances] }
        let evaluation = try network.graph.evaluate(batch, recording: true)
        let attention = AttentionMap.maps(of: evaluation)
        let subject = try AttributionSubject(
            graph: network.graph, inputs: batch, lengths: probes.lengths.map { Array($0[instances]) },
            delimiterIndex: probes.delimiterIndex.map { Array($0[instances]) }, evaluation: evaluation,
            output: attributions.output, statistics: statistics, firstInstance: instances.lowerBound)
        let attributed = try attributions.maps(of: subject, positions: probes.positions)
        let attentionRows = try attentionRows(attention, instances)
        let maps = attributed.maps.merging(attentionRows.mapValues(\.means)) { $1 }
        let predictions = evaluation.outputs[0].reshaped([instances.count, -1])
        try check(predictions, "the output", instances)
        for (source, map) in maps { try check(map, "the \(source.kind.rawValue)", instances) }
        return CheckpointResult(
            predictions: predictions, attention: attention, maps: maps,
            measurements: Dictionary(
                uniqueKeysWithValues: maps.map { source, map in
                    let rows = attentionRows[source]
                    return (
                        source,
                        measurer.measure(
                            rows?.maps ?? map, instances: instances, rowsPerInstance: rows?.perInstance ?? 1)
                    )
                }),
            interventions: possibleInterventions.isEmpty
                ? nil
                : try interventions.run(
                    possibleInterventions, evaluation: evaluation, graph: network.graph, instances: instances,
                    targets: probes.targets?[rows: instances]),
            states: prober?.states(of: evaluation, instances: instances), tests: attributed.gaps,
            notes: attributed.notes)
    }

    /// The maps over the inputs' steps of each attention layer, and of their stack.
    private func attentionRows(
        _ attention: [AttentionMap], _ instances: Range<Int>
    ) throws -> [Source: AttentionReading.Rows] {
        var result: [Source: AttentionReading.Rows] = [:]
        let lengths = probes.lengths.map { Array($0[instances]) }
        var measured: [AttentionMap] = []
        for map in attention {
            // Attention over something else than the inputs' steps (pooled ones, an encoder's) has no masks to be set against.
            guard map.positionCount == probes.positions else {
                guard !network.graph.isNamed(map.layer) else {
                    throw AnalysisError.attentionLength(
                        file: path, layer: map.layer, positions: map.positionCount, probePositions: probes.positions)
                }
                continue
            }
            measured.append(map)
            for (source, rows) in try reading.sources(of: map, lengths: lengths) { result[source] = rows }
        }
        for (source, rows) in try reading.stackedSources(of: measured, lengths: lengths) { result[source] = rows }
        return result
    }

    private func check(_ tensor: Tensor, _ what: String, _ instances: Range<Int>) throws {
        guard let bad = tensor.values.firstIndex(where: { !$0.isFinite }) else { return }
        throw AnalysisError.nonFiniteOutput(
            file: path, what: what, instance: instances.lowerBound + bad / (tensor.count / instances.count))
    }
}
