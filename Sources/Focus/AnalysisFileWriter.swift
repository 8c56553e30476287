import Files
import HDF5
import Metrics
import Tasks
import Tensors

/// Writes the analysis file, `analysis.h5`: every array of an analysis, one epoch at a time.
///
/// The layout is a contract (docs/files.md). Each array has dimension scales, so that xarray names its axes. The file is written
/// under another name and appears whole at ``commit()``.
final class AnalysisFileWriter {
    private let writer: HDF5Writer
    private let layout: ColumnLayout
    private let hypotheses: HypothesisSet
    private var row = 0

    private let epoch: HDF5WriterDataset
    private let loss: HDF5WriterDataset?
    private let predictions: HDF5WriterDataset
    private var attention: [String: HDF5WriterDataset] = [:]
    private var attributions: [Source: HDF5WriterDataset] = [:]
    /// For each source the datasets and the column each takes.
    private var metrics: [Source: [(dataset: HDF5WriterDataset, column: Int)]] = [:]
    private var checkpoints: [String] = []
    /// Rows of the metrics that are not in the file yet, one after another, for each source and column.
    private var pending: [Source: [[Float]]] = [:]
    private var firstPending = 0
    private let pendingLimit: Int
    private let answers: AnswerFileWriter

    /// How much memory the pending rows may take, in bytes; little enough that most are written while the workers still
    /// compute.
    private static let pendingBytes = 2 << 20

    init(
        creating path: String, analysis: Analysis, epochs: Int, hypotheses: HypothesisSet, layout: ColumnLayout,
        lossName: String, first: CheckpointResult, plan: AnswerPlan, sources: [Source]
    ) throws {
        let probes = analysis.probes
        let (count, positions) = (probes.count, probes.positions)
        self.layout = layout
        self.hypotheses = hypotheses
        pendingLimit = max(1, Self.pendingBytes / max(1, sources.count * layout.count * count * 4))
        writer = try HDF5Writer(creating: path)
        var axes = NamedAxes()
        let outputs = first.predictions.shape[1]
        epoch = try writer.dataset("/epoch", type: .int32, shape: [epochs])
        try writer.scale("/epoch")
        _ = try axes.scales(["instance", "position", "output"], [count, positions, outputs], in: writer)
        try Self.writeProbes(writer, probes, hypotheses, &axes)
        predictions = try writer.dataset(
            "/predictions", type: .float32, shape: [epochs, count, outputs],
            dimensions: ["/epoch", "/instance", "/output"])
        loss =
            probes.targets == nil
            ? nil : try writer.dataset("/loss", type: .float64, shape: [epochs], dimensions: ["/epoch"])
        for map in first.attention {
            let names: [String] =
                switch map.layout {
                case .manyToOne: ["position"]
                case .manyToMany: ["query", "key"]
                case .heads: ["head", "query", "key"]
                case .perFeature: ["position", "weighted_feature"]
                }
            let dimensions =
                try ["/epoch", "/instance"] + axes.scales(names, map.weights.shape.dropFirst(), in: writer)
            attention[map.layer] = try writer.dataset(
                "/attention/\(HDF5Path.escape(map.layer))", type: .float32, shape: [epochs] + map.weights.shape,
                dimensions: dimensions,
                attributes: [
                    ("layer", .string(map.layer)), ("layout", .string(map.layout.rawValue)),
                    ("long_name", .string("attention weights")),
                ])
        }
        for request in analysis.options.methods {
            guard let kind = Source.Kind(rawValue: request.method.id), first.maps[Source(kind)] != nil else { continue }
            let source = Source(kind)
            let reduction = request.method.reduction.rawValue
            attributions[source] = try writer.dataset(
                "/attribution/\(source.kind.rawValue)", type: .float32, shape: [epochs, count, positions],
                dimensions: ["/epoch", "/instance", "/position"],
                attributes: [
                    ("reduction", .string(reduction)),
                    ("without_delimiter", .int(analysis.options.excludesDelimiter ? 1 : 0)),
                ])
        }
        answers = try AnswerFileWriter(
            writer, plan: plan, epochs: epochs, instances: count, outputs: outputs, positions: positions,
            isAligned: probes.delimiterIndex != nil)
        for source in [Source(.attentionRollout), Source(.attentionFlow)] where first.maps[source] != nil {
            attributions[source] = try writer.dataset(
                "/attribution/\(source.kind.rawValue)", type: .float32, shape: [epochs, count, positions],
                dimensions: ["/epoch", "/instance", "/position"], attributes: [("reduction", .string("none"))])
        }
        try writer.attribute("query", .string(analysis.options.reading.query.description), at: "/")
        try writer.attribute("heads", .string(analysis.options.reading.heads.description), at: "/")
        try writer.attribute("each_head", .int(analysis.options.reading.eachHead ? 1 : 0), at: "/")
        let severalLayers = first.attention.count > 1
        for source in sources {
            metrics[source] = try makeMetrics(source, epochs, count, severalLayers)
            pending[source] = [[Float]](repeating: [], count: layout.count)
        }
        try writer.attribute("loss_name", .string(lossName), at: "/")
        try writer.attribute("title", .string("Fovea analysis of \(analysis.run.name)"), at: "/")
        try writer.attribute("run", .string(analysis.run.name), at: "/")
        try writer.attribute("probe_set", .string(probes.origin), at: "/")
        try writer.attribute("bootstrap_resamples", .int(analysis.options.resamples), at: "/")
        try writer.attribute("bootstrap_seed", .int(Int(truncatingIfNeeded: analysis.options.seed)), at: "/")
        try writer.attribute("kl_smoothing", .double(analysis.options.smoothing), at: "/")
        if let expected = analysis.expected { try writer.attribute("expected", .string(expected), at: "/") }
    }

