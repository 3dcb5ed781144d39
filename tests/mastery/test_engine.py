"""The engine by hand-computed numbers, at its edges, and its examples."""

from __future__ import annotations

import doctest
import importlib
import math
import subprocess
import sys

import pytest

from lti_tool.mastery.engine import (
    DEFAULTS,
    Belief,
    Difficulty,
    Parameters,
    Peers,
    cold_item,
    cold_shared,
    cold_skill,
    cold_student,
    evidence_weight,
    pass_time,
    predict,
    update,
)

STUDENT = Belief(0.3, 0.9)
SKILL = Belief(-0.1, 0.4)
ITEM = Belief(0.5, 0.45)
STILL = Parameters(gain=0.0, drift=0.0)


@pytest.mark.parametrize("name", ["belief", "parameters", "curve", "levels", "engine", "replay"])
def test_examples_in_the_documentation_are_true(name):
    result = doctest.testmod(importlib.import_module(f"lti_tool.mastery.{name}"))

    assert result.failed == 0
    assert result.attempted > 0


def test_the_model_needs_no_database():
    code = "import sys, lti_tool.mastery.replay; print([m for m in ('sqlalchemy', 'pydantic', 'numpy') if m in sys.modules])"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"


def by_hand(y, c, omega, x, variances):
    """One step written as the derivative of the log likelihood, with none of the engine's shortcuts."""
    odds = math.exp(x)
    s = odds / (1 + odds)
    p = c + (1 - c) * s
    slope = (1 - c) * odds / (1 + odds) ** 2
    gradient = omega * (y * slope / p - (1 - y) * slope / (1 - p))
    fisher = omega * (slope**2 / p + slope**2 / (1 - p))
    denominator = 1 + math.fsum(variances) * fisher
    moves = [v * gradient / denominator for v in variances]
    shrunk = [v - v * v * fisher / denominator for v in variances]
    return moves, shrunk


@pytest.mark.parametrize(
    ("score", "guess", "weight"),
    [(1.0, 0.0, 1.0), (0.0, 0.0, 1.0), (1.0, 0.25, 1.0), (0.0, 0.25, 1.0), (0.6, 0.2, 0.5), (0.0, 0.5, 0.3)],
)
def test_one_answer_moves_each_belief_by_its_share(score, guess, weight):
    moves, shrunk = by_hand(score, guess, weight, 0.3 - 0.1 - 0.5, [0.9, 0.4, 0.45])

    after = update(STUDENT, SKILL, ITEM, score=score, guess=guess, weight=weight)

    assert after.student.mean == pytest.approx(0.3 + moves[0], abs=1e-12)
    assert after.skill.mean == pytest.approx(-0.1 + moves[1] + 0.03, abs=1e-12)
    assert after.item.mean == pytest.approx(0.5 - moves[2], abs=1e-12)
    assert after.student.var == pytest.approx(shrunk[0], abs=1e-12)
    assert after.skill.var == pytest.approx(shrunk[1] + 0.03, abs=1e-12)
    assert after.item.var == pytest.approx(shrunk[2], abs=1e-12)
    assert after.moved == pytest.approx(moves[0] + moves[1] + 0.03, abs=1e-12)


def test_a_wrong_answer_to_a_fair_four_option_question_in_plain_numbers():
    """x = 0, so s = 1/2, P = 5/8, P' = 3/16, e = -1/2, I = 3/20; V = 2, so kappa = 10/13."""
    after = update(
        Belief(0.0, 1.0), Belief(0.0, 0.4), Belief(0.0, 0.6), score=0.0, guess=0.25, parameters=STILL
    )

    assert after.student.mean == pytest.approx(-5 / 13)
    assert after.skill.mean == pytest.approx(-2 / 13)
    assert after.item.mean == pytest.approx(3 / 13)
    assert after.student.var == pytest.approx(1 - 1.5 / 13)
    assert after.skill.var == pytest.approx(0.4 - 0.24 / 13)
    assert after.item.var == pytest.approx(0.6 - 0.54 / 13)


def test_difficulty_shared_by_a_skill_learns_beside_the_items_own():
    shared = Belief(0.2, 1.0)
    moves, shrunk = by_hand(1.0, 0.0, 1.0, 0.3 - 0.1 - 0.5 - 0.2, [0.9, 0.4, 0.45, 1.0])

    after = update(STUDENT, SKILL, ITEM, score=1.0, shared=shared)

    spread = math.sqrt(1 + math.pi * 2.75 / 8)
    assert after.expected == pytest.approx(1 / (1 + math.exp(0.5 / spread)))
    assert after.item.mean == pytest.approx(0.5 - moves[2])
    assert after.shared.mean == pytest.approx(0.2 - moves[3])
    assert after.shared.var == pytest.approx(shrunk[3])


def test_prediction_is_pulled_to_the_middle_by_doubt():
    spread = math.sqrt(1 + math.pi * 1.75 / 8)

    assert predict(STUDENT, SKILL, ITEM, 0.0) == pytest.approx(1 / (1 + math.exp(0.3 / spread)))
    assert predict(STUDENT, SKILL, ITEM, 0.2) == pytest.approx(0.2 + 0.8 / (1 + math.exp(0.3 / spread)))
    assert update(STUDENT, SKILL, ITEM, score=0.0, guess=0.2).expected == predict(STUDENT, SKILL, ITEM, 0.2)


