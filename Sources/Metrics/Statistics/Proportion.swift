/// Intervals of a share of hits, such as the pointing game's. `scipy.stats.binomtest(...).proportion_ci`.
public enum Proportion {
    /// Wilson's interval, in 0...1; with `continuity` Newcombe's correction. Nil for no trials.
    public static func wilson(
        hits: Int, of trials: Int, level: Double = 0.95, continuity: Bool = false
    ) -> ClosedRange<Double>? {
        guard trials > 0, 0...trials ~= hits else { return nil }
        let (n, p) = (Double(trials), Double(hits) / Double(trials))
        let q = 1 - p
        let z = Normal.quantile((1 + level) / 2)
        let denominator = 2 * (n + z * z)
        let centre = (2 * n * p + z * z) / denominator
        var (below, above) = (z * (4 * n * p * q + z * z).squareRoot(), 0.0)
        above = below
        if continuity {
            below = 1 + z * (z * z - 2 - 1 / n + 4 * p * (n * q + 1)).squareRoot()
            above = 1 + z * (z * z + 2 - 1 / n + 4 * p * (n * q - 1)).squareRoot()
        }
        let low = hits == 0 ? 0 : max(0, centre - below / denominator)
        let high = hits == trials ? 1 : min(1, centre + above / denominator)
        return low...high
    }

    /// The exact interval of Clopper and Pearson, in 0...1, which is wider than its level says. Nil for no trials.
    public static func clopperPearson(hits: Int, of trials: Int, level: Double = 0.95) -> ClosedRange<Double>? {
        guard trials > 0, 0...trials ~= hits else { return nil }
        let (k, n, tail) = (Double(hits), Double(trials), (1 - level) / 2)
        let low = hits == 0 ? 0 : IncompleteBeta.inverse(tail, k, n - k + 1)
        let high = hits == trials ? 1 : 1 - IncompleteBeta.inverse(tail, n - k, k + 1)
        return low...high
    }
}
