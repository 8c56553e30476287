import Focus
import Foundation
import Metrics

/// The numbers of maps computed elsewhere, as JSON.
public struct MeasurementReport: Sendable {
    private let measurements: MapMeasurements

    /// The report of measurements.
    public init(_ measurements: MapMeasurements) { self.measurements = measurements }

    /// `{"cases": [{"id", "metrics": {name: value or null}, "undefined": {name: reason}}]}`, numbers with 17 significant digits. A
    /// divergence that is infinite is `"Infinity"`.
    public var json: String {
        var text = "{\"cases\": [\n"
        let names = measurements.metrics.map(jsonString)
        for (place, row) in measurements.rows.enumerated() {
            if place > 0 { text += ",\n" }
            text += "{\"id\": \(jsonString(row.id)), \"metrics\": {"
            var undefined: [String] = []
            for (index, metric) in row.values.enumerated() {
                if index > 0 { text += ", " }
                text += names[index] + ": "
                switch metric {
                case .value(let value): text += jsonNumber(value)
                case .undefined(.infinite) where measurements.metrics[index].hasPrefix("kl_"): text += "\"Infinity\""
                case .undefined(let reason):
                    text += "null"
                    undefined.append("\(names[index]): \"\(reason.rawValue)\"")
                }
            }
            text += "}, \"undefined\": {\(undefined.joined(separator: ", "))}}"
        }
        return text + "\n]}"
    }
}

/// A number with 17 significant digits, which read back to the very same one; NaN and infinities in quotes.
func jsonNumber(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"" }
    var buffer = [CChar](repeating: 0, count: 32)
    _ = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%.17g", $0) }
    return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "null" }
}

/// A string in quotes, as JSON wants it.
func jsonString(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": quoted += "\\\""
        case "\\": quoted += "\\\\"
        case "\n": quoted += "\\n"
        case _ where scalar.value < 0x20:
            let digits = String(scalar.value, radix: 16)
            quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + "\""
}
