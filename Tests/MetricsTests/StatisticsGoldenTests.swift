import Foundation
import Metrics
import Testing

@Suite("Statistics equal scipy's, numpy's and the closed forms")
struct StatisticsGoldenTests {
    let golden: GoldenStatistics
    let x: [Double]
    let y: [Double]
    let differences: [Double]

    init() throws {
        golden = try GoldenStatistics()
        x = try golden.numbers("sample_x")
        y = try golden.numbers("sample_y")
        differences = zip(x, y).map { $0 - $1 }
    }

    @Test("Every entry of the reference file has a test here or in the suites of the bootstrap and of epochs")
    func complete() {
        let tested: Set = [
            "sample_x", "sample_y", "bootstrap_indices", "bootstrap_mean_percentile", "bootstrap_mean_standard_error",
            "bootstrap_mean_basic", "bootstrap_mean_BCa", "bootstrap_median_percentile",
            "bootstrap_median_standard_error", "bootstrap_median_basic", "bootstrap_median_BCa",
            "bca_mean_alpha1_alpha2_acceleration", "bca_constant_sample", "percentile_constant_sample",
            "quantile_linear_type7", "mean", "std_ddof1", "std_ddof0", "sem", "t_interval_95", "trimmed_mean_20",
            "iqm_trim25", "mad_raw", "paired_t", "wilcoxon_exact", "mannwhitney_asymptotic_continuity", "cohen_dz",
            "cohen_d_pooled", "hedges_g_exact", "hedges_g_approx", "cliffs_delta", "vargha_delaney_A",
            "signflip_exact_n8", "mass_permutation_exact_greater", "mass_permutation_exact_two-sided",
            "mass_permutation_subset_null", "mass_circular_shift_null", "monte_carlo_p_phipson_smyth", "epochs",
            "multiple_testing", "proportion_ci_pointing_game", "rankdata", "fisher_z_mean", "kendall_examples",
        ]
        #expect(golden.keys == tested)
    }

    @Test("Centre and spread")
    func sample() throws {
        expectClose(Sample.mean(x), try golden.number("mean"))
        expectClose(Sample.standardDeviation(x), try golden.number("std_ddof1"))
        expectClose(Sample.standardDeviation(x, subtracted: 0), try golden.number("std_ddof0"))
        expectClose(Sample.standardError(x), try golden.number("sem"))
        expectClose(Sample.tInterval(x), try golden.numbers("t_interval_95"))
        expectClose(Sample.trimmedMean(x, proportion: 0.2), try golden.number("trimmed_mean_20"))
        expectClose(Sample.interquartileMean(x), try golden.number("iqm_trim25"))
        expectClose(Sample.medianAbsoluteDeviation(x), try golden.number("mad_raw"))
        let quantiles = try golden.numbers("quantile_linear_type7", "v")
        for (q, expected) in zip(try golden.numbers("quantile_linear_type7", "q"), quantiles) {
            var copy = x
            expectClose(Quantile.select(q, of: &copy), expected)
        }
        expectClose(Sample.mean(try golden.numbers("fisher_z_mean", "r")), try golden.number("fisher_z_mean", "mean_r"))
        expectClose(
            Sample.fisherMean(try golden.numbers("fisher_z_mean", "r")),
            try golden.number("fisher_z_mean", "tanh_mean_atanh"))
    }

    @Test("Two samples: t, signed ranks, rank sums, sign flips")
    func tests() throws {
        func expect(_ found: TestResult?, _ expected: [Double]) {
            expectClose(found?.statistic, expected[0])
            expectClose(found?.pValue, expected[1], 1e-9)
        }
        expect(PairedTest.t(differences), try golden.numbers("paired_t"))
        expect(Wilcoxon.exact(differences), try golden.numbers("wilcoxon_exact"))
        expect(MannWhitney.asymptotic(x, y), try golden.numbers("mannwhitney_asymptotic_continuity"))
        let flips = PairedTest.signFlip(Array(differences.prefix(8)))
        expect(
            flips,
            [
                try golden.number("signflip_exact_n8", "statistic"),
                try golden.number("signflip_exact_n8", "pvalue_two_sided"),
            ])
        #expect(flips?.isExact == true)
        expectClose(flips.map { Double($0.arrangements) }, try golden.number("signflip_exact_n8", "n"))
    }

    @Test("Effect sizes")
    func effects() throws {
        expectClose(EffectSize.cohenDZ(differences), try golden.number("cohen_dz"))
        expectClose(EffectSize.cohenD(x, y), try golden.number("cohen_d_pooled"))
        expectClose(EffectSize.hedgesG(x, y), try golden.number("hedges_g_exact"))
        expectClose(EffectSize.hedgesGApproximate(x, y), try golden.number("hedges_g_approx"))
        expectClose(EffectSize.cliffsDelta(x, y), try golden.number("cliffs_delta"))
        expectClose(EffectSize.varghaDelaneyA(x, y), try golden.number("vargha_delaney_A"))
    }

