"""What must hold for every belief and every answer."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from lti_tool.mastery.engine import Belief, Parameters, pass_time, predict, update

STILL = Parameters(gain=0.0, drift=0.0)

means = st.floats(-6.0, 6.0)
variances = st.floats(1e-3, 4.0)
beliefs = st.builds(Belief, means, variances)
guesses = st.floats(0.0, 0.6)
scores = st.floats(0.0, 1.0)
weights = st.floats(0.01, 2.0)
anything = st.builds(Belief, st.floats(-1e6, 1e6), st.floats(1e-9, 1e6))


@given(anything, anything, anything, scores, st.floats(0.0, 0.999), st.floats(0.0, 1e6))
def test_variance_grows_by_no_more_than_the_drift(student, skill, item, score, guess, weight):
    after = update(student, skill, item, score=score, guess=guess, weight=weight)

    assert 0.0 < after.student.var <= student.var
    assert 0.0 < after.item.var <= item.var
    assert 0.0 < after.skill.var <= skill.var + 0.03


@given(beliefs, beliefs, beliefs, guesses, weights)
def test_right_raises_the_student_and_lowers_the_item(student, skill, item, guess, weight):
    after = update(student, skill, item, score=1.0, guess=guess, weight=weight, parameters=STILL)

    assert after.moved > 0.0
    assert after.item.mean <= item.mean


@given(beliefs, beliefs, beliefs, guesses, weights)
def test_wrong_lowers_the_student_and_raises_the_item(student, skill, item, guess, weight):
    after = update(student, skill, item, score=0.0, guess=guess, weight=weight, parameters=STILL)

    assert after.moved < 0.0
    assert after.item.mean >= item.mean


@given(beliefs, beliefs, beliefs, scores, guesses, weights)
def test_practice_adds_the_gain_and_nothing_else(student, skill, item, score, guess, weight):
    with_gain = update(student, skill, item, score=score, guess=guess, weight=weight)
    without = update(student, skill, item, score=score, guess=guess, weight=weight, parameters=STILL)

    assert math.isclose(with_gain.moved, without.moved + 0.03, abs_tol=1e-9)
    assert with_gain.student == without.student


@given(beliefs, beliefs, beliefs, weights)
def test_without_guessing_right_and_wrong_mirror_each_other(student, skill, item, weight):
    def mirrored(belief):
        return Belief(-belief.mean, belief.var)

    right = update(student, skill, item, score=1.0, weight=weight, parameters=STILL)
    wrong = update(
        mirrored(student), mirrored(skill), mirrored(item), score=0.0, weight=weight, parameters=STILL
    )

    assert math.isclose(right.moved, -wrong.moved, abs_tol=1e-12)
    assert math.isclose(right.student.mean, -wrong.student.mean, abs_tol=1e-12)
    assert math.isclose(right.item.var, wrong.item.var, rel_tol=1e-12)


@given(beliefs, beliefs, beliefs, st.floats(0.05, 0.6))
def test_a_right_answer_says_less_where_it_may_be_a_guess(student, skill, item, guess):
    guessed = update(student, skill, item, score=1.0, guess=guess, parameters=STILL)
    known = update(student, skill, item, score=1.0, parameters=STILL)

    assert guessed.moved < known.moved


@given(anything, anything, anything, st.floats(0.0, 0.999))
def test_predictions_stay_between_the_guess_floor_and_one(student, skill, item, guess):
    assert guess <= predict(student, skill, item, guess) <= 1.0


@given(beliefs, beliefs, beliefs, st.tuples(scores, scores), guesses)
def test_a_better_score_never_moves_the_student_less(student, skill, item, two_scores, guess):
    worse, better = sorted(two_scores)

    low = update(student, skill, item, score=worse, guess=guess)
    high = update(student, skill, item, score=better, guess=guess)

    assert low.moved <= high.moved


@given(beliefs, beliefs, beliefs, scores, guesses, st.floats(1e-6, 1e-4))
def test_a_tiny_weight_moves_a_tiny_way(student, skill, item, score, guess, weight):
    after = update(student, skill, item, score=score, guess=guess, weight=weight, parameters=STILL)

    assert abs(after.moved) <= weight * (student.var + skill.var) + 1e-12


@given(beliefs, st.floats(0.0, 30.0))
def test_time_brings_a_skill_nearer_to_the_students_own_level(skill, years):
    after = pass_time(skill, years)

    assert abs(after.mean) <= abs(skill.mean)
    assert after.var > 0.0
