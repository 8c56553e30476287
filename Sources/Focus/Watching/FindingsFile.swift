import Files
import Foundation
import HDF5
import Tensors

/// One checkpoint's findings in a file, so that they outlive the checkpoint.
///
/// Maps and attention weights are kept in single precision, as they were computed, and measured again when read; tables of answers in
/// double. So what is read is what was written, to the last bit.
struct FindingsFile {
    private let writer: HDF5Writer

    /// Writes findings; the file appears whole or not at all.
    static func write(_ findings: CheckpointFindings, name: String, stamp: FileStamp, to path: String) throws {
        let file = FindingsFile(writer: try HDF5Writer(creating: path))
        let header = FindingsHeader(findings, name: name, stamp: stamp)
        try file.writer.strings("/header", [String(decoding: try JSONEncoder().encode(header), as: UTF8.self)])
        if let loss = findings.loss { try file.writer.dataset("/loss", type: .float64, shape: [1]).write([loss]) }
        try file.write(findings.result, header)
        try file.write(findings.probe)
        if !findings.faithfulness.isEmpty { try file.write("/faithfulness", TestColumn.table(findings.faithfulness)) }
        try file.writer.commit()
    }

    private func write(_ result: CheckpointResult, _ header: FindingsHeader) throws {
        try write("/predictions", result.predictions)
        for (place, map) in result.attention.enumerated() { try write("/attention/\(place)", map.weights) }
        for (place, source) in header.maps.enumerated() {
            if let map = source.source.flatMap({ result.maps[$0] }) { try write("/maps/\(place)", map) }
        }
        for (place, source) in header.measured.enumerated() {
            if let table = source.source.flatMap({ result.measurements[$0] }) {
                try write("/measurements/\(place)", table)
            }
        }
        if let outcome = result.interventions {
            for (place, output) in outcome.outputs.enumerated() { try write("/interventions/\(place)", output) }
            try write("/outcome", outcome.table)
        }
        if !result.tests.isEmpty { try write("/tests", TestColumn.table(result.tests)) }
    }

    private func write(_ probe: StateProber.Result?) throws {
        for (name, rows) in [("probe", probe?.r2), ("probe_aligned", probe?.aligned)] {
            for (place, row) in (rows ?? []).enumerated() {
                try write("/\(name)/\(place)", Tensor(shape: [row.count], values: row))
            }
        }
    }

    private func write(_ path: String, _ tensor: Tensor) throws {
        try writer.dataset(path, type: .float32, shape: tensor.shape).write(tensor.values)
    }

    private func write(_ path: String, _ table: Measurement) throws {
        let shape = [table.instances, table.columns]
        try writer.dataset("\(path)/values", type: .float64, shape: shape).write(table.values)
        try writer.dataset("\(path)/reasons", type: .int8, shape: shape)
            .write(table.reasonCodes.map { Int8(clamping: $0) })
    }
}
