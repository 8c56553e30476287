extension MetricCatalog {
    /// Distances between the map and the mask as distributions.
    static let distance: [MetricDefinition] = [
        .ofMask(
            "js_distance_e", "root of the Jensen-Shannon divergence from the mask in nats",
            .init(
                direction: .lowerIsBetter, range: "0...sqrt(ln 2)", source: "scipy.spatial.distance.jensenshannon"),
            Distance.jensenShannon),
        .ofMask(
            "js_divergence_nats", "Jensen-Shannon divergence from the mask in nats",
            .init(
                direction: .lowerIsBetter, range: "0...ln 2", source: "square of scipy.spatial.distance.jensenshannon"),
            Divergence.jensenShannonNats),
        .ofMask(
            "js_divergence_bits", "Jensen-Shannon divergence from the mask in bits",
            .init(
                direction: .lowerIsBetter, range: "0...1",
                source: "square of scipy.spatial.distance.jensenshannon(base=2)"),
            Divergence.jensenShannonBits),
        .ofMask(
            "kl_mask_to_attention", "Kullback-Leibler divergence KL(mask | map) in nats",
            .init(
                direction: .lowerIsBetter, range: "0...",
                source: "scipy.stats.entropy(m, a); KL of the MIT saliency benchmark"),
            Distance.klMaskToAttention),
        .ofMask(
            "kl_attention_to_mask", "Kullback-Leibler divergence KL(map | mask) in nats, mostly infinite",
            .init(direction: .lowerIsBetter, range: "0...ln n", source: "scipy.stats.entropy(a, m)"),
            Distance.klAttentionToMask),
        .ofMask(
            "tvd", "total variation distance from the mask",
            .init(
                direction: .lowerIsBetter, range: "0...1", chance: "1 - k/n if uniform",
                aliases: ["total_variation_distance"]),
            Distance.totalVariation),
        .ofMask(
            "sim_histogram_intersection", "mass that map and mask share, 1 - total variation",
            .init(
                direction: .higherIsBetter, range: "0...1", chance: "k/n if uniform",
                source: "SIM, Bylinskii et al. 2018", aliases: ["sim"]),
            Distance.histogramIntersection),
        .ofMask(
            "hellinger", "Hellinger distance from the mask", .init(direction: .lowerIsBetter, range: "0...1"),
            Distance.hellinger),
        .ofMask(
            "wasserstein_1d", "earth mover's distance from the mask along the positions, in positions",
            .init(direction: .lowerIsBetter, range: "0...n - 1", source: "scipy.stats.wasserstein_distance"),
            Distance.wasserstein1D),
        .ofMask(
            "wasserstein_1d_normalised", "earth mover's distance from the mask along the positions over n - 1",
            .init(
                direction: .lowerIsBetter, range: "0...1", source: "scipy.stats.wasserstein_distance",
                aliases: ["emd"]),
            Divergence.wasserstein1DNormalised),
    ]
}
