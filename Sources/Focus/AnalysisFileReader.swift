import Attention
import HDF5
import Metrics
import Tasks
import Tensors

/// Reads an analysis file back into a timeline, so that figures can be drawn again without the checkpoints.
///
/// The stored maps are measured again by the very code that measured them first, so the numbers are the same.
public struct AnalysisFileReader {
    private let file: HDF5File

    /// Opens `analysis.h5`.
    ///
    /// - Throws: `FileError`, `HDF5Error`, or ``AnalysisError/badAnalysis(path:reason:)``.
    public init(path: String) throws {
        file = try HDF5File(path: path)
        guard file.object(at: "/epoch") != nil, file.object(at: "/inputs") != nil || file.object(at: "/inputs0") != nil
        else { throw AnalysisError.badAnalysis(path: path, reason: "this is no analysis file of Fovea") }
    }

    /// The timeline.
    public func timeline() throws -> FocusTimeline {
        let probes = try probes()
        let hypotheses = try HypothesisSet(probes: probes, rules: [])
        let epochs = try file.integers(at: "/epoch").values.map(Int.init)
        let checkpoints = try file.strings(at: "/checkpoint")
        let loss = file.object(at: "/loss") == nil ? nil : try file.doubles(at: "/loss").values
        guard checkpoints.count == epochs.count, loss.map({ $0.count == epochs.count }) ?? true else {
            throw bad("its arrays disagree about the number of epochs")
        }
        let layout = ColumnLayout(
            panel: .standard, hasPartition: probes.delimiterIndex != nil, maskCount: hypotheses.rows.count)
        let measurer = Measurer(layout: layout, hypotheses: hypotheses, delimiterIndex: probes.delimiterIndex)
        let resamples = try number("bootstrap_resamples") ?? 2000
        let seed = try number("bootstrap_seed") ?? 7
        let estimator = Estimator(
            instances: probes.count, resamples: max(1, resamples), seed: UInt64(bitPattern: Int64(seed)))
        var builder = TimelineBuilder(
            measurer: measurer, probes: probes, sampleCount: AnalysisOptions().sampleCount,
            smoothing: try smoothing())
        let profiler = builder.profiler
        let answers = try AnswerFileReader(
            file, epochs: epochs.count, instances: probes.count, positions: probes.positions)
        let stored = try storedMaps(epochs: epochs.count, probes)
        let attention = try storedAttention(epochs: epochs.count)
        let reading = AttentionReading(
            query: try text("query").flatMap(QueryChoice.init) ?? .last,
            heads: try text("heads").flatMap(HeadReduction.init) ?? .mean, eachHead: try number("each_head") == 1)
        let uniform = Tensor(shape: [probes.count, probes.positions], repeating: 1)
        let known = [
            Source(.uniform): try estimator.estimates(of: measurer.measure(uniform, instances: 0..<probes.count))
        ]
        try OrderedPipeline.run(count: epochs.count) { row in
            var maps = stored.mapValues { $0[row: row] }
            let layers = attention.map { $0.map(row: row) }
            let attention = try Self.attentionRows(layers, probes, reading)
            var measurements = maps.mapValues { measurer.measure($0, instances: 0..<probes.count) }
            for (source, rows) in attention {
                maps[source] = rows.means
                measurements[source] = measurer.measure(
                    rows.maps, instances: 0..<probes.count, rowsPerInstance: rows.perInstance)
            }
            maps[Source(.uniform)] = uniform
            return try TimelineBuilder.entry(
                epoch: epochs[row], checkpoint: checkpoints[row], loss: loss?[row], maps: maps,
                heads: reading.headMaps(of: layers, positions: probes.positions, lengths: probes.lengths),
                measurements: measurements, known: known, answers: answers.answers(row: row), estimator: estimator,
                profiler: profiler)
        } consume: { _, entry in
            builder.append(entry, plan: answers.plan)
        }
        return builder.timeline(
            run: try text("run") ?? "run", lossName: try text("loss_name") ?? "loss", expected: try text("expected"),
            history: try TrainingHistory(in: file))
    }

    private func bad(_ reason: String) -> AnalysisError { .badAnalysis(path: file.name, reason: reason) }

