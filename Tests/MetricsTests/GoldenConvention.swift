import Metrics

/// Where our definitions differ from the references', and why. Everything else must be the reference's number.
///
/// The rules: no metric answers a question that has no answer, an empty mask is never a hit, NaN is refused at the door, nothing
/// depends on rounding noise, and no square of a large weight overflows.
enum GoldenConvention {
    enum Expectation {
        case reference
        case undefined(UndefinedReason)
        /// The reference overflows; the metric does not depend on scale, so that the map over 2^996 has its value.
        case valueOfScaledMap
    }

    static let correlations: Set = ["pearson", "spearman", "kendall_tau_b", "kendall_tau_c"]
    static let pValues: Set = ["pearson_pvalue", "spearman_pvalue", "kendall_tau_b_pvalue", "s_kendall_pvalue"]
    static let agreements: Set = ["s_pearson", "s_spearman", "s_kendall_tau_b", "s_weightedtau", "s_kendall_pvalue"]

    /// Metrics of p = a / sum a as a distribution, which negative weights do not make.
    static let ofDistributions: Set = [
        "entropy_nats", "entropy_bits", "entropy_normalised", "effective_positions", "effective_positions_simpson",
        "gini",
        "gini_corrected", "kl_from_uniform", "js_distance_to_uniform", "tvd_to_uniform", "js_distance_e",
        "js_divergence_nats", "js_divergence_bits", "kl_mask_to_attention", "kl_attention_to_mask", "tvd",
        "sim_histogram_intersection", "hellinger", "wasserstein_1d", "wasserstein_1d_normalised", "s_js_distance_e",
        "s_tvd", "quantus_complexity",
    ]

    /// Metrics that need some mass, but not its signs.
    static func needsMass(_ id: String) -> Bool {
        let others: Set = [
            "mean_position", "hoyer_sparsity", "mass_in_mask", "mass_in_mask_abs", "mass_lift", "mass_chance_corrected",
            "cosine_similarity", "s_cosine", "s_jsd_eps1e-10",
        ]
        let isOverlap = ["gt_uniform", "half_max", "topk_stable", "iou_topk"].contains { id.hasSuffix($0) }
        return ofDistributions.contains(id) || others.contains(id) || isOverlap
    }

    /// Metrics of the mask or of n alone, whatever the weights.
    static let ignoresWeights: Set = ["mass_baseline"]

    static func expectation(_ definition: MetricDefinition, _ golden: GoldenCase) -> Expectation {
        let (id, weights) = (definition.id, golden.weights)
        let (n, k) = (weights.count, golden.mask.reduce(0, +))
        // An empty mask: Quantus has NaN or a hit, CLEVR-XAI and scikit-learn 0, trapezoids 0.5.
        if definition.needs == .mask, k == 0 { return .undefined(.emptyMask) }
        // NaN: scikit-learn raises, scipy propagates, sorting and counting yield numbers.
        if weights.contains(where: { !$0.isFinite }), !ignoresWeights.contains(id) { return .undefined(.nonFinite) }
        if let reason = ofCorrelation(id, weights, k, golden.id) { return .undefined(reason) }
        // A full mask leaves nothing to tell it from.
        if k == n, ["auroc", "auroc_quantus", "mass_chance_corrected"].contains(id) { return .undefined(.fullMask) }
        if weights.contains(where: { $0 < 0 }), ofDistributions.contains(id) { return .undefined(.negativeWeights) }
        if weights.reduce(0, +) == 0, needsMass(id) { return .undefined(.noMass) }
        // 0/0 of n - 1, ln n or sqrt n - 1.
        let ofSeveral: Set = [
            "entropy_normalised", "gini_corrected", "hoyer_sparsity", "wasserstein_1d_normalised", "nss",
            "s_spearman_dense_nonstandard",
        ]
        if n == 1, ofSeveral.contains(id) { return .undefined(.tooFewPositions) }
        // An infinite divergence.
        if id.hasPrefix("kl_"), golden.metrics[id]?.value == .infinity { return .undefined(.infinite) }
        let squares: Set = ["hoyer_sparsity", "cosine_similarity", "nss", "s_cosine"]
        if weights.contains(where: { $0 > 1e200 }), squares.contains(id) { return .valueOfScaledMap }
        return .reference
    }

    private static func ofCorrelation(
        _ id: String, _ weights: [Double], _ k: Int, _ name: String
    ) -> UndefinedReason? {
        let withMask = correlations.contains(id) || (pValues.contains(id) && !id.hasPrefix("s_"))
        guard withMask || agreements.contains(id) || id == "nss" else { return nil }
        if weights.count < 2 { return .tooFewPositions }
        if withMask, k == weights.count { return .fullMask }
        // No degrees of freedom.
        if id == "spearman_pvalue", weights.count == 2 { return .tooFewPositions }
        if Set(weights).count == 1 { return .constantMap }
        // Constant up to rounding, which scipy only warns of: r would be that of noise.
        let dependsOnSize: Set = ["pearson", "pearson_pvalue", "s_pearson", "nss"]
        return name == "near_constant" && dependsOnSize.contains(id) ? .constantMap : nil
    }
}
