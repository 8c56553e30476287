extension MetricCatalog {
    /// Agreement with a second map.
    static let agreement: [MetricDefinition] = [
        .ofReference(
            "s_pearson", "Pearson correlation with the second map",
            .init(direction: .higherIsBetter, range: "-1...1", chance: "0", source: "scipy.stats.pearsonr"),
            Agreement.pearson),
        .ofReference(
            "s_spearman", "Spearman correlation with the second map",
            .init(direction: .higherIsBetter, range: "-1...1", chance: "0", source: "scipy.stats.spearmanr"),
            Agreement.spearman),
        .ofReference(
            "s_kendall_tau_b", "Kendall's tau-b with the second map",
            .init(
                direction: .higherIsBetter, range: "-1...1", chance: "0",
                source: "Jain & Wallace 2019; scipy.stats.kendalltau", aliases: ["tau_g"]),
            Agreement.kendallTauB),
        .ofReference(
            "s_weightedtau", "Kendall's tau with the second map, in which heavy positions count more",
            .init(
                direction: .higherIsBetter, range: "-1...1", chance: "0",
                source: "Vigna 2015; scipy.stats.weightedtau"),
            Agreement.weightedTau),
        .ofReference(
            "s_kendall_pvalue", "two-sided p-value of Kendall's tau with the second map",
            .init(range: "0...1", chance: "uniform", source: "scipy.stats.kendalltau"), Agreement.kendallPValue),
        .ofReference(
            "s_js_distance_e", "root of the Jensen-Shannon divergence from the second map in nats",
            .init(
                direction: .lowerIsBetter, range: "0...sqrt(ln 2)", source: "scipy.spatial.distance.jensenshannon"),
            Distance.jensenShannon),
        .ofReference(
            "s_tvd", "total variation distance from the second map",
            .init(direction: .lowerIsBetter, range: "0...1"), Distance.totalVariation),
        .ofReference(
            "s_cosine", "cosine of both maps",
            .init(direction: .higherIsBetter, range: "0...1", source: "1 - scipy.spatial.distance.cosine"),
            Agreement.cosine),
        .ofReference(
            "s_top3_jaccard", "the 3 heaviest positions of both maps over those of either",
            .init(direction: .higherIsBetter, range: "0...1")
        ) { Agreement.topJaccard(3, $0, $1) },
    ]
}