    private func text(_ attribute: String) throws -> String? { try file.stringsAttribute(attribute, at: "/")?.first }

    private func number(_ attribute: String) throws -> Int? {
        try file.doublesAttribute(attribute, at: "/")?.first.flatMap { Int(exactly: $0) }
    }

    private func smoothing() throws -> Double {
        let stored = try file.doublesAttribute("kl_smoothing", at: "/")?.first
        return stored.flatMap { 0 < $0 && $0 < 1 ? $0 : nil } ?? HypothesisFitter.defaultSmoothing
    }

    private func tensor(_ path: String) throws -> Tensor {
        let (shape, values) = try file.floats(at: path)
        return Tensor(shape: shape, values: values)
    }

    private func probes() throws -> ProbeSet {
        var inputs: [Tensor] = []
        if file.object(at: "/inputs") != nil {
            inputs = [try tensor("/inputs")]
        } else {
            while file.object(at: "/inputs\(inputs.count)") != nil {
                inputs.append(try tensor("/inputs\(inputs.count)"))
            }
        }
        func indices(_ path: String) throws -> [Int]? {
            file.object(at: path) == nil ? nil : try file.integers(at: path).values.map(Int.init)
        }
        let hypotheses = try file.children(of: "/masks").filter { $0.kind == .dataset }.map { object in
            let origin = try file.stringsAttribute("origin", at: object.path)?.first
            let order = try file.doublesAttribute("order", at: object.path)?.first ?? 0
            return (
                order: order,
                hypothesis: Hypothesis(
                    name: try file.stringsAttribute("name", at: object.path)?.first ?? object.name,
                    mask: try tensor(object.path), origin: origin.flatMap(Hypothesis.Origin.init) ?? .user)
            )
        }
        return try ProbeSet(
            inputs: inputs, targets: file.object(at: "/targets") == nil ? nil : tensor("/targets"),
            lengths: indices("/lengths"), delimiterIndex: indices("/delimiter_index"),
            hypotheses: hypotheses.sorted { $0.order < $1.order }.map(\.hypothesis), origin: file.name)
    }

    /// One attention layer's weights over the epochs.
    private struct StoredAttention: Sendable {
        var layer: String
        var weights: Tensor
        var isPerFeature: Bool

        func map(row: Int) -> AttentionMap {
            AttentionMap(layer: layer, weights: weights[row: row], isPerFeature: isPerFeature)
        }
    }

    private func storedAttention(epochs: Int) throws -> [StoredAttention] {
        try file.children(of: "/attention").filter { $0.kind == .dataset }.map { object in
            let weights = try tensor(object.path)
            guard weights.rank >= 3, weights.shape[0] == epochs else { throw bad("\(object.path) has another shape") }
            let layout = try file.stringsAttribute("layout", at: object.path)?.first
            return StoredAttention(
                layer: try file.stringsAttribute("layer", at: object.path)?.first ?? object.name, weights: weights,
                isPerFeature: layout == AttentionMap.Layout.perFeature.rawValue)
        }
    }

    /// The maps over the inputs' steps of each attention source, read as the analysis read them.
    private static func attentionRows(
        _ layers: [AttentionMap], _ probes: ProbeSet, _ reading: AttentionReading
    ) throws -> [Source: AttentionReading.Rows] {
        var result: [Source: AttentionReading.Rows] = [:]
        for map in layers {
            guard map.positionCount == probes.positions else { continue }
            for (source, rows) in try reading.sources(of: map, lengths: probes.lengths) { result[source] = rows }
        }
        return result
    }

    /// The maps over positions of each attribution, E×N×T.
    private func storedMaps(epochs: Int, _ probes: ProbeSet) throws -> [Source: Tensor] {
        var maps: [Source: Tensor] = [:]
        for object in file.children(of: "/attribution") where object.kind == .dataset {
            guard let kind = Source.Kind(rawValue: object.name) else { continue }
            maps[Source(kind)] = try tensor(object.path)
        }
        guard maps.values.allSatisfy({ $0.shape == [epochs, probes.count, probes.positions] }) else {
            throw bad("its maps do not fit its probe set")
        }
        return maps
    }
}
