"""From the engine's beliefs to a calibrated chance: Platt scaling, alone or with what the student's history adds.

A readout is a logistic regression with a mild ridge on standardised features. Fitted on predictions for students whose answers
the items had not learned from, it cannot flatter itself. Every weight has a name, so a prediction can be explained term by term.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lti_tool.mastery.answer_log import Floats

RIDGE = 10.0
"""Penalty on a squared standardised weight, in answers' worth of log likelihood: nothing in a log of thousands, much in a tiny one."""


@dataclass(frozen=True, kw_only=True)
class Readout:
    """Weights on raw features, and the constant."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    constant: float

    def predict(self, features: Floats) -> Floats:
        """The calibrated chance by answer, from its features (answers × names)."""
        z: Floats = features @ np.array(self.weights) + self.constant
        chance: Floats = 1.0 / (1.0 + np.exp(-np.clip(z, -30.0, 30.0)))
        return chance


def fit_readout(
    names: tuple[str, ...], features: Floats, score: Floats, weight: Floats | None = None
) -> Readout:
    """The weights of greatest likelihood under the ridge, by Newton's method; partly right scores count as that share.

    >>> x = np.array([[-2.0], [-1.0], [1.0], [2.0]] * 50)
    >>> fitted = fit_readout(("x",), x, np.array([0.0, 0.0, 1.0, 1.0] * 50))
    >>> bool(fitted.predict(np.array([[2.0]]))[0] > 0.9)
    True
    """
    evidence = np.ones(len(score)) if weight is None else weight
    centre, spread = features.mean(axis=0), features.std(axis=0)
    used = spread > 1e-9
    scaled = np.zeros_like(features)
    scaled[:, used] = (features[:, used] - centre[used]) / spread[used]
    design = np.column_stack([scaled, np.ones(len(score))])
    penalty = np.full(design.shape[1], RIDGE)
    penalty[-1] = 1e-6
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-np.clip(design @ beta, -30.0, 30.0)))
        gradient = design.T @ (evidence * (score - p)) - penalty * beta
        curvature = (design * (evidence * p * (1.0 - p))[:, None]).T @ design + np.diag(penalty)
        change = np.linalg.solve(curvature, gradient)
        beta += np.clip(change, -2.0, 2.0)
        if np.abs(change).max() < 1e-8:
            break
    raw = np.where(used, beta[:-1] / np.where(used, spread, 1.0), 0.0)
    return Readout(
        names=names,
        weights=tuple(float(each) for each in raw),
        constant=float(beta[-1] - raw @ centre),
    )
