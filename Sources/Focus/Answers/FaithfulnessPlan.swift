import Attention
import Attribution
import Checkpoints
import Faithfulness
import Metrics
import Networks
import Tasks
import Tensors

/// The tests of faithfulness that an analysis can make; the raw value is the name on the command line.
public enum FaithfulnessChoice: String, Sendable, CaseIterable {
    /// Kendall's tau of attention with every other map.
    case agreement = "map_agreement"
    /// The output under shuffled attention.
    case permutation = "attention_permutation"
    /// Attention that looks elsewhere while the output stays.
    case adversary = "adversarial_attention"
    /// The largest weight erased, against a random one.
    case singleErasure = "attention_erasure_single"
    /// Weights erased until the output turns over.
    case cumulativeErasure = "attention_erasure_cumulative"
    /// Comprehensiveness and sufficiency of every map.
    case erasure
    /// The output while positions are erased in a map's order.
    case pixelFlipping = "pixel_flipping"
    /// Whether a map predicts what perturbations do.
    case infidelity
    /// How much a gradient map changes under small changes of the input.
    case sensitivity = "max_sensitivity"
    /// How alike the attended states are.
    case conicity
    /// What is left of a map when layers are re-initialised.
    case randomisation = "parameter_randomisation"

    /// What is tested by default: cheap, and asked for by every reviewer.
    public static let standard: [FaithfulnessChoice] = [.agreement, .permutation]
}

/// Runs the tests of faithfulness on one checkpoint.
struct FaithfulnessPlan: Sendable {
    let choices: [FaithfulnessChoice]
    let methods: [MethodRequest]
    let output: OutputChoice
    let reading: AttentionReading
    let architecture: Architecture?
    let seed: UInt64

    /// The tests' values.
    ///
    /// - Parameter maps: The maps of each source on the whole probe set.
    func run(
        _ network: Network, _ checkpoint: Checkpoint, probes: ProbeSet, maps: [Source: Tensor]
    ) throws -> [TestColumn] {
        guard !choices.isEmpty else { return [] }
        let subject = try Subject(network.graph, inputs: probes.inputs, lengths: probes.lengths)
        let attention = maps.keys.filter { $0.kind == .attention && $0.head == nil }.sorted()
        let others = maps.keys.filter { ![.attention, .uniform, .random].contains($0.kind) }.sorted()
        var columns: [TestColumn] = []
        for choice in choices {
            for source in attention {
                columns += try attentionTest(choice, subject, source, maps, others)
            }
            for source in attention + others {
                guard let map = maps[source] else { continue }
                columns += try mapTest(choice, subject, probes, source, map)
                if choice == .randomisation {
                    columns += try randomisation(checkpoint, network.graph, probes, source)
                }
            }
        }
        return columns
    }

    /// The tests of an attention layer.
    private func attentionTest(
        _ choice: FaithfulnessChoice, _ subject: Subject, _ source: Source, _ maps: [Source: Tensor], _ others: [Source]
    ) throws -> [TestColumn] {
        guard let layer = source.layer, let own = maps[source] else { return [] }
        let scores: [InstanceScores]
        switch choice {
        case .agreement:
            scores = try others.flatMap { other -> [InstanceScores] in
                guard let map = maps[other] else { return [] }
                let result = try MapAgreement()(own, with: map, named: other.kind.rawValue, lengths: subject.lengths)
                return [result.tau, result.pValue]
            }
        case .permutation:
            let result = try AttentionPermutation(seed: seed)(subject, layer: layer)
            scores = [result.medianChange, result.largestWeight]
        case .adversary:
            let result = try AdversarialAttention(seed: seed)(subject, layer: layer)
            scores = [result.divergence, result.change, result.feasibility]
        case .singleErasure:
            let result = try SingleErasure(seed: seed)(subject, layer: layer)
            scores =
                [result.difference, result.largest, result.random]
                + [result.largestFlips, result.randomFlips].compactMap { $0 }
        case .cumulativeErasure:
            let result = try CumulativeErasure(seed: seed)(subject, layer: layer)
            scores = CumulativeErasure.Order.allCases.compactMap { result.fractions[$0] }
        case .conicity: scores = [try Conicity()(subject, layer: layer)]
        case .erasure, .pixelFlipping, .infidelity, .sensitivity, .randomisation: scores = []
        }
        return scores.map { TestColumn(key: TestKey(name: $0.id, source: source, label: $0.label), values: $0.values) }
    }

