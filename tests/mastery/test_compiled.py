"""The compiled loop gives the numbers of the scalar engine, and fitting holds on logs of any shape."""

from __future__ import annotations

import doctest
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.mastery import answer_log, quality, readout
from lti_tool.mastery.answer_log import make_log
from lti_tool.mastery.compiled import Bank, cold_bank, run_log
from lti_tool.mastery.engine import DEFAULTS, Belief, cold_skill, pass_time, update
from lti_tool.mastery.fit import fit, hold_out, predict_log
from lti_tool.mastery.history import FEATURES, features
from lti_tool.mastery.quality import log_loss
from lti_tool.mastery.replay import Answer, replay

START = datetime(2025, 9, 1, tzinfo=UTC)
YEAR_S = 365.25 * 24 * 3600
rows = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 3),
        st.floats(0.0, 1.0),
        st.sampled_from([0.0, 0.2, 0.5]),
        st.sampled_from([0.0, 0.3, 1.0]),
        st.integers(0, 3 * 365 * 86400),
    ),
    min_size=1,
    max_size=40,
)


def as_log(answers, **changes):
    student, skill, item, score, guess, weight, seconds = zip(*answers, strict=True)
    return make_log(
        student=student, skill=skill, item=item, score=score, guess=guess, weight=weight,
        years=np.array(seconds) / YEAR_S, counts=(3, 3, 4), **changes,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows, st.booleans(), st.booleans())
def test_compiled_and_scalar_engine_agree(answers, items_learn, is_shared):
    log = as_log(answers)
    bank = cold_bank(log, DEFAULTS, is_shared=is_shared)

    trace = run_log(log, bank, DEFAULTS, items_learn=items_learn)

    items = [Belief(0.0, DEFAULTS.item_var)] * 4
    shared = [Belief(0.0, DEFAULTS.shared_var) if is_shared else None] * 3
    students, skills, last = {}, {}, {}
    for t in range(len(log)):
        who, k, i, at = log.student[t], log.skill[t], log.item[t], log.years[t]
        skill = pass_time(skills.get((who, k), cold_skill()), at - last.get((who, k), at))
        after = update(
            students.get(who, Belief(0.0, DEFAULTS.student_var)), skill, items[i],
            score=log.score[t], guess=log.guess[t], weight=log.weight[t], shared=shared[k],
        )  # fmt: skip
        assert trace.expected[t] == pytest.approx(after.expected, abs=1e-9)
        assert trace.moved[t] == pytest.approx(after.moved, abs=1e-9)
        assert trace.column("skill_var")[t] == pytest.approx(skill.var, abs=1e-9)
        if log.weight[t]:
            students[who], skills[who, k], last[who, k] = after.student, after.skill, at
            if items_learn:
                items[i], shared[k] = after.item, after.shared
    assert bank.mean == pytest.approx([each.mean for each in items], abs=1e-9)
    assert bank.var == pytest.approx([each.var for each in items], abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(rows)
def test_compiled_loop_and_replay_of_one_student_agree(answers):
    own = [(0, *row[1:]) for row in answers]
    log = as_log(own)
    bank = Bank(
        mean=np.linspace(-1, 1, 4), var=np.full(4, 0.45), shared_mean=np.zeros(3), shared_var=np.zeros(3)
    )
    told = [
        Answer(
            key=f"{number:03}", answered_at=START + timedelta(seconds=seconds), skill=str(k), item=str(i),
            occasion="o", score=score, guess=guess, weight=weight,
        )
        for number, (_, k, i, score, guess, weight, seconds) in enumerate(own)
    ]  # fmt: skip

    trace = run_log(log, bank, DEFAULTS, items_learn=False)
    after = replay(
        told,
        student=Belief(0.0, DEFAULTS.student_var),
        items={str(i): Belief(float(m), 0.45) for i, m in enumerate(bank.mean)},
    )

    weighed = log.weight > 0
    assert trace.expected[weighed] == pytest.approx([s.update.expected for s in after.steps], abs=1e-9)
    assert trace.moved[weighed] == pytest.approx([s.update.moved for s in after.steps], abs=1e-9)


@pytest.mark.parametrize("module", [answer_log, quality, readout])
def test_examples_in_the_modules_are_true(module):
    result = doctest.testmod(module)

    assert result.failed == 0
    assert result.attempted > 0


def test_unusable_columns_are_refused():
    whole = {"student": [0], "skill": [0], "item": [0], "score": [1.0]}
    for wrong in ({"score": [1.5]}, {"guess": [1.0]}, {"weight": [-1.0]}, {"years": [math.nan]}):
        with pytest.raises(ValueError, match="must be"):
            make_log(**(whole | wrong))


def simulated(students, *, seed=3, answers=30, skill_gap=1.0):
    """Students of different ability, items of different difficulty, no learning."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(students), answers)
    skill = rng.integers(0, 4, len(who))
    item = rng.integers(0, 10, len(who)) + 10 * skill
    ability = rng.normal(0, 1, students)[who] + rng.normal(0, skill_gap, (students, 4))[who, skill]
    difficulty = rng.normal(0, 1, 40)
    score = rng.random(len(who)) < 1 / (1 + np.exp(difficulty[item] - ability))
    log = make_log(student=who, skill=skill, item=item, score=score.astype(float), counts=(students, 4, 40))
    return log, difficulty


def test_fitting_finds_the_difficulties_and_predicts_better_than_the_defaults():
    log, difficulty = simulated(300)
    test = hold_out(log, seed=1)

    fitted = fit(log.only(~test), seed=1, draws=30)

    found = fitted.bank.mean + fitted.bank.shared_mean[np.arange(40) // 10]
    assert np.corrcoef(found, difficulty)[0, 1] > 0.95
    judged = log.only(test)
    bank = cold_bank(log, DEFAULTS)
    run_log(log.only(~test), bank, DEFAULTS, items_learn=True)
    plain = log_loss(run_log(judged, bank, DEFAULTS, items_learn=False).expected, judged.score)
    assert log_loss(predict_log(judged, fitted).platt, judged.score) < plain


def test_a_tiny_log_moves_the_defaults_little_and_never_fails():
    for students in (1, 2):
        log, _ = simulated(students, answers=3)

        fitted = fit(log, seed=1, draws=20)

        assert 0.2 < fitted.parameters.skill_var / DEFAULTS.skill_var < 5
        assert np.isfinite(predict_log(log, fitted).history).all()


def test_history_knows_only_what_came_before():
    log, _ = simulated(3)
    changed = log.score.copy()
    changed[-1] = 1.0 - changed[-1]
    other = make_log(student=log.student, skill=log.skill, item=log.item, score=changed, counts=(3, 4, 40))

    told = [
        features(each, run_log(each, cold_bank(each, DEFAULTS), DEFAULTS, items_learn=True))
        for each in (log, other)
    ]

    assert told[0].shape == (len(log), len(FEATURES))
    assert np.array_equal(told[0], told[1])