    private static func writeProbes(
        _ writer: HDF5Writer, _ probes: ProbeSet, _ hypotheses: HypothesisSet, _ axes: inout NamedAxes
    ) throws {
        for (index, input) in probes.inputs.enumerated() {
            let name = probes.inputs.count == 1 ? "/inputs" : "/inputs\(index)"
            let names = input.rank == 2 ? ["instance", "position"] : ["instance", "position", "feature"]
            let dimensions =
                input.rank <= 3
                ? try axes.scales(names, input.shape, in: writer) : []
            try writer.dataset(name, type: .float32, shape: input.shape, dimensions: dimensions).write(input.values)
        }
        if let targets = probes.targets {
            let dimensions = try axes.scales(["instance", "target"], targets.shape, in: writer)
            try writer.dataset("/targets", type: .float32, shape: targets.shape, dimensions: dimensions)
                .write(targets.values)
        }
        for (name, values) in [("lengths", probes.lengths), ("delimiter_index", probes.delimiterIndex)] {
            guard let values else { continue }
            try writer.dataset("/\(name)", type: .int32, shape: [probes.count], dimensions: ["/instance"])
                .write(values.map { Int32($0) })
        }
        for (order, hypothesis) in hypotheses.hypotheses.enumerated() {
            try writer.dataset(
                "/masks/\(HDF5Path.escape(hypothesis.name))", type: .int8, shape: hypothesis.mask.shape,
                dimensions: ["/instance", "/position"],
                attributes: [
                    ("name", .string(hypothesis.name)), ("origin", .string(hypothesis.origin.rawValue)),
                    ("order", .int(order)),
                ]
            ).write(hypothesis.mask.values.map { Int8($0) })
        }
    }

    private func makeMetrics(
        _ source: Source, _ epochs: Int, _ count: Int, _ severalLayers: Bool
    ) throws -> [(dataset: HDF5WriterDataset, column: Int)] {
        var group = "/metrics/\(source.kind.rawValue)"
        if severalLayers, let layer = source.layer { group += ":" + HDF5Path.escape(layer) }
        if let head = source.head { group += ":head\(head)" }
        func make(_ path: String) throws -> HDF5WriterDataset {
            try writer.dataset(
                path, type: .float32, shape: [epochs, count], dimensions: ["/epoch", "/instance"])
        }
        let unmasked = try layout.unmasked.map { metric, column in
            (dataset: try make("\(group)/\(metric)"), column: column)
        }
        var masked: [(dataset: HDF5WriterDataset, column: Int)] = []
        for (summary, mask) in zip(hypotheses.summaries, hypotheses.maskIndex) {
            let path = "\(group)/\(HDF5Path.escape(summary.name))"
            if let same = summary.sameAs {
                // The same numbers under a second name.
                try writer.link(path, to: "\(group)/\(HDF5Path.escape(same))")
            } else {
                for (metric, column) in layout.masked(mask) {
                    masked.append((dataset: try make("\(path)/\(metric)"), column: column))
                }
            }
        }
        return unmasked + masked
    }

    /// Adds one epoch's row to every array.
    func append(
        _ entry: TimelineBuilder.Entry, findings: CheckpointFindings, measurements: [Source: Measurement]
    ) throws {
        let result = findings.result
        try answers.append(findings.answers, row: row)
        try epoch.write([Int32(entry.epoch)], row: row)
        checkpoints.append(entry.checkpoint)
        if let loss = entry.loss { try self.loss?.write([loss], row: row) }
        try predictions.write(result.predictions.values, row: row)
        for map in result.attention { try attention[map.layer]?.write(map.weights.values, row: row) }
        for (source, dataset) in attributions {
            if let map = result.maps[source] { try dataset.write(map.values, row: row) }
        }
        for (source, measurement) in measurements {
            for column in 0..<measurement.columns {
                pending[source]?[column] += (0..<measurement.instances).map {
                    Float(measurement.values[$0 * measurement.columns + column])
                }
            }
        }
        row += 1
        if row - firstPending == pendingLimit { try flush() }
    }

    /// Writes the pending rows of the metrics. One write of many rows per dataset takes as long as one of a single row, and there
    /// are hundreds of datasets.
    private func flush() throws {
        guard row > firstPending else { return }
        for (source, datasets) in metrics {
            for (dataset, column) in datasets {
                try dataset.write(pending[source]?[column] ?? [], rows: firstPending..<row)
            }
            pending[source] = [[Float]](repeating: [], count: layout.count)
        }
        firstPending = row
    }

    /// Writes what is known only at the end, and lets the file appear.
    func commit(_ history: TrainingHistory?) throws {
        try flush()
        try answers.flush()
        try history?.write(to: writer)
        try writer.strings("/checkpoint", checkpoints, dimensions: ["/epoch"])
        try writer.commit()
    }
}

/// The dimension scales of a file by name: made when first needed, numbered where one name has several extents.
private struct NamedAxes {
    private var extents: [String: Int] = [:]

    /// The scales for axes of the given names and extents.
    mutating func scales(_ names: [String], _ counts: some Sequence<Int>, in writer: HDF5Writer) throws -> [String] {
        try zip(names, counts).map { name, count in
            var candidate = name
            var number = 1
            while let extent = extents[candidate], extent != count {
                number += 1
                candidate = "\(name)\(number)"
            }
            if extents[candidate] == nil {
                extents[candidate] = count
                try writer.scale("/\(candidate)", (0..<count).map { Int32($0) })
            }
            // By path: a name would be looked for in every group above the dataset.
            return "/\(candidate)"
        }
    }
}
