import Foundation
import Metrics
import Testing

@Suite("What must hold for every metric")
struct PropertyTests {
    static let every = MetricCatalog.every.map(\.id)
    static let absolute = [
        "sum", "max_weight", "quantus_sparseness", "quantus_effective_complexity", "attribution_localisation",
    ]
    static let positional = ["argmax", "mean_position", "wasserstein_1d", "wasserstein_1d_normalised"]

    private func definition(_ id: String) throws -> MetricDefinition {
        try #require(MetricCatalog.definition(id))
    }

    /// The bounds of a metric for non-negative weights; nil where there is no upper one.
    private func bounds(_ id: String, _ n: Double, _ k: Double) -> ClosedRange<Double>? {
        switch id {
        case "sum", "max_weight", "kl_mask_to_attention": nil
        case "entropy_nats", "kl_from_uniform": 0...log(n)
        case "quantus_complexity": -1e-12...log(n)
        case "entropy_bits": 0...log2(n)
        case "effective_positions", "effective_positions_simpson": 1...n
        case "gini", "tvd_to_uniform", "quantus_sparseness": 0...(1 - 1 / n)
        case "argmax", "mean_position", "wasserstein_1d": 0...(n - 1)
        case "quantus_effective_complexity": 0...n
        case "mass_lift": 0...(n / k)
        case "mass_chance_corrected": (-k / (n - k))...1
        case "nss": -((n - k) / k).squareRoot()...((n - k) / k).squareRoot()
        case "kendall_tau_b":
            -(2 * k * (n - k) / (n * (n - 1))).squareRoot()...(2 * k * (n - k) / (n * (n - 1))).squareRoot()
        case "kendall_tau_c": (-4 * k * (n - k) / (n * n))...(4 * k * (n - k) / (n * n))
        case "js_distance_to_uniform", "js_distance_e", "s_js_distance_e": 0...log(2).squareRoot()
        case "js_divergence_nats", "s_jsd_eps1e-10": 0...log(2)
        case "pearson", "spearman", "s_pearson", "s_spearman", "s_kendall_tau_b", "s_weightedtau",
            "s_spearman_dense_nonstandard":
            -1...1
        default: 0...1
        }
    }

    @Test("Values lie in the metric's range", arguments: every)
    func range(_ id: String) throws {
        for sample in MapSample.many(200) {
            let found = sample.metric(try definition(id))
            if id == "kl_attention_to_mask" {
                #expect(found == .undefined(.infinite))
                continue
            }
            let value = try #require(found.value)
            guard let bounds = bounds(id, Double(sample.n), Double(sample.k)) else {
                #expect(value >= 0)
                continue
            }
            #expect(value >= bounds.lowerBound - 1e-14 && value <= bounds.upperBound * (1 + 1e-14) + 1e-14)
        }
    }

    @Test("A map's scale does not matter", arguments: every.filter { !absolute.contains($0) })
    func scale(_ id: String) throws {
        for sample in MapSample.many(50) {
            let before = sample.metric(try definition(id)).value ?? .infinity
            for factor in [1024, 0x1p-1000, 0x1p1020] {
                var scaled = sample
                scaled.weights = sample.weights.map { $0 * factor }
                scaled.other = sample.other.map { $0 * 4 }
                let after = scaled.metric(try definition(id)).value ?? .infinity
                #expect(before == after || abs(after - before) < 1e-12, "times \(factor)")
            }
        }
    }

    @Test(
        "Moving positions, mask and second map together does not matter, but where places count",
        arguments: every.filter { !positional.contains($0) })
    func permutation(_ id: String) throws {
        for sample in MapSample.many(50) {
            let moved = MapSample(
                weights: sample.weights.reversed(), mask: sample.mask.reversed(), other: sample.other.reversed())
            let (before, after) = (sample.metric(try definition(id)), moved.metric(try definition(id)))
            #expect(before == after || abs((before.value ?? 0) - (after.value ?? 1)) < 1e-12)
        }
    }