    @Test("The mass in the mask against its permutations and shifts", arguments: ["greater", "two-sided"])
    func massPermutation(_ alternative: String) throws {
        let key = "mass_permutation_exact_\(alternative)"
        let map = MapRow(try golden.numbers(key, "attention"))
        let mask = MaskRow(try golden.numbers(key, "mask").map { $0 == 1 })
        let found = PermutationTest.massInMask(map, mask, alternative == "greater" ? .greater : .twoSided)
        expectClose(found?.statistic, try golden.number(key, "statistic"))
        expectClose(found?.pValue, try golden.number(key, "pvalue"), 1e-9)
        // The reference counts orders, of which 3! 5! put the same weights into the mask.
        expectClose(found.map { Double($0.arrangements * 6 * 120) }, try golden.number(key, "n"))

        let subsets = "mass_permutation_subset_null"
        let null = try #require(PermutationTest.massNull(map, mask))
        expectClose(found.map { Double($0.arrangements) }, try golden.number(subsets, "n"))
        expectClose(null.mean, try golden.number(subsets, "mean"))
        expectClose(null.variance, try golden.number(subsets, "var"))
        expectClose(null.variance.squareRoot(), try golden.number(subsets, "std_ddof0"))
        expectClose(
            found.map { ($0.statistic - null.mean) / null.variance.squareRoot() }, try golden.number(subsets, "z"))
        expectClose(
            PermutationTest.massInMask(map, mask)?.pValue, try golden.number(subsets, "p_greater"), 1e-9)

        let shifts = "mass_circular_shift_null"
        let shifted = try #require(PermutationTest.shiftedMasses(map, mask))
        for (found, expected) in zip(shifted, try golden.numbers(shifts, "null")) { expectClose(found, expected) }
        expectClose(PermutationTest.circularShifts(map, mask)?.pValue, try golden.number(shifts, "p_greater"), 1e-9)
    }

    @Test("The p-value of drawn arrangements is never 0")
    func monteCarlo() throws {
        let key = "monte_carlo_p_phipson_smyth"
        let (extreme, drawn) = (Int(try golden.number(key, "b")), Int(try golden.number(key, "B")))
        expectClose(PermutationTest.monteCarloPValue(extreme: extreme, of: drawn), try golden.number(key, "p"))
    }

    @Test(
        "Adjusted p-values",
        arguments: [
            ("holm", MultipleTesting.holm), ("benjamini_hochberg", MultipleTesting.benjaminiHochberg),
            ("benjamini_yekutieli", MultipleTesting.benjaminiYekutieli),
        ] as [(String, @Sendable ([Double]) -> [Double])])
    func multipleTesting(_ name: String, _ adjust: @Sendable ([Double]) -> [Double]) throws {
        let p = try golden.numbers("multiple_testing", "p")
        let expected = try golden.numbers("multiple_testing", name)
        for (found, reference) in zip(adjust(p), expected) { expectClose(found, reference) }
        for (found, reference) in zip(adjust(p.reversed()), expected.reversed()) { expectClose(found, reference) }
    }

    @Test("Intervals of hit rates", arguments: [17, 0, 20])
    func proportions(_ hits: Int) throws {
        let (section, key) = ("proportion_ci_pointing_game", "\(hits)/20")
        expectClose(Proportion.wilson(hits: hits, of: 20), try golden.numbers(section, key, "wilson"))
        expectClose(
            Proportion.wilson(hits: hits, of: 20, continuity: true), try golden.numbers(section, key, "wilsoncc"))
        expectClose(Proportion.clopperPearson(hits: hits, of: 20), try golden.numbers(section, key, "exact"))
    }

    @Test(
        "Ranks under ties",
        arguments: [
            ("average", Ranks.average), ("min", Ranks.minimum), ("max", Ranks.maximum), ("dense", Ranks.dense),
            ("ordinal", Ranks.ordinal),
        ] as [(String, @Sendable ([Double]) -> [Double])])
    func ranks(_ name: String, _ rank: @Sendable ([Double]) -> [Double]) throws {
        // The file has no values, but its dense ranks order and tie as they did.
        let dense = try golden.numbers("rankdata", "dense")
        #expect(rank(dense) == (try golden.numbers("rankdata", name)))
    }

    @Test("Kendall and Spearman of small examples, with p-values", arguments: 0..<4)
    func correlations(_ example: Int) throws {
        let examples = try #require(try golden.value("kendall_examples") as? [[String: Any]])
        #expect(examples.count == 4)
        let entry = examples[example]
        func numbers(_ key: String) throws -> [Double] {
            try #require(entry[key] as? [Any]).map(GoldenStatistics.number)
        }
        func number(_ key: String) throws -> Double { try GoldenStatistics.number(try #require(entry[key])) }
        let first = MapRow(try numbers("x"), signs: .signed)
        let second = MapRow(try numbers("y"), signs: .signed)
        expectClose(Agreement.kendallTauB(first, second).value, try number("tau_b"))
        expectClose(Agreement.kendallTauC(first, second).value, try number("tau_c"))
        expectClose(Agreement.kendallPValue(first, second).value, try number("p"), 1e-9)
        expectClose(Agreement.spearman(first, second).value, try number("spearman"))
        expectClose(Agreement.spearmanPValue(first, second).value, try number("spearman_p"), 1e-9)
    }
}
