"""Metrics of maps against masks: by the libraries' functions, one map at a time, and by hand in NumPy, all maps at once."""

import time
import warnings

import numpy as np
from scipy import stats


def resamples(count, number, seed=7):
    return np.random.default_rng(seed).integers(0, count, (number, count))


def estimate(values, draws):
    """Mean and 95 % bootstrap interval of the defined values."""
    defined = np.isfinite(values)
    if not defined.any():
        return np.nan, np.nan, np.nan
    if defined.all():
        means = values[draws].mean(1)
    else:
        with warnings.catch_warnings():  # a resample may hold no defined value
            warnings.simplefilter("ignore", RuntimeWarning)
            means = np.nanmean(values[draws], axis=1)
    return (values[defined].mean(), *np.nanquantile(means, [0.025, 0.975]))


def by_hand(maps, masks):
    """Seventeen metrics, six of the maps alone and eleven against each mask; columns by `metric` or `metric/mask`."""
    with np.errstate(all="ignore"):
        n = maps.shape[1]
        p = maps / maps.sum(1, keepdims=True)
        entropy = -np.where(p > 0, p * np.log(p), 0).sum(1)
        ascending = np.sort(maps, 1)
        result = {
            "entropy_nats": entropy, "entropy_normalised": entropy / np.log(n), "effective_positions": np.exp(entropy),
            "gini": ((2 * np.arange(1, n + 1) - n - 1) * ascending).sum(1) / (n * maps.sum(1)),
            "max_weight": p.max(1), "mean_position": (p * np.arange(n)).sum(1),
        }  # fmt: skip
        ranks = stats.rankdata(maps, axis=1)
        signs = np.sign(maps[:, :, None] - maps[:, None, :])
        untied = (signs != 0).sum((1, 2)) / 2
        for name, mask in masks.items():
            for metric, column in against(maps, p, ranks, signs, untied, mask.astype(float)).items():
                result[f"{metric}/{name}"] = np.where(mask.any(1), column, np.nan)
    return result


def against(maps, p, ranks, signs, untied, m):
    n, k = m.shape[1], m.sum(1)
    mass = (p * m).sum(1)
    auroc = ((ranks * m).sum(1) - k * (k + 1) / 2) / (k * (n - k))
    q, middle = m / k[:, None], (p + m / k[:, None]) / 2

    def divergence(a):
        return np.where(a > 0, a * np.log2(a / middle), 0).sum(1)

    above = (maps[:, None, :] > maps[:, :, None]).sum(2)  # weights above each
    equal = (maps[:, None, :] == maps[:, :, None]).sum(2)
    slots = np.clip((k[:, None] - above) / equal, 0, 1)  # a position's chance to be among the top k
    reached = (maps[:, None, :] >= maps[:, :, None]) @ m[:, :, None]
    largest = maps == maps.max(1, keepdims=True)
    return {
        "mass_in_mask": mass, "mass_lift": mass / (k / n), "auroc": auroc,
        "average_precision": (m * reached[..., 0] / (above + equal)).sum(1) / k,
        "relevance_rank_accuracy_tie_expected": (slots * m).sum(1) / k,
        "pointing_game_tie_expected": (largest * m).sum(1) / largest.sum(1),
        "pearson": correlation(maps, m), "spearman": correlation(ranks, stats.rankdata(m, axis=1)),
        "kendall_tau_b": (2 * auroc - 1) * k * (n - k) / np.sqrt(untied * k * (n - k)),
        "js_divergence_bits": (divergence(p) + divergence(q)) / 2,
        "wasserstein_1d_normalised": np.abs(np.cumsum(p - q, 1)).sum(1) / (n - 1),
    }  # fmt: skip


def correlation(a, b):
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    return (a * b).sum(1) / np.sqrt((a * a).sum(1) * (b * b).sum(1))


def by_libraries(maps, mask):
    """Metrics of maps against one mask by SciPy, scikit-learn and Quantus, as their manuals call them."""
    import quantus
    from sklearn.metrics import average_precision_score, roc_auc_score

    positions = np.arange(maps.shape[1])
    result = {
        "entropy_nats": [stats.entropy(a) for a in maps],
        "auroc": [roc_auc_score(m, a) for m, a in zip(mask, maps)],
        "average_precision": [average_precision_score(m, a) for m, a in zip(mask, maps)],
        "pearson": [stats.pearsonr(a, m).statistic for m, a in zip(mask, maps)],
        "spearman": [stats.spearmanr(a, m).statistic for m, a in zip(mask, maps)],
        "kendall_tau_b": [stats.kendalltau(a, m).statistic for m, a in zip(mask, maps)],
        "wasserstein_1d": [stats.wasserstein_distance(positions, positions, a, m) for m, a in zip(mask, maps)],
    }
    # A copy: Quantus' Sparseness adds its 1e-7 to the caller's array.
    a, s = maps[:, None, :].copy(), mask[:, None, :].astype(bool)
    for name, metric in {
        "mass_in_mask": quantus.RelevanceMassAccuracy, "relevance_rank_accuracy": quantus.RelevanceRankAccuracy,
        "pointing_game": quantus.PointingGame,
    }.items():  # fmt: skip
        measure = metric(normalise=False, disable_warnings=True, display_progressbar=False)
        result[name] = measure.evaluate_batch(a_batch=a, s_batch=s, x_batch=a)
    for name, metric in {"sparseness": quantus.Sparseness, "complexity": quantus.Complexity}.items():
        measure = metric(normalise=False, disable_warnings=True, display_progressbar=False)
        result[name] = measure.evaluate_batch(a_batch=a, x_batch=a)
    return {name: np.asarray(values, float) for name, values in result.items()}


class Metrics:
    """One of the two with bootstrap intervals of the means."""

    def __init__(self, maps, mask, number, libraries):
        self.maps, self.mask, self.number, self.libraries = maps, mask, number, libraries

    def run(self):
        started = time.perf_counter()
        if self.libraries:
            columns = by_libraries(self.maps, self.mask)
        else:
            columns = {name.split("/")[0]: values for name, values in by_hand(self.maps, {"m": self.mask}).items()}
        draws = resamples(len(self.maps), self.number)
        self.estimates = {name: estimate(values, draws) for name, values in columns.items()}
        return time.perf_counter() - started
