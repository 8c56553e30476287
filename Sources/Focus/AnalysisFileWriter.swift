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

    init(
        creating path: String, analysis: Analysis, epochs: Int, hypotheses: HypothesisSet, layout: ColumnLayout,
        lossName: String, first: CheckpointResult, sources: [Source]
    ) throws {
        let probes = analysis.probes
        let (count, positions) = (probes.count, probes.positions)
        self.layout = layout
        self.hypotheses = hypotheses
        writer = try HDF5Writer(creating: path)
        let outputs = first.predictions.shape[1]
        epoch = try writer.dataset("/epoch", type: .int32, shape: [epochs])
        try writer.scale("/epoch")
        try Self.writeScale(writer, "instance", count)
        try Self.writeScale(writer, "position", positions)
        try Self.writeScale(writer, "output", outputs)
        try Self.writeProbes(writer, probes, hypotheses)
        predictions = try writer.dataset(
            "/predictions", type: .float32, shape: [epochs, count, outputs], dimensions: ["epoch", "instance", "output"])
        loss =
            probes.targets == nil
            ? nil : try writer.dataset("/loss", type: .float64, shape: [epochs], dimensions: ["epoch"])
        for map in first.attention {
            let dimensions: [String?] = map.layout == .manyToOne ? ["epoch", "instance", "position"] : ["epoch", "instance"]
            attention[map.layer] = try writer.dataset(
                "/attention/\(HDF5Path.escape(map.layer))", type: .float32, shape: [epochs] + map.weights.shape,
                dimensions: dimensions, attributes: [("layer", .string(map.layer)), ("long_name", .string("attention weights"))])
        }
        for (source, reduction) in [(Source(.saliency), "l2"), (Source(.gradientTimesInput), "sum")] {
            attributions[source] = try writer.dataset(
                "/attribution/\(source.kind.rawValue)", type: .float32, shape: [epochs, count, positions],
                dimensions: ["epoch", "instance", "position"], attributes: [("reduction", .string(reduction))])
        }
        let severalLayers = first.attention.count > 1
        for source in sources {
            metrics[source] = try makeMetrics(source, epochs, count, severalLayers)
        }
        try writer.attribute("loss_name", .string(lossName), at: "/")
        try writer.attribute("title", .string("Fovea analysis of \(analysis.run.name)"), at: "/")
        try writer.attribute("run", .string(analysis.run.name), at: "/")
        try writer.attribute("probe_set", .string(probes.origin), at: "/")
        try writer.attribute("bootstrap_resamples", .int(analysis.options.resamples), at: "/")
        try writer.attribute("bootstrap_seed", .int(Int(truncatingIfNeeded: analysis.options.seed)), at: "/")
        if let expected = analysis.expected { try writer.attribute("expected", .string(expected), at: "/") }
    }

    private static func writeScale(_ writer: HDF5Writer, _ name: String, _ count: Int) throws {
        try writer.scale("/\(name)", (0..<count).map { Int32($0) })
    }

    private static func writeProbes(_ writer: HDF5Writer, _ probes: ProbeSet, _ hypotheses: HypothesisSet) throws {
        for (index, input) in probes.inputs.enumerated() {
            let name = probes.inputs.count == 1 ? "/inputs" : "/inputs\(index)"
            let dimensions: [String?] = index == 0 ? ["instance", "position"] : ["instance"]
            try writer.dataset(name, type: .float32, shape: input.shape, dimensions: dimensions).write(input.values)
        }
        if let targets = probes.targets {
            try writer.dataset("/targets", type: .float32, shape: targets.shape, dimensions: ["instance"])
                .write(targets.values)
        }
        for (name, values) in [("lengths", probes.lengths), ("delimiter_index", probes.delimiterIndex)] {
            guard let values else { continue }
            try writer.dataset("/\(name)", type: .int32, shape: [probes.count], dimensions: ["instance"])
                .write(values.map { Int32($0) })
        }
        for (order, hypothesis) in hypotheses.hypotheses.enumerated() {
            try writer.dataset(
                "/masks/\(HDF5Path.escape(hypothesis.name))", type: .int8, shape: hypothesis.mask.shape,
                dimensions: ["instance", "position"], attributes: [
                    ("name", .string(hypothesis.name)), ("origin", .string(hypothesis.origin.rawValue)), ("order", .int(order)),
                ]
            ).write(hypothesis.mask.values.map { Int8($0) })
        }
    }

    private func makeMetrics(
        _ source: Source, _ epochs: Int, _ count: Int, _ severalLayers: Bool
    ) throws -> [(dataset: HDF5WriterDataset, column: Int)] {
        var group = "/metrics/\(source.kind.rawValue)"
        if severalLayers, let layer = source.layer { group += ":" + HDF5Path.escape(layer) }
        func make(_ path: String) throws -> HDF5WriterDataset {
            try writer.dataset(
                path, type: .float32, shape: [epochs, count], dimensions: ["epoch", "instance"])
        }
        let unmasked = try layout.unmasked.map { metric, column in
            (dataset: try make("\(group)/\(metric)"), column: column)
        }
        let masked = try zip(hypotheses.hypotheses, hypotheses.maskIndex).flatMap { hypothesis, mask in
            try layout.masked(mask).map { metric, column in
                (dataset: try make("\(group)/\(HDF5Path.escape(hypothesis.name))/\(metric)"), column: column)
            }
        }
        return unmasked + masked
    }

    /// Writes one epoch's row of every array.
    func append(
        epoch: Int, checkpoint: String, loss: Double?, result: CheckpointResult, measurements: [Source: Measurement]
    ) throws {
        try self.epoch.write([Int32(epoch)], row: row)
        checkpoints.append(checkpoint)
        if let loss { try self.loss?.write([loss], row: row) }
        try predictions.write(result.predictions.values, row: row)
        for map in result.attention { try attention[map.layer]?.write(map.weights.values, row: row) }
        for (source, dataset) in attributions { if let map = result.maps[source] { try dataset.write(map.values, row: row) } }
        for (source, datasets) in metrics {
            guard let table = measurements[source] else { continue }
            // One transposition serves all datasets of the source; several hypotheses may show one column.
            var columns = [[Float]](repeating: [], count: table.columns)
            for column in 0..<table.columns {
                columns[column] = (0..<table.instances).map { Float(table.values[$0 * table.columns + column]) }
            }
            for (dataset, column) in datasets { try dataset.write(columns[column], row: row) }
        }
        row += 1
    }

    /// Writes what is known only at the end, and lets the file appear.
    func commit() throws {
        try writer.strings("/checkpoint", checkpoints, dimensions: ["epoch"])
        try writer.commit()
    }
}
