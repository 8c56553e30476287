import HDF5
import Tensors

/// The part of an analysis file that holds the answers: `/interventions`, `/intervention_metrics`, `/probe`, `/probe_aligned`, `/tests`.
final class AnswerFileWriter {
    private let writer: HDF5Writer
    private let epochs: Int
    private var tests: [TestKey: HDF5WriterDataset] = [:]
    private let outputs: [HDF5WriterDataset]
    /// By column of the interventions' table.
    private let metrics: [HDF5WriterDataset]
    private var probe: [HDF5WriterDataset] = []
    private var aligned: [HDF5WriterDataset] = []
    /// Rows that are not in the file yet: one write of many rows takes as long as one of a single row.
    private var pendingOutputs: [[Float]]
    private var pendingMetrics: [[Float]]
    private var pendingRows = 0
    private var firstPending = 0
    private let pendingLimit: Int

    /// How much memory the pending rows may take, in bytes.
    private static let pendingBytes = 1 << 20

    /// Makes the datasets.
    ///
    /// - Parameters:
    ///   - positions: T.
    ///   - isAligned: Whether a delimiter is known.
    init(
        _ writer: HDF5Writer, plan: AnswerPlan, epochs: Int, instances: Int, outputs count: Int, positions: Int,
        isAligned: Bool
    ) throws {
        self.writer = writer
        self.epochs = epochs
        var (outputs, metrics): ([HDF5WriterDataset], [HDF5WriterDataset]) = ([], [])
        for (order, intervention) in plan.interventions.enumerated() {
            let name = HDF5Path.escape(intervention.name)
            var attributes: [(String, HDF5AttributeValue)] = [
                ("name", .string(intervention.name)), ("label", .string(intervention.label)), ("order", .int(order)),
            ]
            if let hypothesis = intervention.hypothesis { attributes.append(("hypothesis", .string(hypothesis))) }
            outputs.append(
                try writer.dataset(
                    "/interventions/\(name)", type: .float32, shape: [epochs, instances, count],
                    dimensions: ["/epoch", "/instance", "/output"], attributes: attributes))
            for column in InterventionOutcome.columns {
                metrics.append(
                    try writer.dataset(
                        "/intervention_metrics/\(name)/\(column)", type: .float32, shape: [epochs, instances],
                        dimensions: ["/epoch", "/instance"]))
            }
        }
        if isAligned, !plan.probes.isEmpty {
            try writer.scale("/offset", (0..<(2 * positions - 1)).map { Int32($0 - positions + 1) })
        }
        for (order, target) in plan.probes.enumerated() {
            let attributes: [(String, HDF5AttributeValue)] = [
                ("target", .string(target.target)), ("label", .string(target.label)), ("layer", .string(target.layer)),
                ("order", .int(order)), ("long_name", .string("cross-validated R^2 of a linear probe")),
            ]
            let name = HDF5Path.escape(target.target)
            probe.append(
                try writer.dataset(
                    "/probe/\(name)", type: .float32, shape: [epochs, positions], dimensions: ["/epoch", "/position"],
                    attributes: attributes))
            guard isAligned else { continue }
            aligned.append(
                try writer.dataset(
                    "/probe_aligned/\(name)", type: .float32, shape: [epochs, 2 * positions - 1],
                    dimensions: ["/epoch", "/offset"], attributes: attributes))
        }
        self.outputs = outputs
        self.metrics = metrics
        pendingOutputs = outputs.map { _ in [] }
        pendingMetrics = metrics.map { _ in [] }
        pendingLimit = max(1, Self.pendingBytes / max(1, instances * (metrics.count + outputs.count * count) * 4))
    }

    /// Adds one epoch's row to every array.
    func append(_ answers: CheckpointAnswers, row: Int) throws {
        if let outcome = answers.interventions {
            for place in outputs.indices { pendingOutputs[place] += outcome.outputs[place].values }
            let columns = outcome.table.columns
            for column in metrics.indices {
                pendingMetrics[column] += (0..<outcome.table.instances).map {
                    Float(outcome.table.values[$0 * columns + column])
                }
            }
        }
        pendingRows += 1
        if pendingRows == pendingLimit { try flush() }
        for column in answers.tests { try write(column, row: row) }
        guard let result = answers.probe else { return }
        for (place, dataset) in probe.enumerated() { try dataset.write(result.r2[place], row: row) }
        for (place, dataset) in aligned.enumerated() {
            if let values = result.aligned?[place] { try dataset.write(values, row: row) }
        }
    }

    /// Writes a test's row; its dataset is made with the first.
    private func write(_ column: TestColumn, row: Int) throws {
        let key = column.key
        let dataset: HDF5WriterDataset
        if let known = tests[key] {
            dataset = known
        } else {
            var attributes: [(String, HDF5AttributeValue)] = [
                ("name", .string(key.name)), ("label", .string(key.label)), ("order", .int(tests.count)),
            ]
            if let source = key.source {
                attributes.append(("source", .string(source.kind.rawValue)))
                if let layer = source.layer { attributes.append(("layer", .string(layer))) }
            }
            dataset = try writer.dataset(
                "/tests/\(HDF5Path.escape(key.fileName))", type: .float32, shape: [epochs, column.values.count],
                dimensions: ["/epoch", "/instance"], attributes: attributes)
            tests[key] = dataset
        }
        try dataset.write(column.values.map { Float($0.value ?? .nan) }, row: row)
    }

    /// Writes the pending rows.
    func flush() throws {
        let rows = firstPending..<(firstPending + pendingRows)
        for (place, dataset) in outputs.enumerated() where !rows.isEmpty {
            try dataset.write(pendingOutputs[place], rows: rows)
            pendingOutputs[place] = []
        }
        for (place, dataset) in metrics.enumerated() where !rows.isEmpty {
            try dataset.write(pendingMetrics[place], rows: rows)
            pendingMetrics[place] = []
        }
        firstPending = rows.upperBound
        pendingRows = 0
    }
}
