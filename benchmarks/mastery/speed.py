"""How many answers a second the engine takes: in the request path's scalar form, and compiled. One core.

python -m benchmarks.mastery --only speed
"""

from __future__ import annotations

import time

import numpy as np

from lti_tool.mastery.answer_log import AnswerLog, make_log
from lti_tool.mastery.compiled import cold_bank, run_log
from lti_tool.mastery.parameters import DEFAULTS
from lti_tool.mastery.step import step


def made_up_log(answers: int, *, seed: int = 1) -> AnswerLog:
    """Students of 100 answers over 10 of 30 skills and 3,000 items."""
    rng = np.random.default_rng(seed)
    students = max(answers // 100, 1)
    return make_log(
        student=np.arange(answers) // 100 % students,
        skill=rng.integers(0, 30, answers),
        item=rng.integers(0, 3000, answers),
        score=(rng.random(answers) < 0.65).astype(float),
        guess=rng.choice([0.0, 0.25], answers),
        years=np.sort(rng.random(answers)),
        counts=(students, 30, 3000),
    )


def scalar_rate(answers: int = 200_000) -> float:
    """Answers a second through `step`, as `learn` calls it for each answer of a submission; best of three, by the processor's clock."""
    best = 0.0
    for _ in range(3):
        began = time.thread_time()
        for _ in range(answers):
            step(0.2, 0.5, 0.1, 0.3, -0.3, 0.4, 0.0, 0.0, 1.0, 0.25, 1.0, 0.03, 0.03)
        best = max(best, answers / (time.thread_time() - began))
    return best


def compiled_rate(answers: int = 2_000_000) -> float:
    """Answers a second through `compiled.run_log`, items learning, best of three by the processor's clock; compiling not counted."""
    log = made_up_log(answers)
    run_log(log.only(log.student == 0), cold_bank(log, DEFAULTS), DEFAULTS, items_learn=True)
    best = 0.0
    for _ in range(3):
        bank = cold_bank(log, DEFAULTS)
        began = time.thread_time()
        run_log(log, bank, DEFAULTS, items_learn=True)
        best = max(best, answers / (time.thread_time() - began))
    return best


def run() -> None:
    print(f"scalar, as in a request: {scalar_rate():,.0f} answers a second")
    print(f"compiled, as in replay and calibration: {compiled_rate():,.0f} answers a second\n")
