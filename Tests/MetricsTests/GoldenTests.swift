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

/// One map with its mask and the values of the reference implementations (scipy, scikit-learn, Quantus, closed forms).
struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
    let id: String
    let attention: [GoldenNumber]
    let mask: [Int]
    let metrics: [String: GoldenNumber]

    var testDescription: String { id }

    struct Document: Decodable { let cases: [GoldenCase] }

    static let all: [GoldenCase] =
        (try? JSONDecoder().decode(
            Document.self, from: Data(contentsOf: URL(fileURLWithPath: Fixtures.path("golden_metrics.json")))
        )
        .cases) ?? []

    /// The values that our conventions override, and why. Everything else must be the reference's number.
    func convention(_ metric: String) -> UndefinedReason? {
        let weights = attention.map { $0.value ?? .nan }
        let (n, k) = (weights.count, mask.reduce(0, +))
        let needsMask = MetricCatalog.definition(metric)?.needs == .mask
        if needsMask, k == 0 { return weights.allSatisfy(\.isFinite) || n > 0 ? .emptyMask : nil }
        if weights.contains(where: { !$0.isFinite }) { return .nonFinite }
        let isCorrelation = ["pearson", "spearman", "kendall_tau_b"].contains(metric)
        if isCorrelation, n < 2 { return .tooFewPositions }
        if k == n, isCorrelation || ["auroc", "mass_chance_corrected"].contains(metric) { return .fullMask }
        if isCorrelation, Set(weights).count == 1 { return .constantMap }
        // Constant up to rounding: scipy only warns.
        if metric == "pearson", id == "near_constant" { return .constantMap }
        let needsDistribution =
            !isCorrelation
            && ![
                "mass_in_mask", "mass_lift", "mass_chance_corrected", "mean_position", "max_weight", "auroc",
                "average_precision", "relevance_rank_accuracy_tie_expected", "pointing_game_tie_expected",
            ].contains(metric)
        if needsDistribution, weights.contains(where: { $0 < 0 }) { return .negativeWeights }
        let ranksOnly = [
            "auroc", "average_precision", "relevance_rank_accuracy_tie_expected", "pointing_game_tie_expected",
            "max_weight",
        ]
        if weights.reduce(0, +) == 0, !ranksOnly.contains(metric), !isCorrelation { return .noMass }
        if n == 1, ["entropy_normalised", "wasserstein_1d_normalised"].contains(metric) { return .tooFewPositions }
        return nil
    }
}

@Suite("Metrics equal scipy's, scikit-learn's, Quantus' and the closed forms")
struct GoldenTests {
    @Test("The reference file is there")
    func present() { #expect(GoldenCase.all.count == 33) }

    @Test("Every metric of the catalogue, to 1e-12", arguments: GoldenCase.all)
    func equal(_ golden: GoldenCase) throws {
        let map = MapRow(golden.attention.map { $0.value ?? .nan }, signs: .signed)
        let mask = MaskRow(golden.mask.map { $0 == 1 })
        for definition in MetricCatalog.all {
            let found = definition.evaluate(map, against: mask)
            if let reason = golden.convention(definition.id) {
                #expect(found == .undefined(reason), "\(definition.id)")
                continue
            }
            let reference = try #require(golden.metrics[definition.id]?.value, "\(definition.id)")
            let value = try #require(found.value, "\(definition.id): \(found)")
            let tolerance = max(1e-15, 1e-12 * abs(reference))
            #expect(abs(value - reference) <= tolerance, "\(definition.id): \(value), reference \(reference)")
        }
    }
}
