import Numerics

/// Comparisons of two maps as particular papers' own programs compute them, for comparison with their numbers only.
public enum PublishedFormulas {
    /// The Jensen-Shannon divergence in nats with shares clipped to 0...1 and 1e-10 added inside the logarithms, 0...ln 2: the
    /// program of Jain & Wallace 2019. Undefined for maps without mass or with NaN or infinite weights.
    public static func jainWallaceDivergence(_ map: MapRow, _ reference: MapRow) -> Metric {
        guard map.isFinite, reference.isFinite else { return .undefined(.nonFinite) }
        guard map.sum != 0, reference.sum != 0 else { return .undefined(.noMass) }
        let (p, q) = (Distribution(weights: map.weights).shares, Distribution(weights: reference.weights).shares)
        let middle = zip(p, q).map { ($0 + $1) / 2 }
        return .value((clippedDivergence(p, middle) + clippedDivergence(q, middle)) / 2)
    }

    private static func clippedDivergence(_ p: [Double], _ q: [Double]) -> Double {
        zip(p, q).reduce(0) { sum, pair in
            let (x, y) = (min(1, max(0, pair.0)), min(1, max(0, pair.1)))
            return sum + x * (Double.log(x + 1e-10) - Double.log(y + 1e-10))
        }
    }

    /// 1 - 6 sum d^2 / (n (n^2 - 1)) on dense ranks, the sentiment program of Abnar & Zuidema 2020. It is Spearman's rho without
    /// ties, and wrong with them: a uniform map has a value. Undefined for one position and NaN or infinite weights.
    public static func denseSpearman(_ map: MapRow, _ reference: MapRow) -> Metric {
        guard map.isFinite, reference.isFinite else { return .undefined(.nonFinite) }
        guard map.count > 1 else { return .undefined(.tooFewPositions) }
        let (first, second) = (Ranks.dense(map.weights), Ranks.dense(reference.weights))
        let squares = zip(first, second).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let n = Double(map.count)
        return .value(1 - 6 * squares / (n * (n * n - 1)))
    }
}
