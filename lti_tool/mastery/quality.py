"""How good probabilities are, against what turned out: AUC, log loss, calibration error. Needs numpy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike


def auc(values: ArrayLike, truths: ArrayLike) -> float:
    """Chance that a true case is ranked above a false one; ties count half. NaN if one kind is missing.

    >>> auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
    0.75
    """
    truth = np.asarray(truths, dtype=bool)
    _, place, counts = np.unique(np.asarray(values, dtype=float), return_inverse=True, return_counts=True)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        return math.nan
    ranks = np.cumsum(counts) - (counts - 1) / 2.0
    return float((ranks[place][truth].sum() - positives * (positives + 1) / 2.0) / (positives * negatives))


def log_loss(probabilities: ArrayLike, truths: ArrayLike) -> float:
    """Mean negative log likelihood, in nats. A truth between 0 and 1 is that share of a yes.

    >>> round(log_loss([0.5, 0.5], [True, False]), 4)
    0.6931
    """
    p = np.clip(np.asarray(probabilities, dtype=float), 1e-6, 1.0 - 1e-6)
    y = np.asarray(truths, dtype=float)
    return float(-(y * np.log(p) + (1.0 - y) * np.log1p(-p)).mean())


def calibration_error(probabilities: ArrayLike, truths: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error: mean gap between what was said and what came, over bins of equal width.

    >>> round(calibration_error([0.9, 0.9, 0.9, 0.9], [True, True, True, False]), 3)
    0.15
    """
    p, y = np.asarray(probabilities, dtype=float), np.asarray(truths, dtype=float)
    index = np.minimum((p * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(index, weights=p - y, minlength=bins)).sum() / len(p))
