import Foundation
import Metrics
import TestSupport
import Testing

/// A number of the reference file: finite, or spelt "NaN", "Infinity", "-Infinity"; an exception of the reference is nil.
struct GoldenNumber: Decodable, Sendable {
    let value: Double?

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            value = number
        } else {
            value = (try? container.decode(String.self)).flatMap { Double($0) }
        }
    }
}

/// One map with its mask, a second map, and the values of the reference implementations (scipy, scikit-learn, Quantus, closed
/// forms).
struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
    let id: String
    let attention: [GoldenNumber]
    let mask: [Int]
    let saliency: [Double]
    let metrics: [String: GoldenNumber]

    var testDescription: String { id }
    var weights: [Double] { attention.map { $0.value ?? .nan } }

    struct Document: Decodable { let cases: [GoldenCase] }

    static let all: [GoldenCase] =
        (try? JSONDecoder().decode(
            Document.self, from: Data(contentsOf: URL(fileURLWithPath: Fixtures.path("golden_metrics.json")))
        )
        .cases) ?? []

    /// The value of a metric for this case.
    func found(_ definition: MetricDefinition, weights: [Double]) -> Metric {
        let map = MapRow(weights, signs: .signed)
        return switch definition.needs {
        case .map: definition.evaluate(map)
        case .mask: definition.evaluate(map, against: MaskRow(mask.map { $0 == 1 }))
        case .reference: definition.evaluate(map, comparedWith: MapRow(saliency, signs: .signed))
        }
    }
}
