import Attention
import Attribution
import Networks
import Tasks
import Tensors

/// What one checkpoint computes on the probe set.
struct CheckpointResult: Sendable {
    /// The outputs, N×O, of the network's first output.
    let predictions: Tensor
    /// The attention weights of each layer as the layer computed them.
    let attention: [AttentionMap]
    /// The maps over positions of each source, N×T, not normalised.
    let maps: [Source: Tensor]
    /// The per-instance values of each source.
    let measurements: [Source: Measurement]
    /// What replacing the attention did; nil where nothing was replaced.
    var interventions: InterventionOutcome?
    /// The states to be probed, N×T×d; nil where they are not.
    var states: Tensor?
}

/// Runs a network on a probe set: forward, backward and the metrics, slice by slice of the instances on all workers.
struct CheckpointRunner: Sendable {
    let probes: ProbeSet
    let measurer: Measurer
    /// The inputs in the shape that the network wants.
    private let inputs: [Tensor]
    private let path: String
    private let interventions: InterventionRunner
    /// The interventions that the network allows.
    let possibleInterventions: [AttentionIntervention]
    /// The prober, where the states are to be probed.
    private let prober: StateProber?

    /// The most instances in a slice; 64 keep a slice's activations within the second-level cache while its matrix products are
    /// still large enough to run at full speed.
    private static let sliceLimit = 64

    init(
        probes: ProbeSet, measurer: Measurer, graph: LayerGraph, path: String, interventions: InterventionRunner,
        prober: StateProber?
    ) throws {
        self.interventions = interventions
        self.prober = prober
        possibleInterventions = InterventionRunner.possible(interventions.plan, in: graph)
        self.probes = probes
        self.measurer = measurer
        self.path = path
        do {
            inputs = try graph.adapted(probes.inputs)
        } catch let error as NetworkError {
            throw error.naming(file: path)
        }
    }

    func run(_ network: Network) throws -> CheckpointResult {
        let slices = Workers.slices(of: probes.count, atMost: Self.sliceLimit)
        let parts = try Workers.map(count: slices.count) { try run(network, instances: slices[$0]) }
        let sources = parts[0].maps.keys
        return CheckpointResult(
            predictions: .joined(parts.map(\.predictions)),
            attention: parts[0].attention.indices.map { layer in
                AttentionMap(
                    layer: parts[0].attention[layer].layer, weights: .joined(parts.map { $0.attention[layer].weights }),
                    isPerFeature: parts[0].attention[layer].layout == .perFeature)
            },
            maps: Dictionary(
                uniqueKeysWithValues: sources.map { source in (source, .joined(parts.compactMap { $0.maps[source] })) }),
            measurements: Dictionary(
                uniqueKeysWithValues: sources.map { source in
                    (source, .joined(parts.compactMap { $0.measurements[source] }))
                }),
            interventions: possibleInterventions.isEmpty ? nil : .joined(parts.compactMap(\.interventions)),
            states: prober == nil ? nil : parts.compactMap(\.states).joinedIfAny)
    }

    private func run(_ network: Network, instances: Range<Int>) throws -> CheckpointResult {
        let batch = inputs.map { $0[rows: instances] }
        let evaluation = try network.graph.evaluate(batch, recording: true)
        let attention = AttentionMap.maps(of: evaluation)
        let gradient = try InputGradient(of: evaluation, in: network.graph)
        var maps: [Source: Tensor] = [
            Source(.saliency): Saliency()(gradient), Source(.gradientTimesInput): GradientTimesInput()(gradient),
        ]
        for map in attention {
            let positions = map.overPositions
            // Attention over something else than the inputs' steps (pooled ones, an encoder's) has no masks to be set against.
            guard positions.shape[1] == probes.positions else {
                guard !network.graph.isNamed(map.layer) else {
                    throw AnalysisError.attentionLength(
                        file: path, layer: map.layer, positions: positions.shape[1], probePositions: probes.positions)
                }
                continue
            }
            maps[Source(.attention, layer: map.layer)] = positions
        }
        let predictions = evaluation.outputs[0].reshaped([instances.count, -1])
        try check(predictions, "the output", instances)
        for (source, map) in maps { try check(map, "the \(source.kind.rawValue)", instances) }
        return CheckpointResult(
            predictions: predictions, attention: attention, maps: maps,
            measurements: maps.mapValues { measurer.measure($0, instances: instances) },
            interventions: possibleInterventions.isEmpty
                ? nil
                : try interventions.run(
                    possibleInterventions, evaluation: evaluation, graph: network.graph, instances: instances,
                    targets: probes.targets?[rows: instances]),
            states: prober?.states(of: evaluation, instances: instances))
    }

    private func check(_ tensor: Tensor, _ what: String, _ instances: Range<Int>) throws {
        guard let bad = tensor.values.firstIndex(where: { !$0.isFinite }) else { return }
        throw AnalysisError.nonFiniteOutput(
            file: path, what: what, instance: instances.lowerBound + bad / (tensor.count / instances.count))
    }
}

extension [Tensor] {
    /// The tensors joined along their first axis; nil if there are none.
    fileprivate var joinedIfAny: Tensor? { isEmpty ? nil : .joined(self) }
}
