import Foundation
import Metrics
import TestSupport
import Testing

/// The `statistics` section of the reference file: values of scipy, numpy and closed forms.
struct GoldenStatistics {
    private let entries: [String: Any]

    init() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("golden_metrics.json")))
        let document = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        entries = try #require(document["statistics"] as? [String: Any])
    }

    var keys: Set<String> { Set(entries.keys) }

    /// What is at a path of keys.
    func value(_ path: String...) throws -> Any {
        var found: Any = entries
        for key in path { found = try #require((found as? [String: Any])?[key], "\(path)") }
        return found
    }

    func number(_ path: String...) throws -> Double { try Self.number(walk(path)) }

    func numbers(_ path: String...) throws -> [Double] { try #require(walk(path) as? [Any]).map(Self.number) }

    private func walk(_ path: [String]) throws -> Any {
        try path.reduce(entries as Any) { found, key in try #require((found as? [String: Any])?[key], "\(path)") }
    }

    static func number(_ value: Any) throws -> Double {
        if let text = value as? String { return try #require(Double(text)) }
        return try #require(value as? NSNumber).doubleValue
    }
}

/// Whether numbers agree to a relative tolerance, or to 1e-15 near 0.
func expectClose(
    _ found: Double?, _ expected: Double, _ tolerance: Double = 1e-12, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard let found else {
        Issue.record("no value \(what)", sourceLocation: sourceLocation)
        return
    }
    #expect(
        abs(found - expected) <= max(1e-15, tolerance * abs(expected)), "\(what) \(found), reference \(expected)",
        sourceLocation: sourceLocation)
}

/// Whether the ends of an interval agree with a pair.
func expectClose(
    _ found: ClosedRange<Double>?, _ expected: [Double], _ tolerance: Double = 1e-12, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    expectClose(found?.lowerBound, expected[0], tolerance, what, sourceLocation: sourceLocation)
    expectClose(found?.upperBound, expected[1], tolerance, what, sourceLocation: sourceLocation)
}
