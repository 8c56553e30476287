/// Two-sided p-values of the correlations with a mask, tau-c, and the cosine.
extension Correlation {
    /// The p-value of Pearson's r with the mask, 0...1, from the exact distribution of r between independent normal samples;
    /// 1 for two positions. `scipy.stats.pearsonr`. Undefined where r is.
    public static func pearsonPValue(_ map: MapRow, _ mask: MaskRow) -> Metric {
        pearson(map, mask).map { Significance.ofCorrelation($0, count: map.count) }
    }

    /// The p-value of Spearman's rho with the mask, 0...1, by t with n - 2 degrees of freedom. `scipy.stats.spearmanr`. Undefined
    /// where rho is, and for two positions (`tooFewPositions`).
    public static func spearmanPValue(_ map: MapRow, _ mask: MaskRow) -> Metric {
        guard map.count != 2 else { return .undefined(obstacle(map, mask) ?? .tooFewPositions) }
        return spearman(map, mask).map { Significance.ofCorrelation($0, count: map.count) }
    }

    /// The p-value of Kendall's tau with the mask, 0...1: exact without ties, by the normal distribution with ties, as there
    /// always are with a mask of more than two positions. `scipy.stats.kendalltau`.
    public static func kendallPValue(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let obstacle = obstacle(map, mask) { return .undefined(obstacle) }
        return .value(Significance.ofPairs(PairCounts(map.ranks, mask.row.ranks)))
    }

    /// Stuart's tau-c with the mask, 4 (concordant - discordant pairs) / n^2, in -1...1; a perfect map has 4 k (n - k) / n^2.
    /// `scipy.stats.kendalltau(variant="c")`.
    public static func kendallTauC(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let obstacle = obstacle(map, mask) { return .undefined(obstacle) }
        let (n, k) = (Double(map.count), Double(mask.count))
        return .value((2 * Ranking.concordance(map, mask) - 1) * k * (n - k) * 4 / (n * n))
    }

    /// The cosine of the map with the mask, a m / (|a| |m|), 0...1 unless signs are kept; a uniform map has sqrt(k/n).
    /// `1 - scipy.spatial.distance.cosine`. Undefined for empty masks and maps of zeros.
    public static func cosine(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if mask.marked.isEmpty { return .undefined(.emptyMask) }
        return Agreement.cosine(map, mask.row)
    }
}