def test_an_answer_without_weight_changes_nothing():
    after = update(STUDENT, SKILL, ITEM, score=0.0, weight=0.0)

    assert (after.student, after.skill, after.item, after.moved) == (STUDENT, SKILL, ITEM, 0.0)


def test_a_year_without_answers_fades_the_skill_and_adds_doubt():
    after = pass_time(Belief(-0.8, 0.3), 2.0)

    assert after.mean == pytest.approx(-0.8 * 0.7225)
    assert after.var == pytest.approx(0.3 * 0.7225**2 + 0.5)
    assert pass_time(SKILL, 0.0) == SKILL


@pytest.mark.parametrize(("student", "item"), [(1e6, -1e6), (-1e6, 1e6), (800.0, 0.0), (-800.0, 0.0)])
@pytest.mark.parametrize("score", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("guess", [0.0, 0.25, 0.999])
def test_absurd_beliefs_do_not_overflow(student, item, score, guess):
    after = update(Belief(student, 1e6), Belief(0.0, 1e-9), Belief(item, 1e6), score=score, guess=guess)

    for belief in (after.student, after.skill, after.item):
        assert math.isfinite(belief.mean)
        assert 0.0 < belief.var <= 1e6
    assert guess <= after.expected < 1.0


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("score", {"score": 1.01}),
        ("score", {"score": -0.1}),
        ("score", {"score": math.nan}),
        ("guess", {"score": 1.0, "guess": 1.0}),
        ("guess", {"score": 1.0, "guess": -0.2}),
        ("weight", {"score": 1.0, "weight": -0.5}),
        ("weight", {"score": 1.0, "weight": math.nan}),
        ("weight", {"score": 1.0, "weight": math.inf}),
    ],
)
def test_an_impossible_answer_is_refused_by_name(field, arguments):
    with pytest.raises(ValueError, match=field):
        update(STUDENT, SKILL, ITEM, **arguments)


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("mean", lambda: Belief(math.nan, 1.0)),
        ("mean", lambda: Belief(math.inf, 1.0)),
        ("var", lambda: Belief(0.0, 0.0)),
        ("var", lambda: Belief(0.0, math.nan)),
        ("years", lambda: pass_time(SKILL, -0.1)),
        ("years", lambda: pass_time(SKILL, math.inf)),
        ("guess", lambda: predict(STUDENT, SKILL, ITEM, 1.0)),
        ("grade_band", lambda: cold_item(47)),
        ("difficulty", lambda: cold_item(6, "tricky")),
        ("grade", lambda: cold_student(math.nan)),
        ("gain", lambda: Parameters(gain=-0.1)),
        ("drift", lambda: Parameters(drift=math.nan)),
        ("yearly_retention", lambda: Parameters(yearly_retention=0.0)),
        ("proficient_from", lambda: Parameters(proficient_from=1.5)),
        ("refresh_below", lambda: Parameters(refresh_below=0.9)),
    ],
)
def test_an_impossible_number_is_refused_by_name(field, make):
    with pytest.raises(ValueError, match=field):
        make()


def test_a_new_item_starts_where_its_author_puts_it():
    assert cold_item(7, Difficulty.EASY).mean == pytest.approx(0.15 - 0.8)
    assert cold_item(7, "medium").mean == pytest.approx(0.15)
    assert cold_item(7, "hard") == Belief(0.15 + 0.8, 0.45)
    assert cold_item(4).mean == pytest.approx(-0.3)
    assert cold_item(4).var == 1.0


def test_a_new_student_starts_from_peers_once_enough_are_known():
    assert cold_student(9).mean == pytest.approx(0.45)
    assert cold_student(9, peers=Peers(count=29, mean=-0.5)).mean == pytest.approx(0.45)
    assert cold_student(9, peers=Peers(count=30, mean=-0.5)) == Belief(-0.5, 1.0)
    assert cold_skill() == Belief(0.0, 0.4)
    assert cold_shared() == Belief(0.0, 1.0)


def test_help_lowers_the_weight_of_an_answer():
    assert evidence_weight() == 1.0
    assert evidence_weight(is_retry=True) == 0.3
    assert evidence_weight(used_hint=True) == 0.5
    assert evidence_weight(is_practice=True) == 0.5
    assert evidence_weight(is_retry=True, used_hint=True, is_practice=True) == pytest.approx(0.075)


def test_what_ships_is_what_is_documented():
    shipped = (DEFAULTS.student_var, DEFAULTS.skill_var, DEFAULTS.item_var, DEFAULTS.tagged_item_var)

    assert shipped == (1.0, 0.4, 1.0, 0.45)
    assert (DEFAULTS.gain, DEFAULTS.drift) == (0.03, 0.03)
    assert (DEFAULTS.yearly_retention, DEFAULTS.yearly_drift) == (0.85, 0.25)
    assert DEFAULTS.mastery_cut == 0.75
