"""From where a belief lies to the chance of mastery, as a district's own students have shown it to hold.

A belief is a normal curve, and the share of it above the threshold is the chance of mastery in a world where ability lies evenly spread. Two
corrections are known, and calibration chooses (`fit_judgement`): the curve moved and widened, or, where a skill is known or not and little
lies between, a logistic curve of how far the belief lies above the threshold. Neither changes who stands above whom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from lti_tool.mastery.belief import Belief

Form = Literal["even", "jump"]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """As it is shipped nothing is corrected."""

    form: Form = "even"
    shift: float = 0.0
    """even: logits by which ability lies above the belief's mean. jump: the logit of mastery at the threshold."""
    pull: float = 1.0
    """even: how far from the threshold ability lies, in what the mean says. jump: logits for a standard deviation above the threshold."""
    spread: float = 1.0
    """even: the doubt, in what the belief says."""

    def chance(self, student: Belief, skill: Belief, tau: float) -> float:
        """Chance that student + skill lies above tau (logits).

        >>> round(Judgement(spread=2.0).chance(Belief(1.0, 0.6), Belief(0.6, 0.4), 0.6), 3)
        0.691
        >>> Judgement(form="jump", shift=0.0, pull=2.5).chance(Belief(0.6, 0.6), Belief(0.0, 0.4), 0.6)
        0.5
        """
        above, sd = student.mean + skill.mean - tau, math.sqrt(student.var + skill.var)
        if self.form == "jump":
            return 1.0 / (1.0 + math.exp(-min(max(self.pull * above / sd + self.shift, -30.0), 30.0)))
        return 0.5 * math.erfc(-(self.shift + self.pull * above) / (self.spread * sd) / math.sqrt(2.0))


AS_BELIEVED = Judgement()
