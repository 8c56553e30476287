import Attention
import Checkpoints
import Files
import Foundation
import HDF5
import Networks
import Tasks
import Tensors

/// Reads stored findings. Everything is checked against the probe set: the file may have been damaged.
struct FindingsFileReader {
    let header: FindingsHeader
    private let file: HDF5File
    private let path: String

    /// Opens a file and reads its header.
    init(path: String) throws {
        self.path = path
        file = try HDF5File(path: path)
        guard let json = try file.strings(at: "/header").first,
            let header = try? JSONDecoder().decode(FindingsHeader.self, from: Data(json.utf8)),
            header.format == FindingsHeader.currentFormat
        else { throw AnalysisError.badAnalysis(path: path, reason: "these are no findings of this version of Fovea") }
        self.header = header
    }

    /// The findings, measured again.
    func findings(_ probes: ProbeSet, _ reading: AttentionReading, _ measurer: Measurer) throws -> CheckpointFindings {
        var result = try maps(probes, reading, measurer)
        result.interventions = try outcome(probes.count, outputs: result.predictions.shape)
        result.tests = try tests(header.tests, "/tests", probes.count)
        return CheckpointFindings(
            sha256: header.sha256,
            assumptions: zip(header.assumedLayers, header.assumptions).map { Assumption(layer: $0, text: $1) },
            lossKind: header.lossName.flatMap(Loss.init(rawValue:)),
            loss: header.lossName == nil ? nil : try file.doubles(at: "/loss").values.first, result: result,
            probe: try probe(positions: probes.positions), isProbed: header.isProbed,
            faithfulness: try tests(header.faithfulness, "/faithfulness", probes.count), isTested: header.isTested,
            plan: header.plan, notes: header.notes)
    }

    /// Predictions, attention and maps with their measurements.
    private func maps(
        _ probes: ProbeSet, _ reading: AttentionReading, _ measurer: Measurer
    ) throws -> CheckpointResult {
        let stored = try header.maps.enumerated().map { place, source in
            (source: try known(source), map: try tensor("/maps/\(place)", [probes.count, probes.positions]))
        }
        var result = CheckpointResult(
            predictions: try tensor("/predictions"),
            attention: try header.attention.enumerated().map { place, layer in
                AttentionMap(
                    layer: layer.layer, weights: try tensor("/attention/\(place)"), isPerFeature: layer.isPerFeature)
            },
            maps: Dictionary(stored.map { ($0.source, $0.map) }, uniquingKeysWith: { $1 }), measurements: [:])
        guard result.predictions.rank == 2, result.predictions.shape[0] == probes.count,
            result.attention.allSatisfy({ $0.weights.rank >= 2 && $0.weights.shape[0] == probes.count })
        else { throw bad("its arrays do not fit the probe set") }
        let instances = 0..<probes.count
        for (source, map) in stored where !source.isStacked {
            result.measurements[source] = measurer.measure(map, instances: instances)
        }
        for (place, source) in header.measured.enumerated() {
            result.measurements[try known(source)] = try table(
                "/measurements/\(place)", columns: measurer.layout.count, probes.count)
        }
        for map in result.attention where map.positionCount == probes.positions {
            for (source, rows) in try reading.sources(of: map, lengths: probes.lengths) {
                result.maps[source] = rows.means
                result.measurements[source] = measurer.measure(
                    rows.maps, instances: instances, rowsPerInstance: rows.perInstance)
            }
        }
        return result
    }

    private func bad(_ reason: String) -> AnalysisError { .badAnalysis(path: path, reason: reason) }

    private func known(_ source: FindingsHeader.StoredSource) throws -> Source {
        guard let source = source.source else { throw bad("it has an unknown source") }
        return source
    }

    private func tensor(_ name: String, _ expected: [Int]? = nil) throws -> Tensor {
        let (shape, values) = try file.floats(at: name)
        guard shape == expected ?? shape else { throw bad("\(name) has another shape than the probe set") }
        return Tensor(shape: shape, values: values)
    }

    private func table(_ name: String, columns: Int, _ instances: Int) throws -> Measurement {
        let codes = try file.integers(at: "\(name)/reasons").values.map { UInt8(clamping: $0) }
        guard
            let table = Measurement(
                columns: columns, values: try file.doubles(at: "\(name)/values").values, reasonCodes: codes),
            table.instances == instances
        else { throw bad("\(name) is no table of \(instances) instances") }
        return table
    }

    private func outcome(_ instances: Int, outputs shape: [Int]) throws -> InterventionOutcome? {
        guard header.hasOutcome else { return nil }
        let count = header.interventions.count
        return InterventionOutcome(
            outputs: try (0..<count).map { try tensor("/interventions/\($0)", shape) },
            table: try table("/outcome", columns: count * InterventionOutcome.columns.count, instances))
    }

    private func probe(positions: Int) throws -> StateProber.Result? {
        guard header.hasProbe else { return nil }
        let places = header.probes.indices
        return StateProber.Result(
            r2: try places.map { try tensor("/probe/\($0)", [positions]).values },
            aligned: header.hasAlignedProbe
                ? try places.map { try tensor("/probe_aligned/\($0)", [2 * positions - 1]).values } : nil)
    }

    private func tests(_ tests: [FindingsHeader.Test], _ name: String, _ instances: Int) throws -> [TestColumn] {
        guard !tests.isEmpty else { return [] }
        let table = try table(name, columns: tests.count, instances)
        return tests.enumerated().map { column, test in
            TestColumn(
                key: test.key, values: (0..<instances).map { table.metric(instance: $0, column: column) })
        }
    }
}
