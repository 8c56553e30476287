import Numerics

/// How far a map is from attending everywhere alike.
extension Shape {
    /// The Kullback-Leibler divergence from the uniform map, sum p ln(p n) = ln n - H, 0 (uniform) ... ln n (one position).
    /// `scipy.stats.entropy(a, u)`.
    public static func klFromUniform(_ map: MapRow) -> Metric {
        distribution(map) { max(0, Distance.kullbackLeibler(Distribution($0), Distribution(uniform: $0.count))) }
    }

    /// The Jensen-Shannon distance to the uniform map, the root of the divergence in nats, 0 (uniform) ... below sqrt(ln 2).
    /// `scipy.spatial.distance.jensenshannon(a, u)`. The root magnifies rounding: below 2e-8 it is noise.
    public static func jsDistanceToUniform(_ map: MapRow) -> Metric {
        distribution(map) { Distance.jensenShannon(Distribution($0), Distribution(uniform: $0.count)).squareRoot() }
    }

    /// The total variation distance to the uniform map, sum |p - 1/n| / 2, 0 (uniform) ... 1 - 1/n (one position).
    public static func tvdToUniform(_ map: MapRow) -> Metric {
        distribution(map) { Distance.totalVariation(Distribution($0), Distribution(uniform: $0.count)) }
    }
}