    /// The tests of any map.
    private func mapTest(
        _ choice: FaithfulnessChoice, _ subject: Subject, _ probes: ProbeSet, _ source: Source, _ map: Tensor
    ) throws -> [TestColumn] {
        // Tokens have no mean; token 0 is Keras' padding.
        let erasure: InputErasure = probes.inputs[0].rank == 3 ? .mean : .value(0)
        let scores: [InstanceScores]
        switch choice {
        case .erasure:
            let result = try ErasureScores(erasure: erasure)(subject, map: map)
            scores = [result.aopcComprehensiveness, result.aopcSufficiency]
        case .pixelFlipping:
            let result = try PixelFlipping(erasure: erasure)(subject, map: map)
            scores = [result.area, result.meanHeight]
        case .infidelity where Self.contributions.contains(source.kind):
            scores = [try Infidelity(erasure: erasure, seed: seed)(subject, map: map)]
        case .sensitivity where probes.inputs[0].rank == 3:
            guard let method = gradientMethod(source.kind) else { return [] }
            scores = [
                try MaxSensitivity(seed: seed)(subject) { try maps(of: method, subject.graph, $0, probes) }
            ]
        default: scores = []
        }
        return scores.map { TestColumn(key: TestKey(name: $0.id, source: source, label: $0.label), values: $0.values) }
    }

    /// The sources whose maps divide up the output.
    private static let contributions: Set<Source.Kind> = [
        .gradientTimesInput, .integratedGradients, .occlusion, .leaveOneOut, .layerwiseRelevance,
    ]

    /// The method of a source that takes no more than a gradient, so that it can be computed anew for each change of the input.
    private func gradientMethod(_ kind: Source.Kind) -> (any AttributionMethod)? {
        methods.first { $0.method.id == kind.rawValue && ($0.method is Saliency || $0.method is GradientTimesInput) }?
            .method
    }

    /// The similarity of a source's maps with those of networks whose layers were re-initialised, from the output downwards; of attention
    /// and of methods that take no more than a gradient.
    private func randomisation(
        _ checkpoint: Checkpoint, _ graph: LayerGraph, _ probes: ProbeSet, _ source: Source
    ) throws -> [TestColumn] {
        let method = gradientMethod(source.kind)
        guard method != nil || source.kind == .attention else { return [] }
        let inputs = try graph.adapted(probes.inputs)
        return try ParameterRandomisation.Order.allCases.flatMap { order in
            let steps = try ParameterRandomisation(order: order, seed: seed)(
                checkpoint, architecture: architecture, lengths: probes.lengths
            ) { network in
                guard let method else { return try attentionMap(source, network.graph, inputs, probes) }
                return try maps(of: method, network.graph, inputs, probes)
            }
            return steps.enumerated().map { place, step in
                let lost = order == .cascading ? "all layers down to `\(step.layer)`" : "`\(step.layer)`"
                return TestColumn(
                    key: TestKey(
                        name: "randomised_\(order.rawValue)_\(place + 1)_\(step.layer)", source: source,
                        label: "Spearman's correlation with the map after \(lost) lost what was learned"),
                    values: step.similarity.values)
            }
        }
    }

    private func attentionMap(
        _ source: Source, _ graph: LayerGraph, _ inputs: [Tensor], _ probes: ProbeSet
    ) throws -> Tensor {
        let watched = try graph.watching(source.layer.map { [$0] } ?? [])
        let slices = Workers.slices(of: inputs[0].shape[0], atMost: graph.rowsAtOnce(inputs))
        return .joined(
            try Workers.map(count: slices.count) { index in
                let slice = slices[index]
                let evaluation = try watched.evaluate(inputs.map { $0[rows: slice] })
                let map = AttentionMap.maps(of: evaluation).first { $0.layer == source.layer }
                guard let map else {
                    throw NetworkError.noSuchLayer(name: source.layer ?? "", known: graph.attentionLayers)
                }
                return try reading.sources(of: map, lengths: probes.lengths.map { Array($0[slice]) })[0].rows.means
            })
    }

    private func maps(
        of method: any AttributionMethod, _ graph: LayerGraph, _ inputs: [Tensor], _ probes: ProbeSet
    ) throws -> Tensor {
        let slices = Workers.slices(of: inputs[0].shape[0], atMost: graph.rowsAtOnce(inputs))
        return .joined(
            try Workers.map(count: slices.count) { index in
                let slice = slices[index]
                let subject = try AttributionSubject(
                    graph: graph, inputs: inputs.map { $0[rows: slice] },
                    lengths: probes.lengths.map { Array($0[slice]) },
                    output: output, firstInstance: slice.lowerBound)
                return try method(subject).map(method.reduction)
            })
    }
}
