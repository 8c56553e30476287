import Numerics

/// Wilcoxon's signed-rank test of paired differences; differences of 0 are left out. `scipy.stats.wilcoxon`.
public enum Wilcoxon {
    /// The test by the exact distribution of the rank sum over all signs, ties included; the statistic is the smaller rank sum, or that
    /// of the positive differences if one-sided. All differences 0 give p = 1; nil for no differences.
    public static func exact(_ differences: [Double], _ alternative: Alternative = .twoSided) -> TestResult? {
        guard !differences.isEmpty else { return nil }
        let sums = RankSums(differences)
        // Average ranks are halves, so twice a rank is whole.
        let ranks = sums.ranks.map { Int(2 * $0) }
        var shares = [1.0]
        for rank in ranks {
            var next = [Double](repeating: 0, count: shares.count + rank)
            for (sum, share) in shares.enumerated() {
                next[sum] += share / 2
                next[sum + rank] += share / 2
            }
            shares = next
        }
        let observed = Int(2 * sums.positive)
        let (atMost, atLeast) = (shares[...observed].reduce(0, +), shares[observed...].reduce(0, +))
        let pValue =
            switch alternative {
            case .twoSided: 2 * min(atMost, atLeast)
            case .greater: atLeast
            case .less: atMost
            }
        return TestResult(
            statistic: sums.statistic(alternative), pValue: pValue,
            arrangements: ranks.count < 63 ? 1 << ranks.count : .max,
            isExact: true)
    }

    /// The test by the normal distribution with the correction for ties, optionally also for continuity.
    public static func asymptotic(
        _ differences: [Double], _ alternative: Alternative = .twoSided, continuity: Bool = false
    ) -> TestResult? {
        guard !differences.isEmpty else { return nil }
        let sums = RankSums(differences)
        let n = Double(sums.ranks.count)
        let ties = Ranks.ties(sums.ranks).reduce(0.0) { $0 + Double($1 * $1 * $1 - $1) }
        let error = ((n * (n + 1) * (2 * n + 1) - ties / 2) / 24).squareRoot()
        guard error > 0 else { return TestResult(statistic: 0, pValue: 1, isExact: false) }
        var difference = sums.positive - n * (n + 1) / 4
        if continuity {
            switch alternative {
            case .twoSided: difference = max(0, abs(difference) - 0.5)
            case .greater: difference -= 0.5
            case .less: difference += 0.5
            }
        }
        let z = difference / error
        let pValue =
            switch alternative {
            case .twoSided: Normal.twoSided(z)
            case .greater: Normal.cdf(-z)
            case .less: Normal.cdf(z)
            }
        return TestResult(statistic: sums.statistic(alternative), pValue: pValue, isExact: false)
    }

    private struct RankSums {
        let ranks: [Double]
        let positive: Double
        let negative: Double

        init(_ differences: [Double]) {
            let kept = differences.filter { $0 != 0 }
            ranks = Ranks.average(kept.map(abs))
            positive = zip(kept, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
            negative = zip(kept, ranks).reduce(0) { $0 + ($1.0 < 0 ? $1.1 : 0) }
        }

        func statistic(_ alternative: Alternative) -> Double {
            alternative == .twoSided ? min(positive, negative) : positive
        }
    }
}

/// The rank sum test of two independent samples.
public enum MannWhitney {
    /// U of the first sample: the pairs that it wins, ties counting half, 0 ... n_x n_y.
    public static func statistic(_ x: [Double], _ y: [Double]) -> Double {
        let ranks = Ranks.average(x + y)
        let n = Double(x.count)
        return ranks.prefix(x.count).reduce(0, +) - n * (n + 1) / 2
    }

    /// The two-sided test by the normal distribution, corrected for ties and continuity. Nil if a sample is empty.
    /// `scipy.stats.mannwhitneyu(method="asymptotic")`.
    public static func asymptotic(_ x: [Double], _ y: [Double]) -> TestResult? {
        guard !x.isEmpty, !y.isEmpty else { return nil }
        let u = statistic(x, y)
        let (pairs, n) = (Double(x.count) * Double(y.count), Double(x.count + y.count))
        let ties = Ranks.ties(x + y).reduce(0.0) { $0 + Double($1 * $1 * $1 - $1) }
        let error = (pairs / 12 * (n + 1 - ties / (n * (n - 1)))).squareRoot()
        guard error > 0 else { return TestResult(statistic: u, pValue: 1, isExact: false) }
        let z = (max(u, pairs - u) - pairs / 2 - 0.5) / error
        return TestResult(statistic: u, pValue: min(1, 2 * Normal.cdf(-z)), isExact: false)
    }
}
