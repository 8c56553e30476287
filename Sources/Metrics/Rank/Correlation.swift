/// Correlation of a map with a mask. With a binary mask and untied weights these have ceilings below 1 (Kendall's tau-b:
/// sqrt(2k(n-k) / (n(n-1)))), so prefer ``Ranking/auroc(_:_:)`` for ranking maps.
///
/// Undefined for one position (`tooFewPositions`), empty and full masks, and constant maps (`constantMap`).
public enum Correlation {
    /// Pearson's r, which with a mask is the point-biserial correlation. `scipy.stats.pearsonr`. Undefined too where the map is
    /// constant up to rounding: |a - mean| < 1e-13 |mean|, scipy's threshold for its warning.
    public static func pearson(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let obstacle = obstacle(map, mask) { return .undefined(obstacle) }
        // r does not depend on scale; a power of two near the largest weight keeps squares from overflowing and loses no digit.
        let scale = map.largest.binade
        let mean = map.weights.reduce(0.0) { $0 + $1 / scale } / Double(map.count)
        var (squares, products, rest) = (0.0, 0.0, 0.0)
        let share = Double(mask.count) / Double(mask.positions)
        for (index, weight) in map.weights.enumerated() {
            let deviation = weight / scale - mean
            squares += deviation * deviation
            rest += deviation
            products += deviation * ((mask.isMarked[index] ? 1 : 0) - share)
        }
        // The mean's own rounding, which counts where weights differ in their last digits only.
        squares -= rest * rest / Double(map.count)
        guard squares > 0, squares.squareRoot() >= 1e-13 * abs(mean) else { return .undefined(.constantMap) }
        return .value(clamp(products / (squares * Double(mask.count) * (1 - share)).squareRoot()))
    }

    /// Spearman's rho: Pearson's r of average ranks. `scipy.stats.spearmanr`.
    public static func spearman(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let obstacle = obstacle(map, mask) { return .undefined(obstacle) }
        let (n, k) = (Double(map.count), Double(mask.count))
        let mean = (n + 1) / 2
        let squares = map.ranks.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
        // The mask's two values rank (n - k + 1) / 2 and n - (k - 1) / 2, n/2 apart.
        let products = mask.marked.reduce(0.0) { $0 + (map.ranks[$1] - mean) } * (n / 2)
        let maskSquares = k * (n - k) / n * (n / 2) * (n / 2)
        return .value(clamp(products / (squares * maskSquares).squareRoot()))
    }

    /// Kendall's tau-b. `scipy.stats.kendalltau`. With a mask, concordant less discordant pairs are (2 AUROC - 1) k (n - k).
    public static func kendallTauB(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let obstacle = obstacle(map, mask) { return .undefined(obstacle) }
        let (n, k) = (Double(map.count), Double(mask.count))
        let pairs = n * (n - 1) / 2
        let maskPairs = k * (n - k)
        let difference = (2 * Ranking.concordance(map, mask) - 1) * maskPairs
        return .value(clamp(difference / ((pairs - tiedPairs(map)) * maskPairs).squareRoot()))
    }

    private static func tiedPairs(_ map: MapRow) -> Double {
        var total = 0.0
        var run = 1.0
        for (first, second) in zip(map.order, map.order.dropFirst()) {
            if map.weights[first] == map.weights[second] {
                total += run
                run += 1
            } else {
                run = 1
            }
        }
        return total
    }

    static func obstacle(_ map: MapRow, _ mask: MaskRow) -> UndefinedReason? {
        if let reason = Ranking.obstacle(map, mask) { return reason }
        if map.count < 2 { return .tooFewPositions }
        return mask.singleClass ?? (map.isConstant ? .constantMap : nil)
    }

    private static func clamp(_ value: Double) -> Double { min(1, max(-1, value)) }
}
