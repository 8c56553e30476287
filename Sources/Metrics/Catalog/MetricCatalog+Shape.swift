extension MetricCatalog {
    /// Metrics of the map alone.
    static let shape: [MetricDefinition] = [
        .ofMap("sum", "sum of the weights as they are", .init(range: "0..."), Shape.sum),
        .ofMap(
            "entropy_nats", "Shannon entropy in nats; low is focused",
            .init(range: "0...ln n", chance: "ln n if uniform", source: "scipy.stats.entropy", aliases: ["entropy"]),
            Shape.entropyNats),
        .ofMap(
            "entropy_bits", "Shannon entropy in bits; low is focused",
            .init(range: "0...log2 n", chance: "log2 n if uniform", source: "scipy.stats.entropy(base=2)"),
            Shape.entropyBits),
        .ofMap(
            "entropy_normalised", "entropy over that of a uniform map; low is focused",
            .init(range: "0...1", chance: "1 if uniform", source: "Pielou's evenness", aliases: ["evenness"]),
            Shape.entropyNormalised),
        .ofMap(
            "effective_positions", "effective number of positions, exp H",
            .init(
                range: "1...n", chance: "n if uniform", source: "Hill number of order 1; Jost 2006",
                aliases: ["perplexity"]),
            Shape.effectivePositions),
        .ofMap(
            "effective_positions_simpson", "inverse Simpson index, 1 / sum p^2",
            .init(
                range: "1...n", chance: "n if uniform", source: "Hill number of order 2",
                aliases: ["inverse_simpson", "participation_ratio"]),
            Shape.effectivePositionsSimpson),
        .ofMap(
            "gini", "Gini coefficient; high is focused",
            .init(range: "0...1 - 1/n", chance: "0 if uniform", source: "Hurley & Rickard 2009"), Shape.gini),
        .ofMap(
            "gini_corrected", "Gini coefficient times n / (n - 1), for maps of different lengths",
            .init(range: "0...1", chance: "0 if uniform", source: "Hurley & Rickard 2009"), Shape.giniCorrected),
        .ofMap(
            "hoyer_sparsity", "Hoyer's sparsity from the 1- and 2-norm; high is focused",
            .init(range: "0...1", chance: "0 if uniform", source: "Hoyer 2004"), Shape.hoyerSparsity),
        .ofMap("max_weight", "largest weight", .init(range: "0..."), Shape.maxWeight),
        .ofMap(
            "argmax", "position of the largest weight, from 0, of several the first",
            .init(range: "0...n - 1", source: "numpy.argmax"), Shape.argmax),
        .ofMap(
            "mean_position", "mean position, from 0",
            .init(range: "0...n - 1", chance: "(n - 1)/2 if uniform", source: "numpy.average"), Shape.meanPosition),
        .ofMap(
            "kl_from_uniform", "Kullback-Leibler divergence from the uniform map in nats; high is focused",
            .init(range: "0...ln n", chance: "0 if uniform", source: "scipy.stats.entropy(a, u)"),
            Shape.klFromUniform),
        .ofMap(
            "js_distance_to_uniform", "root of the Jensen-Shannon divergence from the uniform map in nats",
            .init(
                range: "0...sqrt(ln 2)", chance: "0 if uniform", source: "scipy.spatial.distance.jensenshannon(a, u)"),
            Shape.jsDistanceToUniform),
        .ofMap(
            "tvd_to_uniform", "total variation distance to the uniform map",
            .init(range: "0...1 - 1/n", chance: "0 if uniform"), Shape.tvdToUniform),
    ]
}
