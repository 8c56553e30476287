import Foundation
import Metrics
import TestSupport
import Testing

@Suite("The catalogue of metrics")
struct CatalogTests {
    @Test("Every name and alias stands for one metric")
    func names() {
        let names = MetricCatalog.every.flatMap { [$0.id] + $0.aliases }
        #expect(Set(names).count == names.count)
        for metric in MetricCatalog.every {
            for name in [metric.id] + metric.aliases { #expect(MetricCatalog.definition(name)?.id == metric.id) }
        }
        #expect(MetricCatalog.definition("relevanceMassAccuracy")?.id == "mass_in_mask")
        #expect(MetricCatalog.definition("nothing") == nil)
    }

    @Test("The standard metrics are those that analyses have always had, in their order")
    func standard() {
        #expect(
            MetricCatalog.standard.map(\.id) == [
                "entropy_nats", "entropy_bits", "entropy_normalised", "effective_positions",
                "effective_positions_simpson", "gini", "max_weight", "mean_position", "mass_in_mask", "mass_lift",
                "mass_chance_corrected", "auroc", "average_precision", "relevance_rank_accuracy_tie_expected",
                "pointing_game_tie_expected", "pearson", "spearman", "kendall_tau_b", "js_divergence_nats",
                "js_divergence_bits", "wasserstein_1d_normalised",
            ])
        #expect(MetricCatalog.all.map(\.id) == MetricCatalog.standard.map(\.id))
    }

    @Test("Every metric is in the documentation, and says what it measures and within which range")
    func documented() throws {
        let text = try String(contentsOfFile: "\(Fixtures.root)/docs/metrics.md", encoding: .utf8)
        for metric in MetricCatalog.every {
            let isThere = text.contains("`\(metric.id)`")
            #expect(isThere, "\(metric.id)")
            #expect(!metric.summary.isEmpty && !metric.range.isEmpty)
            #expect(metric.formula != metric.summary, "\(metric.id) has no formula")
        }
        for reason in UndefinedReason.allCases {
            let isThere = text.contains("`\(reason.rawValue)`")
            #expect(isThere, "\(reason)")
        }
    }

    @Test("A metric's reasons for having no value are those of the documentation")
    func reasons() throws {
        func reasons(_ id: String) throws -> [UndefinedReason] {
            try #require(MetricCatalog.definition(id)).undefinedReasons
        }
        #expect(try reasons("entropy_nats") == [.noMass, .nonFinite, .negativeWeights])
        #expect(try reasons("auroc") == [.emptyMask, .fullMask, .nonFinite, .noMask])
        #expect(
            try reasons("pearson") == [.emptyMask, .fullMask, .nonFinite, .constantMap, .tooFewPositions, .noMask])
        #expect(
            try reasons("s_kendall_tau_b") == [
                .nonFinite, .constantMap, .tooFewPositions, .constantReference, .noReference,
            ])
        #expect(
            try reasons("kl_mask_to_attention") == [
                .emptyMask, .noMass, .nonFinite, .negativeWeights, .noMask, .infinite,
            ])
        #expect(try reasons("sum") == [.nonFinite, .infinite])
    }
}
