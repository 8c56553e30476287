import Numerics

/// Do two models differ on the same instances? Tests of paired differences; all differences 0 give p = 1. Nil for no
/// differences.
public enum PairedTest {
    /// Student's paired t test: t = mean / standard error, two-sided by t with n - 1 degrees of freedom. Nil for fewer than two
    /// differences. `scipy.stats.ttest_rel`.
    public static func t(_ differences: [Double]) -> TestResult? {
        guard let mean = Sample.mean(differences), let error = Sample.standardError(differences) else { return nil }
        if mean == 0 { return TestResult(statistic: 0, pValue: 1, isExact: false) }
        let t = mean / error
        return TestResult(
            statistic: t, pValue: StudentT.twoSided(t, degrees: Double(differences.count - 1)), isExact: false)
    }

    /// The sign-flip permutation test of the mean difference: every difference could as well have had the other sign. Exact over
    /// all 2^n signs for up to 20 differences, otherwise over `resamples` drawn ones, p = (b + 1) / (B + 1). Two-sided unless said
    /// otherwise. `scipy.stats.permutation_test(permutation_type="samples")`.
    public static func signFlip(
        _ differences: [Double], _ alternative: Alternative = .twoSided, resamples: Int = 9999, seed: UInt64 = 0
    ) -> TestResult? {
        guard let mean = Sample.mean(differences) else { return nil }
        var counts = NullCounts(
            observed: differences.reduce(0, +), size: differences.reduce(0) { $0 + abs($1) })
        let isExact = differences.count <= 20
        if isExact {
            // Sums of halves combine to all sums without adding up rounding over a million steps.
            let half = differences.count / 2
            let (first, second) = (signedSums(differences[..<half]), signedSums(differences[half...]))
            for x in first { for y in second { counts.count(x + y) } }
        } else {
            var generator = SplitMix64(seed: seed)
            for _ in 0..<resamples {
                var (signs, sum) = (UInt64(0), 0.0)
                for (index, difference) in differences.enumerated() {
                    if index % 64 == 0 { signs = generator.next() }
                    sum += signs & 1 == 0 ? difference : -difference
                    signs >>= 1
                }
                counts.count(sum)
            }
        }
        return TestResult(
            statistic: mean, pValue: counts.pValue(alternative, isExact: isExact), arrangements: counts.total,
            isExact: isExact)
    }

    private static func signedSums(_ values: ArraySlice<Double>) -> [Double] {
        values.reduce([0]) { sums, value in sums.map { $0 + value } + sums.map { $0 - value } }
    }
}
