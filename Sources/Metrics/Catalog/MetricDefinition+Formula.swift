extension MetricDefinition {
    /// The formula in ASCII: a are the weights, p = a / sum a, n positions of which k are marked by m, q = m / k, s the second map.
    public var formula: String { Self.formulas[id] ?? summary }

    private static let formulas: [String: String] =
        ofMaps.merging(ofMasks) { first, _ in first }.merging(ofDistances) { first, _ in first }
        .merging(ofOverlaps) { first, _ in first }.merging(ofReferences) { first, _ in first }
        .merging(ofOthers) { first, _ in first }

    private static let ofMaps = [
        "entropy_nats": "H = -sum p ln p, 0 ln 0 = 0",
        "entropy_bits": "H / ln 2",
        "entropy_normalised": "H / ln n",
        "effective_positions": "exp H",
        "effective_positions_simpson": "1 / sum p^2",
        "gini": "sum (2i - n - 1) a_(i) / (n sum a), a_(1) <= a_(2) <= ...",
        "gini_corrected": "gini n / (n - 1)",
        "kl_from_uniform": "sum p ln(p n) = ln n - H",
        "js_distance_to_uniform": "sqrt((KL(p|r) + KL(u|r)) / 2), u = 1/n, r = (p + u) / 2, natural logarithm",
        "tvd_to_uniform": "sum |p - 1/n| / 2",
        "hoyer_sparsity": "(sqrt n - |a|_1 / |a|_2) / (sqrt n - 1)",
        "mean_position": "sum i p_i, i from 0",
        "sum": "sum a",
        "max_weight": "max a",
        "argmax": "the first i with a_i = max a, from 0",
    ]

    private static let ofMasks = [
        "mass_in_mask": "sum a m / sum a",
        "mass_in_mask_abs": "sum |a| m / sum |a|",
        "mass_baseline": "k / n",
        "mass_lift": "(sum a m / sum a) / (k / n)",
        "mass_chance_corrected": "(mass - k/n) / (1 - k/n)",
        "nss": "mean over the mask of (a - mean a) / sd a, sd with n in its denominator",
        "auroc":
            "P(a_marked > a_unmarked) + P(a_marked = a_unmarked) / 2 = (R - k(k + 1)/2) / (k(n - k)), R the mask's rank sum",
        "average_precision": "sum (R_i - R_(i-1)) P_i over distinct thresholds, R recall, P precision",
        "auprc_trapezoid": "sum (R_i - R_(i-1)) (P_i + P_(i-1)) / 2, from recall 0 and precision 1",
        "relevance_rank_accuracy_tie_expected": "E |top-k(a) and m| / k, ties broken at random",
        "relevance_rank_accuracy": "|top-k(a) and m| / k, of ties the lower position first",
        "pointing_game_tie_expected": "share of the positions with a = max a that are marked",
        "pointing_game": "1 if any position with a = max a is marked, else 0",
        "pointing_game_first_argmax": "1 if the first position with a = max a is marked, else 0",
        "pearson": "cov(a, m) / (sd a sd m)",
        "pearson_pvalue": "I_(1 - r^2)(n/2 - 1, 1/2), two-sided",
        "spearman": "Pearson of the average ranks of a and m",
        "spearman_pvalue": "t = r sqrt((n - 2)/(1 - r^2)) with n - 2 degrees of freedom, two-sided",
        "kendall_tau_b": "(P - Q) / sqrt((N - T_a)(N - T_m)), N = n(n - 1)/2 pairs, P concordant, Q discordant, T tied",
        "kendall_tau_b_pvalue": "two-sided, exact without ties for n <= 33, else normal",
        "kendall_tau_c": "4 (P - Q) / n^2",
        "cosine_similarity": "a m / (|a| |m|)",
    ]

    private static let ofDistances = [
        "js_distance_e": "sqrt((KL(p|r) + KL(q|r)) / 2), r = (p + q) / 2, natural logarithm",
        "js_divergence_nats": "(KL(p|r) + KL(q|r)) / 2, r = (p + q) / 2, natural logarithm",
        "js_divergence_bits": "(KL(p|r) + KL(q|r)) / (2 ln 2), r = (p + q) / 2",
        "kl_mask_to_attention": "sum q ln(q / p)",
        "kl_attention_to_mask": "sum p ln(p / q)",
        "tvd": "sum |p - q| / 2",
        "sim_histogram_intersection": "sum min(p, q)",
        "hellinger": "sqrt(sum (sqrt p - sqrt q)^2 / 2)",
        "wasserstein_1d": "sum |CDF_p - CDF_q|",
        "wasserstein_1d_normalised": "sum |CDF_p - CDF_q| / (n - 1)",
    ]

    private static let ofOverlaps = Dictionary(
        uniqueKeysWithValues: [
            ("gt_uniform", "{p > 1/n}"), ("half_max", "{a >= max a / 2}"),
            ("topk_stable", "the k heaviest, of ties the lower position first"),
            ("topk", "the k heaviest, of ties the lower position first"),
        ].flatMap { suffix, chosen in
            [
                ("iou_\(suffix)", "|S and m| / |S or m|, S = \(chosen)"),
                ("f1_\(suffix)", "2 |S and m| / (|S| + k), S = \(chosen)"),
                ("precision_\(suffix)", "|S and m| / |S|, 0 if S is empty, S = \(chosen)"),
                ("recall_\(suffix)", "|S and m| / k, S = \(chosen)"),
            ]
        }
            + [1, 3, 5].flatMap { top in
                [
                    (
                        "top\(top)_intersection",
                        "|top-\(top)(a) and m| / min(\(top), n), of ties the lower position first"
                    ),
                    ("top\(top)_tie_expected", "E |top-\(top)(a) and m| / min(\(top), n), ties broken at random"),
                ]
            })

    private static let ofReferences = [
        "s_pearson": "cov(a, s) / (sd a sd s)",
        "s_spearman": "Pearson of the average ranks of a and s",
        "s_kendall_tau_b":
            "(P - Q) / sqrt((N - T_a)(N - T_s)), N = n(n - 1)/2 pairs, P concordant, Q discordant, T tied",
        "s_weightedtau": "tau-b whose pairs weigh 1/r + 1/s by their ranks from the heaviest, mean over both rankings",
        "s_kendall_pvalue": "two-sided, exact without ties for n <= 33, else normal",
        "s_js_distance_e": "sqrt((KL(p|r) + KL(t|r)) / 2), t = s / sum s, r = (p + t) / 2, natural logarithm",
        "s_tvd": "sum |p - t| / 2, t = s / sum s",
        "s_cosine": "a s / (|a| |s|)",
        "s_top3_jaccard": "|top-3(a) and top-3(s)| / |top-3(a) or top-3(s)|",
    ]

    private static let ofOthers = [
        "quantus_sparseness": "gini of a + 1e-7",
        "quantus_complexity": "-sum p ln(p + 1e-12)",
        "quantus_effective_complexity": "|{a > 1e-5}|",
        "attribution_localisation": "sum a m / (sum a + 1e-9)",
        "auroc_quantus": "as auroc",
        "s_jsd_eps1e-10": "(sum p ln((p + 1e-10)/(r + 1e-10)) + the same of t) / 2, t = s / sum s, r = (p + t) / 2",
        "s_spearman_dense_nonstandard": "1 - 6 sum d^2 / (n (n^2 - 1)), d the difference of dense ranks",
    ]
}
