extension MetricCatalog {
    /// How well the map's order separates marked from unmarked positions.
    static let ranking: [MetricDefinition] =
        [
            .ofMask(
                "relevance_rank_accuracy", "share of the k heaviest positions in the mask, ties by position",
                .init(
                    direction: .higherIsBetter, range: "0...1", chance: "k/n without ties",
                    source: "Arras et al. 2022; Quantus RelevanceRankAccuracy",
                    aliases: ["relevanceRankAccuracy", "rra"]),
                Ranking.relevanceRankAccuracyByIndex),
            .ofMask(
                "relevance_rank_accuracy_tie_expected",
                "share of the k heaviest positions in the mask, expected over ties",
                .init(direction: .higherIsBetter, range: "0...1", chance: "k/n", source: "Arras et al. 2022"),
                Ranking.relevanceRankAccuracy),
            .ofMask(
                "pointing_game", "whether any of the heaviest positions is in the mask",
                .init(
                    direction: .higherIsBetter, range: "0 or 1", chance: "k/n without ties",
                    source: "Zhang et al. 2018; Quantus PointingGame", aliases: ["pointingGame"]),
                Ranking.pointingGameAny),
            .ofMask(
                "pointing_game_first_argmax", "whether the first of the heaviest positions is in the mask",
                .init(
                    direction: .higherIsBetter, range: "0 or 1", chance: "k/n without ties",
                    source: "Poerner et al. 2018"
                ),
                Ranking.pointingGameFirst),
            .ofMask(
                "pointing_game_tie_expected", "whether the heaviest position is in the mask, expected over ties",
                .init(direction: .higherIsBetter, range: "0...1", chance: "k/n", source: "Zhang et al. 2018"),
                Ranking.pointingGame),
        ]
        + [1, 3, 5].flatMap(top) + [
            .ofMask(
                "auroc", "chance that a marked position outranks another, ties counting half",
                .init(
                    direction: .higherIsBetter, range: "0...1", chance: "0.5", source: "sklearn.metrics.roc_auc_score",
                    aliases: ["roc_auc"]),
                Ranking.auroc),
            .ofMask(
                "average_precision", "mean precision over the thresholds at which marked positions are found",
                .init(
                    direction: .higherIsBetter, range: "0...1", chance: "about k/n",
                    source: "sklearn.metrics.average_precision_score", aliases: ["auprc"]),
                Ranking.averagePrecision),
            .ofMask(
                "auprc_trapezoid", "area under the precision-recall curve by trapezoids, too kind to ties",
                .init(
                    direction: .higherIsBetter, range: "0...1", chance: "(1 + k/n)/2 if uniform",
                    source: "sklearn auc(recall, precision); ERASER, DeYoung et al. 2020", aliases: ["eraserAUPRC"]),
                Ranking.precisionRecallTrapezoid),
        ]

    private static func top(_ count: Int) -> [MetricDefinition] {
        [
            .ofMask(
                "top\(count)_intersection", "share of the \(count) heaviest positions in the mask, ties by position",
                .init(
                    direction: .higherIsBetter, range: "0...1", chance: "k/n without ties",
                    source: "Theiner et al. 2021; Quantus TopKIntersection", aliases: ["top\(count)Intersection"])
            ) { Ranking.topIntersection(count, $0, $1) },
            .ofMask(
                "top\(count)_tie_expected", "share of the \(count) heaviest positions in the mask, expected over ties",
                .init(direction: .higherIsBetter, range: "0...1", chance: "k/n", source: "Theiner et al. 2021")
            ) { Ranking.topExpected(count, $0, $1) },
        ]
    }

    /// Correlations with the mask, their p-values, and the cosine.
    static let correlation: [MetricDefinition] = [
        .ofMask(
            "pearson", "Pearson correlation with the mask",
            .init(
                direction: .higherIsBetter, range: "-1...1", chance: "0", source: "scipy.stats.pearsonr",
                aliases: ["point_biserial", "cc"]),
            Correlation.pearson),
        .ofMask(
            "pearson_pvalue", "two-sided p-value of the Pearson correlation",
            .init(range: "0...1", chance: "uniform", source: "scipy.stats.pearsonr"), Correlation.pearsonPValue),
        .ofMask(
            "spearman", "Spearman correlation with the mask",
            .init(direction: .higherIsBetter, range: "-1...1", chance: "0", source: "scipy.stats.spearmanr"),
            Correlation.spearman),
        .ofMask(
            "spearman_pvalue", "two-sided p-value of the Spearman correlation",
            .init(range: "0...1", chance: "uniform", source: "scipy.stats.spearmanr"), Correlation.spearmanPValue),
        .ofMask(
            "kendall_tau_b", "Kendall's tau-b with the mask",
            .init(
                direction: .higherIsBetter, range: "-1...1, at most sqrt(2k(n - k)/(n(n - 1))) without ties",
                chance: "0",
                source: "scipy.stats.kendalltau"),
            Correlation.kendallTauB),
        .ofMask(
            "kendall_tau_b_pvalue", "two-sided p-value of Kendall's tau",
            .init(range: "0...1", chance: "uniform", source: "scipy.stats.kendalltau"), Correlation.kendallPValue),
        .ofMask(
            "kendall_tau_c", "Stuart's tau-c with the mask",
            .init(
                direction: .higherIsBetter, range: "-1...1, at most 4k(n - k)/n^2", chance: "0",
                source: "scipy.stats.kendalltau(variant='c')"),
            Correlation.kendallTauC),
        .ofMask(
            "cosine_similarity", "cosine of map and mask",
            .init(
                direction: .higherIsBetter, range: "0...1", chance: "sqrt(k/n) if uniform",
                source: "1 - scipy.spatial.distance.cosine"),
            Correlation.cosine),
    ]
}
