import Numerics

/// Two-sided p-values of correlations.
enum Significance {
    /// The p-value of a correlation r of `count` independent normal pairs: P(|R| >= |r|) = I_(1 - r^2)(n/2 - 1, 1/2), the same as that
    /// of t = r sqrt((n - 2) / (1 - r^2)) with n - 2 degrees of freedom. Two pairs always have |r| = 1, so p = 1.
    static func ofCorrelation(_ r: Double, count: Int) -> Double {
        guard count > 2 else { return 1 }
        return IncompleteBeta.value((1 - r) * (1 + r), Double(count) / 2 - 1, 0.5)
    }

    /// The p-value of Kendall's tau under scipy's rule: exact without ties for up to 33 positions or at most one pair out of
    /// order, by the normal distribution otherwise.
    static func ofPairs(_ counts: PairCounts) -> Double {
        let untied = counts.first.pairs == 0 && counts.second.pairs == 0
        let fewest = min(counts.discordant, counts.pairs - counts.discordant)
        if untied, counts.count <= 33 || fewest <= 1 {
            return exactKendall(count: counts.count, discordant: fewest)
        }
        let n = Double(counts.count)
        let ordered = n * (n - 1)
        let variance =
            (ordered * (2 * n + 5) - counts.first.spread - counts.second.spread) / 18
            + 2 * Double(counts.first.pairs) * Double(counts.second.pairs) / ordered
            + (n > 2 ? counts.first.triples * counts.second.triples / (9 * ordered * (n - 2)) : 0)
        return Normal.twoSided(Double(counts.difference) / variance.squareRoot())
    }

    /// Twice the share of permutations of `count` with at most `discordant` inversions, at most 1.
    ///
    /// Kendall's recursion: permutations of j with c inversions are those of j - 1 with c - j + 1 ... c.
    private static func exactKendall(count: Int, discordant: Int) -> Double {
        guard count > 2, 4 * discordant < count * (count - 1) else { return 1 }
        if discordant == 0 { return min(1, 2 * Double.exp(-Double.logGamma(Double(count) + 1))) }
        if discordant == 1 { return min(1, 2 * Double.exp(-Double.logGamma(Double(count)))) }
        // Shares instead of counts: no factorial overflows.
        var shares = [Double](repeating: 0, count: discordant + 1)
        shares[0] = 1
        for size in 2...count {
            var (window, next) = (0.0, shares)
            for inversions in shares.indices {
                window += shares[inversions]
                if inversions >= size { window -= shares[inversions - size] }
                next[inversions] = window / Double(size)
            }
            shares = next
        }
        return min(1, 2 * shares.reduce(0, +))
    }
}
