/// How far a map agrees with a second map of the same number of positions, such as attention with saliency.
///
/// Undefined if either map holds a NaN or an infinity (`nonFinite`), for one position (`tooFewPositions`), and for correlations of
/// a constant map (`constantMap`) or with a constant one (`constantReference`). Scales do not matter; signs stay.
public enum Agreement {
    /// Pearson's r, -1...1. `scipy.stats.pearsonr`. Undefined too where a map is constant up to rounding.
    public static func pearson(_ map: MapRow, _ reference: MapRow) -> Metric {
        if let obstacle = obstacle(map, reference) { return .undefined(obstacle) }
        guard let first = Centred(map) else { return .undefined(.constantMap) }
        guard let second = Centred(reference) else { return .undefined(.constantReference) }
        return .value(first.correlation(second))
    }

    /// Spearman's rho, Pearson's r of average ranks, -1...1. `scipy.stats.spearmanr`.
    public static func spearman(_ map: MapRow, _ reference: MapRow) -> Metric {
        if let obstacle = obstacle(map, reference) { return .undefined(obstacle) }
        let mean = Double(map.count + 1) / 2
        var (first, second, products) = (0.0, 0.0, 0.0)
        for (x, y) in zip(map.ranks, reference.ranks) {
            first += (x - mean) * (x - mean)
            second += (y - mean) * (y - mean)
            products += (x - mean) * (y - mean)
        }
        return .value(min(1, max(-1, products / (first * second).squareRoot())))
    }

    /// Kendall's tau-b, -1...1. `scipy.stats.kendalltau`; attention against gradients in Jain & Wallace 2019.
    public static func kendallTauB(_ map: MapRow, _ reference: MapRow) -> Metric {
        if let obstacle = obstacle(map, reference) { return .undefined(obstacle) }
        return PairCounts(map.ranks, reference.ranks).tauB.map { .value($0) } ?? .undefined(.constantMap)
    }

    /// The two-sided p-value of Kendall's tau, 0...1: exact for up to 33 positions without ties, by the normal distribution
    /// otherwise. `scipy.stats.kendalltau`.
    public static func kendallPValue(_ map: MapRow, _ reference: MapRow) -> Metric {
        if let obstacle = obstacle(map, reference) { return .undefined(obstacle) }
        return .value(Significance.ofPairs(PairCounts(map.ranks, reference.ranks)))
    }

    /// Stuart's tau-c, -1...1. `scipy.stats.kendalltau(variant="c")`.
    public static func kendallTauC(_ map: MapRow, _ reference: MapRow) -> Metric {
        if let obstacle = obstacle(map, reference) { return .undefined(obstacle) }
        return PairCounts(map.ranks, reference.ranks).tauC.map { .value($0) } ?? .undefined(.constantMap)
    }

    /// The two-sided p-value of Pearson's r, 0...1; 1 for two positions. `scipy.stats.pearsonr`.
    public static func pearsonPValue(_ map: MapRow, _ reference: MapRow) -> Metric {
        pearson(map, reference).map { Significance.ofCorrelation($0, count: map.count) }
    }

    /// The two-sided p-value of Spearman's rho, 0...1, by t with n - 2 degrees of freedom; undefined for two positions.
    /// `scipy.stats.spearmanr`.
    public static func spearmanPValue(_ map: MapRow, _ reference: MapRow) -> Metric {
        let rho = spearman(map, reference)
        if map.count == 2, rho.value != nil { return .undefined(.tooFewPositions) }
        return rho.map { Significance.ofCorrelation($0, count: map.count) }
    }

    /// The weighted tau, -1...1, in which heavy positions count more: a pair weighs 1/r + 1/s by its ranks from the heaviest
    /// (Vigna 2015). `scipy.stats.weightedtau`.
    public static func weightedTau(_ map: MapRow, _ reference: MapRow) -> Metric {
        if let obstacle = obstacle(map, reference) { return .undefined(obstacle) }
        return WeightedTau.value(map.ranks, reference.ranks).map { .value($0) } ?? .undefined(.constantMap)
    }

    /// The cosine a s / (|a| |s|), 0...1 unless signs are kept. `1 - scipy.spatial.distance.cosine`. Undefined only for maps that
    /// are not finite or all zeros (`noMass`).
    public static func cosine(_ map: MapRow, _ reference: MapRow) -> Metric {
        guard map.isFinite, reference.isFinite else { return .undefined(.nonFinite) }
        let (scale, otherScale) = (map.largest, reference.largest)
        guard scale > 0, otherScale > 0 else { return .undefined(.noMass) }
        var (first, second, products) = (0.0, 0.0, 0.0)
        for (weight, other) in zip(map.weights, reference.weights) {
            let (x, y) = (weight / scale, other / otherScale)
            first += x * x
            second += y * y
            products += x * y
        }
        return .value(min(1, max(-1, products / (first * second).squareRoot())))
    }

    /// The heaviest `top` positions of both maps over those of either, 0...1, of equal weights the lower position first (Jaccard's
    /// index). Undefined only for maps that are not finite or empty.
    public static func topJaccard(_ top: Int, _ map: MapRow, _ reference: MapRow) -> Metric {
        guard map.isFinite, reference.isFinite else { return .undefined(.nonFinite) }
        let first = Set(map.order.prefix(top))
        let second = Set(reference.order.prefix(top))
        guard !first.isEmpty else { return .undefined(.tooFewPositions) }
        return .value(Double(first.intersection(second).count) / Double(first.union(second).count))
    }

    private static func obstacle(_ map: MapRow, _ reference: MapRow) -> UndefinedReason? {
        guard map.isFinite, reference.isFinite else { return .nonFinite }
        if map.count < 2 { return .tooFewPositions }
        if map.isConstant { return .constantMap }
        return reference.isConstant ? .constantReference : nil
    }
}
