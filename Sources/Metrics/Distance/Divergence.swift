import Numerics

/// How far a map, as a distribution p = a / sum a, is from a mask as a distribution q = m / k. Undefined for empty masks and for
/// maps that hold no distribution (`nonFinite`, `negativeWeights`, `noMass`).
public enum Divergence {
    /// The Jensen-Shannon divergence in bits, 0 (equal) ... 1 (disjoint). The square of
    /// `scipy.spatial.distance.jensenshannon(a, m, base=2)`.
    public static func jensenShannonBits(_ map: MapRow, _ mask: MaskRow) -> Metric {
        jensenShannonNats(map, mask).value.map { .value(min(1, $0 / Double.log(2))) }
            ?? .undefined(obstacle(map, mask) ?? .noMass)
    }

    /// The Jensen-Shannon divergence in nats, 0...ln 2: (KL(p|r) + KL(q|r)) / 2 with r = (p + q) / 2.
    public static func jensenShannonNats(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let obstacle = obstacle(map, mask) { return .undefined(obstacle) }
        let q = 1 / Double(mask.count)
        let inverse = 1 / map.sum
        var inside = 0.0
        var terms = 0.0
        for index in mask.marked {
            let p = map.weights[index] * inverse
            inside += p
            let middle = (p + q) / 2
            if p > 0 { terms += p * Double.log(p / middle) }
            terms += q * Double.log(q / middle)
        }
        // Outside the mask r = p / 2, so that the terms are p ln 2 without a logarithm each.
        var outside = 0.0
        for (index, weight) in map.weights.enumerated() where !mask.isMarked[index] { outside += weight * inverse }
        return .value(max(0, (terms + outside * Double.log(2)) / 2))
    }

    /// The Wasserstein-1 distance (earth mover's) along the positions, sum |CDF_p - CDF_q|, divided by n - 1: 0 (equal) ... 1 (from one
    /// end to the other). `scipy.stats.wasserstein_distance`.
    public static func wasserstein1DNormalised(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let obstacle = obstacle(map, mask) { return .undefined(obstacle) }
        guard map.count > 1 else { return .undefined(.tooFewPositions) }
        let q = 1 / Double(mask.count)
        var (difference, total) = (0.0, 0.0)
        for index in 0..<(map.count - 1) {
            difference += map.weights[index] / map.sum - (mask.isMarked[index] ? q : 0)
            total += abs(difference)
        }
        return .value(total / Double(map.count - 1))
    }

    private static func obstacle(_ map: MapRow, _ mask: MaskRow) -> UndefinedReason? {
        mask.marked.isEmpty ? .emptyMask : map.obstacleToDistribution
    }
}
