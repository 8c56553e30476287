/// All metrics by name.
public enum MetricCatalog {
    /// Every metric there is: those of the map alone, against a mask, and against a second map, then the formulas kept for comparison
    /// with other programs.
    public static let every: [MetricDefinition] =
        shape + localisation + ranking + correlation + distance + overlap + agreement + compatibility

    /// The metrics of the main analysis, those of the map alone first.
    public static let standard: [MetricDefinition] = [
        "entropy_nats", "entropy_bits", "entropy_normalised", "effective_positions", "effective_positions_simpson",
        "gini",
        "max_weight", "mean_position", "mass_in_mask", "mass_lift", "mass_chance_corrected", "auroc",
        "average_precision",
        "relevance_rank_accuracy_tie_expected", "pointing_game_tie_expected", "pearson", "spearman", "kendall_tau_b",
        "js_divergence_nats", "js_divergence_bits", "wasserstein_1d_normalised",
    ].compactMap(definition)

    /// The same as ``standard``. ``every`` has the rest.
    public static let all = standard

    private static let byName = Dictionary(
        every.map { ($0.id, $0) } + every.flatMap { metric in metric.aliases.map { ($0, metric) } },
        uniquingKeysWith: { first, _ in first })

    /// The metric of a name or alias, if there is one.
    public static func definition(_ name: String) -> MetricDefinition? { byName[name] }
}
