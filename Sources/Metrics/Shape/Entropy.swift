import Numerics

/// How spread a map is. Undefined for maps with NaN or infinite weights (`nonFinite`), negative weights (`negativeWeights`) or
/// no mass (`noMass`), unless a metric says otherwise.
public enum Shape {
    /// Shannon entropy H = -sum p ln p in nats, 0 (one position) ... ln n (uniform). `scipy.stats.entropy`.
    public static func entropyNats(_ map: MapRow) -> Metric { entropy(map) }

    /// Shannon entropy in bits, H / ln 2.
    public static func entropyBits(_ map: MapRow) -> Metric { entropy(map).map { $0 / Double.log(2) } }

    /// Entropy over that of a uniform map, H / ln n, 0...1 (Pielou's evenness); undefined for one position.
    public static func entropyNormalised(_ map: MapRow) -> Metric {
        guard map.count > 1 else { return .undefined(map.obstacleToDistribution ?? .tooFewPositions) }
        return entropy(map).map { $0 / Double.log(Double(map.count)) }
    }

    /// The effective number of positions exp H, 1...n (Hill number of order 1; Jost 2006).
    public static func effectivePositions(_ map: MapRow) -> Metric { entropy(map).map { Double.exp($0) } }

    /// The inverse Simpson index 1 / sum p^2, 1...n (Hill number of order 2, participation ratio).
    public static func effectivePositionsSimpson(_ map: MapRow) -> Metric {
        distribution(map) { map in 1 / map.weights.reduce(0) { $0 + ($1 / map.sum) * ($1 / map.sum) } }
    }

    private static func entropy(_ map: MapRow) -> Metric {
        distribution(map) { map in
            var sum = 0.0
            for weight in map.weights where weight > 0 {
                let p = weight / map.sum
                // A share may underflow to 0, whose term is 0.
                if p > 0 { sum -= p * Double.log(p) }
            }
            return max(0, sum)
        }
    }

    @inline(__always)
    static func distribution(_ map: MapRow, _ value: (MapRow) -> Double) -> Metric {
        if let obstacle = map.obstacleToDistribution { return .undefined(obstacle) }
        return .value(value(map))
    }
}