    @Test(
        "Mass moved into the mask never makes it worse",
        arguments: [
            "mass_in_mask", "mass_in_mask_abs", "mass_lift", "mass_chance_corrected", "auroc", "average_precision",
            "relevance_rank_accuracy", "relevance_rank_accuracy_tie_expected", "pointing_game",
            "pointing_game_first_argmax", "pointing_game_tie_expected", "top1_intersection", "top1_tie_expected",
            "top3_intersection", "top3_tie_expected", "top5_intersection", "top5_tie_expected", "spearman",
            "kendall_tau_b", "kendall_tau_c", "js_distance_e", "js_divergence_nats", "js_divergence_bits",
            "kl_mask_to_attention", "tvd", "sim_histogram_intersection", "hellinger", "iou_gt_uniform", "f1_gt_uniform",
            "precision_gt_uniform", "recall_gt_uniform", "iou_topk", "f1_topk_stable",
        ])
    func monotone(_ id: String) throws {
        let definition = try definition(id)
        let sign = definition.direction == .lowerIsBetter ? -1.0 : 1
        for sample in MapSample.many(100) {
            var better = sample
            let target = sample.mask.firstIndex(of: true) ?? 0
            let source = sample.mask.firstIndex(of: false) ?? 0
            better.weights[target] += better.weights[source]
            better.weights[source] = 0
            let (before, after) = (sample.metric(definition), better.metric(definition))
            #expect(sign * (try #require(after.value)) >= sign * (try #require(before.value)) - 1e-12)
        }
    }

    @Test("The mask itself is the best map", arguments: MetricCatalog.every.filter { $0.needs == .mask }.map(\.id))
    func best(_ id: String) throws {
        let definition = try definition(id)
        // Those that describe, and those whose best value depends on n and k.
        guard definition.direction != .neither else { return }
        for sample in MapSample.many(50) {
            var perfect = sample
            perfect.weights = sample.mask.map { $0 ? 1 / Double(sample.k) : 0 }
            let value = try #require(perfect.metric(definition).value)
            let (n, k) = (Double(sample.n), Double(sample.k))
            let expected =
                switch id {
                case "mass_lift": n / k
                case "nss": ((n - k) / k).squareRoot()
                case "kendall_tau_c": 4 * k * (n - k) / (n * n)
                case "top1_intersection", "top1_tie_expected": 1.0
                case "top3_intersection", "top3_tie_expected": min(1, k / 3)
                case "top5_intersection", "top5_tie_expected": min(1, k / min(5, n))
                default: definition.direction == .higherIsBetter ? 1.0 : 0.0
                }
            // 1e-9 in the denominator of attribution_localisation; the root of rounding in distances.
            #expect(abs(value - expected) < 2e-8, "\(sample.n) \(sample.k)")
        }
    }

    @Test(
        "A uniform map is at chance",
        arguments: [
            "mass_in_mask", "relevance_rank_accuracy_tie_expected", "pointing_game_tie_expected", "top1_tie_expected",
            "top3_tie_expected", "top5_tie_expected", "average_precision", "sim_histogram_intersection",
        ])
    func chance(_ id: String) throws {
        for sample in MapSample.many(50) {
            var uniform = sample
            uniform.weights = sample.weights.map { _ in 0.25 }
            let value = try #require(uniform.metric(try definition(id)).value)
            #expect(abs(value - Double(sample.k) / Double(sample.n)) < 1e-12)
        }
    }

    @Test("Comparing maps is symmetric, and a map agrees with itself", arguments: every.filter { $0.hasPrefix("s_") })
    func agreement(_ id: String) throws {
        let definition = try definition(id)
        for sample in MapSample.many(50) {
            let swapped = MapSample(weights: sample.other, mask: sample.mask, other: sample.weights)
            let difference = (sample.metric(definition).value ?? 0) - (swapped.metric(definition).value ?? 1)
            #expect(abs(difference) < 1e-12)
            var same = sample
            same.other = sample.weights
            let value = try #require(same.metric(definition).value)
            let expected = definition.direction == .higherIsBetter ? 1.0 : 0
            #expect(abs(value - expected) < 1e-12 || id == "s_kendall_pvalue")
        }
    }

    @Test("Mass before, at and after the delimiter add up to 1")
    func partition() throws {
        for sample in MapSample.many(100) {
            let parts = Localisation.partition(
                MapRow(sample.weights), delimiter: sample.mask.firstIndex(of: true) ?? 0)
            let sum = [parts.before, parts.at, parts.after].compactMap(\.value).reduce(0, +)
            #expect(abs(sum - 1) < 1e-12)
        }
    }
}
