import Numerics

/// Formulas as Quantus 0.6 computes them, with its epsilons, for comparison with its numbers; they bias maps that are tiny or not
/// normalised. Still undefined instead of NaN, and for maps with NaN or infinite weights (`nonFinite`).
public enum Quantus {
    /// The Gini coefficient of a + 1e-7, 0 ... 1 - 1/n. Quantus `Sparseness` (Chalasani et al. 2020); 0 for a map of zeros.
    public static func sparseness(_ map: MapRow) -> Metric {
        guard map.isFinite else { return .undefined(.nonFinite) }
        let n = map.count
        let ascending = map.order.reversed().map { map.weights[$0] * map.unit + 1e-7 }
        let sum = ascending.reduce(0, +)
        guard sum != 0 else { return .undefined(.noMass) }
        guard sum.isFinite else { return .undefined(.infinite) }
        let total = ascending.enumerated().reduce(0.0) { $0 + Double(2 * ($1.offset + 1) - n - 1) * ($1.element / sum) }
        return .value(total / Double(n))
    }

    /// -sum p ln(p + 1e-12), -1e-12 (one position) ... ln n. Quantus `Complexity` (Bhatt et al. 2020). Undefined for negative weights
    /// and maps without mass.
    public static func complexity(_ map: MapRow) -> Metric {
        if let obstacle = map.obstacleToDistribution { return .undefined(obstacle) }
        return .value(-map.weights.reduce(0) { $0 + ($1 / map.sum) * Double.log($1 / map.sum + 1e-12) })
    }

    /// The number of weights above 1e-5, 0...n, which depends on scale. Quantus `EffectiveComplexity` (Nguyen & Martinez 2020).
    public static func effectiveComplexity(_ map: MapRow) -> Metric {
        guard map.isFinite else { return .undefined(.nonFinite) }
        return .value(Double(map.weights.count { $0 * map.unit > 1e-5 }))
    }

    /// sum a m / (sum a + 1e-9), 0 for a map of zeros. Quantus `AttributionLocalisation` (Kohlbrenner et al. 2020). Undefined for
    /// empty masks and, as in Quantus, where signs let the ratio exceed 1 (`negativeWeights`).
    public static func attributionLocalisation(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let reason = Ranking.obstacle(map, mask) { return .undefined(reason) }
        let inside = mask.marked.reduce(0) { $0 + map.weights[$1] }
        let ratio = inside / (map.sum + 1e-9 / map.unit)
        return ratio <= 1 ? .value(ratio) : .undefined(map.hasNegative ? .negativeWeights : .infinite)
    }

    /// The area under the ROC curve; the same as ``Ranking/auroc(_:_:)``. Quantus `AUC`.
    public static func auroc(_ map: MapRow, _ mask: MaskRow) -> Metric { Ranking.auroc(map, mask) }
}
