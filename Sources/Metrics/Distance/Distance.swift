import Numerics

/// Distances between two maps as distributions p and q: a map and a mask (q = m / k), or a map and a second map.
///
/// Undefined for empty masks (`emptyMask`), maps with NaN or infinite weights (`nonFinite`), negative weights
/// (`negativeWeights`) and maps without mass (`noMass`).
public enum Distance {
    // MARK: A map and a mask

    /// The total variation distance from the mask, sum |p - q| / 2, 0 (equal) ... 1 (all mass outside).
    public static func totalVariation(_ map: MapRow, _ mask: MaskRow) -> Metric { compare(map, mask, totalVariation) }

    /// The histogram intersection with the mask, sum min(p, q) = 1 - total variation, 0...1 (Bylinskii et al. 2018: SIM).
    public static func histogramIntersection(_ map: MapRow, _ mask: MaskRow) -> Metric {
        compare(map, mask) { p, q in zip(p.shares, q.shares).reduce(0) { $0 + min($1.0, $1.1) } }
    }

    /// The Hellinger distance from the mask, sqrt(sum (sqrt p - sqrt q)^2 / 2), 0 (equal) ... 1 (all mass outside).
    public static func hellinger(_ map: MapRow, _ mask: MaskRow) -> Metric {
        compare(map, mask) { p, q in
            let squares = zip(p.shares, q.shares).reduce(0) { sum, pair in
                let difference = pair.0.squareRoot() - pair.1.squareRoot()
                return sum + difference * difference
            }
            return min(1, (squares / 2).squareRoot())
        }
    }

    /// The Wasserstein-1 distance (earth mover's) along the positions, sum |CDF_p - CDF_q|, in positions: 0 (equal) ... n - 1.
    /// `scipy.stats.wasserstein_distance`.
    public static func wasserstein1D(_ map: MapRow, _ mask: MaskRow) -> Metric {
        guard map.count == 1 else {
            return Divergence.wasserstein1DNormalised(map, mask).map { $0 * Double(map.count - 1) }
        }
        return compare(map, mask) { _, _ in 0 }
    }

    /// The Kullback-Leibler divergence of the map from the mask, KL(q | p) = sum q ln(q / p), 0 (equal) and up; undefined
    /// (`infinite`) as soon as one marked position has no mass. `scipy.stats.entropy(m, a)`; "KL" of the MIT saliency benchmark.
    public static func klMaskToAttention(_ map: MapRow, _ mask: MaskRow) -> Metric {
        finite(compare(map, mask) { p, q in kullbackLeibler(q, p) })
    }

    /// The Kullback-Leibler divergence of the mask from the map, KL(p | q) = sum p ln(p / q), 0 (equal) ... ln n; undefined
    /// (`infinite`) as soon as one unmarked position has mass, as nearly always. `scipy.stats.entropy(a, m)`.
    public static func klAttentionToMask(_ map: MapRow, _ mask: MaskRow) -> Metric {
        finite(compare(map, mask, kullbackLeibler))
    }

    /// The Jensen-Shannon distance from the mask: the root of the divergence in nats, 0 (equal) ... sqrt(ln 2).
    /// `scipy.spatial.distance.jensenshannon(a, m)`. The root magnifies rounding: below 2e-8 it is noise.
    public static func jensenShannon(_ map: MapRow, _ mask: MaskRow) -> Metric {
        compare(map, mask) { jensenShannon($0, $1).squareRoot() }
    }

    // MARK: Two maps

    /// The total variation distance between two maps of the same number of positions, 0 (equal shares) ... 1.
    public static func totalVariation(_ map: MapRow, _ reference: MapRow) -> Metric {
        compare(map, reference, totalVariation)
    }

    /// The Jensen-Shannon distance between two maps, the root of the divergence in nats, 0...sqrt(ln 2).
    /// `scipy.spatial.distance.jensenshannon(a, s)`.
    public static func jensenShannon(_ map: MapRow, _ reference: MapRow) -> Metric {
        compare(map, reference) { jensenShannon($0, $1).squareRoot() }
    }

    // MARK: Distributions

    static func totalVariation(_ p: Distribution, _ q: Distribution) -> Double {
        min(1, zip(p.shares, q.shares).reduce(0) { $0 + abs($1.0 - $1.1) } / 2)
    }

    /// sum p ln(p / q) in nats; infinite where q is 0 and p is not. Rounding may leave it just below 0.
    static func kullbackLeibler(_ p: Distribution, _ q: Distribution) -> Double {
        Summation.pairwise(zip(p.shares, q.shares).map(relativeEntropy))
    }

    /// The Jensen-Shannon divergence in nats, summed in scipy's order, since its root shows the rounding of equal maps.
    static func jensenShannon(_ p: Distribution, _ q: Distribution) -> Double {
        let middle = zip(p.shares, q.shares).map { ($0 + $1) / 2 }
        let left = Summation.pairwise(zip(p.shares, middle).map(relativeEntropy))
        let right = Summation.pairwise(zip(q.shares, middle).map(relativeEntropy))
        return max(0, (left + right) / 2)
    }

    private static func relativeEntropy(_ p: Double, _ q: Double) -> Double {
        if p == 0 { return 0 }
        if q == 0 { return .infinity }
        let ratio = p / q
        // Near 1 the ratio's rounding would be all that its logarithm shows.
        if ratio > 0.5, ratio < 2 { return p * Double.log(onePlus: (p - q) / q) }
        return ratio.isNormal ? p * Double.log(ratio) : p * (Double.log(p) - Double.log(q))
    }

    // MARK: What can be compared

    private static func compare(
        _ map: MapRow, _ mask: MaskRow, _ distance: (Distribution, Distribution) -> Double
    ) -> Metric {
        if mask.marked.isEmpty { return .undefined(.emptyMask) }
        if let obstacle = map.obstacleToDistribution { return .undefined(obstacle) }
        return .value(distance(Distribution(map), Distribution(mask)))
    }

    private static func compare(
        _ map: MapRow, _ reference: MapRow, _ distance: (Distribution, Distribution) -> Double
    ) -> Metric {
        if let obstacle = map.obstacleToDistribution ?? reference.obstacleToDistribution { return .undefined(obstacle) }
        return .value(distance(Distribution(map), Distribution(reference)))
    }

    private static func finite(_ metric: Metric) -> Metric {
        metric.value?.isInfinite == true ? .undefined(.infinite) : metric.map { max(0, $0) }
    }
}
