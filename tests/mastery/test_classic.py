"""The rules of gradebooks, against worked examples."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.mastery import classic
from lti_tool.mastery.classic import CANVAS, SCHOOLOGY, Method, Rule, pool, score


@pytest.mark.parametrize(
    ("method", "number", "results", "expected"),
    [
        (Method.DECAYING_AVERAGE, 65, [1, 2, 3, 4], 3.48),  # Otus's example
        (Method.DECAYING_AVERAGE, 75, [1, 2, 3, 4], 3.67),
        (Method.DECAYING_AVERAGE, 65, [3], 3.0),
        (Method.WEIGHTED_AVERAGE, 65, [1, 2, 3, 4], 3.3),  # .65 · 4 + .35 · 2
        (Method.WEIGHTED_AVERAGE, 65, [2], 2.0),
        (Method.N_MASTERY, 3, [3, 4], None),
        (Method.N_MASTERY, 3, [1, 3, 2, 4], None),
        (Method.N_MASTERY, 3, [1, 3, 5, 2, 4], 4.0),
        (Method.N_MASTERY, 2, [3, 3, 4], 3.33),
        (Method.HIGHEST, 0, [1, 4, 2], 4.0),
        (Method.LATEST, 0, [1, 4, 2], 2.0),
        (Method.AVERAGE, 0, [1, 4, 3], 2.67),
        (Method.AVERAGE, 0, [], None),
    ],
)
def test_worked_examples(method, number, results, expected):
    assert score(results, Rule(method=method, number=number), mastery=3) == expected


def test_defaults_are_those_of_the_products():
    assert (CANVAS.method, CANVAS.number, CANVAS.min_results) == ("decaying_average", 65, 1)
    assert (SCHOOLOGY.method, SCHOOLOGY.number) == ("decaying_average", 75)


def test_too_few_observations_give_no_score():
    rule = Rule(method=Method.DECAYING_AVERAGE, number=75, min_results=3)

    assert score([4, 4], rule, mastery=3) is None
    assert score([4, 4, 4], rule, mastery=3) == 4.0


def test_questions_of_a_quiz_are_pooled_before_anything_decays():
    quizzes = [pool([(1, 1), (0, 3)]), pool([(1, 2), (1, 2)])]

    assert quizzes == [0.25, 1.0]
    assert score(quizzes, CANVAS, mastery=0.75) == 0.74
    assert pool([(1.0, 0.0)]) == 0.0


@pytest.mark.parametrize(("method", "number"), [("decaying_average", 0), ("n_mastery", 6), ("highest", 2)])
def test_numbers_a_method_does_not_know_are_refused(method, number):
    with pytest.raises(ValueError, match=method):
        Rule(method=Method(method), number=number)


@given(st.lists(st.floats(0, 4), min_size=1, max_size=12), st.sampled_from([*Method]), st.integers(1, 5))
def test_no_score_lies_outside_of_the_results(results, method, number):
    known = method in {Method.DECAYING_AVERAGE, Method.WEIGHTED_AVERAGE, Method.N_MASTERY}

    found = score(results, Rule(method=method, number=number if known else 0), mastery=2.5)

    assert found is None or min(results) - 0.005 <= found <= max(results) + 0.005


def test_examples_in_the_module_are_true():
    assert doctest.testmod(classic).failed == 0
