extension MetricCatalog {
    /// Formulas of other programs, kept for comparison with their numbers.
    static let compatibility: [MetricDefinition] = [
        .ofMap(
            "quantus_sparseness", "Gini coefficient of a + 1e-7",
            .init(range: "0...1 - 1/n", source: "Chalasani et al. 2020; Quantus Sparseness", aliases: ["sparseness"]),
            Quantus.sparseness),
        .ofMap(
            "quantus_complexity", "entropy in nats with 1e-12 inside the logarithm",
            .init(range: "-1e-12...ln n", source: "Bhatt et al. 2020; Quantus Complexity", aliases: ["complexity"]),
            Quantus.complexity),
        .ofMap(
            "quantus_effective_complexity", "number of weights above 1e-5",
            .init(
                range: "0...n", source: "Nguyen & Martinez 2020; Quantus EffectiveComplexity",
                aliases: ["effective_complexity", "effectiveComplexity"]),
            Quantus.effectiveComplexity),
        .ofMask(
            "attribution_localisation", "share of the mass in the mask with 1e-9 in the denominator",
            .init(
                direction: .higherIsBetter, range: "0...1", chance: "k/n",
                source: "Kohlbrenner et al. 2020; Quantus AttributionLocalisation",
                aliases: ["attributionLocalisation"]),
            Quantus.attributionLocalisation),
        .ofMask(
            "auroc_quantus", "the same as auroc",
            .init(direction: .higherIsBetter, range: "0...1", chance: "0.5", source: "Quantus AUC"), Quantus.auroc),
        .ofReference(
            "s_jsd_eps1e-10", "Jensen-Shannon divergence from the second map in nats with 1e-10 inside the logarithms",
            .init(direction: .lowerIsBetter, range: "0...ln 2", source: "Jain & Wallace 2019, their code"),
            PublishedFormulas.jainWallaceDivergence),
        .ofReference(
            "s_spearman_dense_nonstandard", "1 - 6 sum d^2 / (n (n^2 - 1)) on dense ranks, wrong under ties",
            .init(direction: .higherIsBetter, range: "-1...1", source: "Abnar & Zuidema 2020, their code"),
            PublishedFormulas.denseSpearman),
    ]
}
