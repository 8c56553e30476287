/// A metric with what one needs to know to read it.
public struct MetricDefinition: Sendable, Identifiable {
    /// What a metric is computed from.
    public enum Needs: Sendable {
        /// The map alone.
        case map
        /// The map and a mask.
        case mask
    }

    /// Which values are good.
    public enum Direction: Sendable {
        case higherIsBetter
        case lowerIsBetter
        /// A description, neither good nor bad.
        case neither
    }

    /// The snake_case name in files.
    public let id: String
    /// What it measures, in one line.
    public let summary: String
    /// What it is computed from.
    public let needs: Needs
    /// Which values are good.
    public let direction: Direction
    private let evaluation: @Sendable (MapRow, MaskRow?) -> Metric

    init(
        _ id: String, _ summary: String, _ direction: Direction = .neither,
        map: @escaping @Sendable (MapRow) -> Metric
    ) {
        self.id = id
        self.summary = summary
        self.direction = direction
        needs = .map
        evaluation = { row, _ in map(row) }
    }

    init(
        _ id: String, _ summary: String, _ direction: Direction,
        mask: @escaping @Sendable (MapRow, MaskRow) -> Metric
    ) {
        self.id = id
        self.summary = summary
        self.direction = direction
        needs = .mask
        evaluation = { row, given in given.map { mask(row, $0) } ?? .undefined(.emptyMask) }
    }

    /// The metric of a map alone; one that needs a mask is `undefined(emptyMask)`.
    public func evaluate(_ map: MapRow) -> Metric { evaluation(map, nil) }

    /// The metric of a map against a mask of the same number of positions.
    public func evaluate(_ map: MapRow, against mask: MaskRow) -> Metric { evaluation(map, mask) }
}

/// All metrics by name.
public enum MetricCatalog {
    /// Every metric, those of the map alone first.
    public static let all: [MetricDefinition] = [
        .init("entropy_nats", "Shannon entropy in nats, 0 to ln n", map: Shape.entropyNats),
        .init("entropy_bits", "Shannon entropy in bits, 0 to log2 n", map: Shape.entropyBits),
        .init("entropy_normalised", "entropy over that of a uniform map, 0 to 1", map: Shape.entropyNormalised),
        .init("effective_positions", "effective number of positions exp H, 1 to n", map: Shape.effectivePositions),
        .init(
            "effective_positions_simpson", "inverse Simpson index, 1 to n", map: Shape.effectivePositionsSimpson),
        .init("gini", "Gini coefficient, 0 (uniform) to 1 - 1/n", map: Shape.gini),
        .init("max_weight", "largest weight", map: Shape.maxWeight),
        .init("mean_position", "mean position, from 0", map: Shape.meanPosition),
        .init("mass_in_mask", "share of the mass in the mask (chance k/n)", .higherIsBetter, mask: Localisation.massInMask),
        .init("mass_lift", "mass in the mask over chance (chance 1)", .higherIsBetter, mask: Localisation.massLift),
        .init(
            "mass_chance_corrected", "mass in the mask corrected for chance (chance 0)", .higherIsBetter,
            mask: Localisation.massChanceCorrected),
        .init("auroc", "chance that a marked position outranks another (chance 0.5)", .higherIsBetter, mask: Ranking.auroc),
        .init(
            "average_precision", "average precision (chance about k/n)", .higherIsBetter, mask: Ranking.averagePrecision),
        .init(
            "relevance_rank_accuracy_tie_expected", "share of the k heaviest positions in the mask (chance k/n)",
            .higherIsBetter, mask: Ranking.relevanceRankAccuracy),
        .init(
            "pointing_game_tie_expected", "whether the heaviest position is in the mask (chance k/n)", .higherIsBetter,
            mask: Ranking.pointingGame),
        .init("pearson", "Pearson correlation with the mask", .higherIsBetter, mask: Correlation.pearson),
        .init("spearman", "Spearman correlation with the mask", .higherIsBetter, mask: Correlation.spearman),
        .init("kendall_tau_b", "Kendall's tau-b with the mask", .higherIsBetter, mask: Correlation.kendallTauB),
        .init(
            "js_divergence_nats", "Jensen-Shannon divergence from the mask in nats, 0 to ln 2", .lowerIsBetter,
            mask: Divergence.jensenShannonNats),
        .init(
            "js_divergence_bits", "Jensen-Shannon divergence from the mask in bits, 0 to 1", .lowerIsBetter,
            mask: Divergence.jensenShannonBits),
        .init(
            "wasserstein_1d_normalised", "distance from the mask along the positions over n - 1, 0 to 1",
            .lowerIsBetter, mask: Divergence.wasserstein1DNormalised),
    ]

    private static let byID = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })

    /// The metric of a name, if there is one.
    public static func definition(_ id: String) -> MetricDefinition? { byID[id] }
}
