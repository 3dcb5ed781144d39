"""Gradebook rules as levels: the rule's score, the lines, and no level on too little evidence. Pure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.mastery import methods
from lti_tool.mastery.methods import METHODS, Choice, Result, judge, make_choice
from lti_tool.mastery.worked import RIGHT, worked_example

RULES = [each for each in METHODS if each != "engine"]


def results(*ratios, answers=5):
    return [
        Result(datetime(2026, 9, 1, tzinfo=UTC) + timedelta(weeks=week), ratio, answers)
        for week, ratio in enumerate(ratios)
    ]


@pytest.mark.parametrize(
    ("method", "number", "ratios", "level", "score"),
    [
        ("decaying_average", 65, (0.4, 0.8, 1.0), "proficient", 0.881),  # .35·(.35·.4 + .65·.8) + .65
        ("decaying_average", 75, (1.0, 0.4), "developing", 0.55),
        ("weighted_average", 65, (0.4, 0.8, 1.0), "proficient", 0.86),
        ("n_mastery", 3, (0.8, 0.8), "not_enough", None),
        ("n_mastery", 3, (0.8, 0.2, 0.9), "developing", None),
        ("n_mastery", 2, (0.8, 0.2, 0.9), "proficient", 0.85),
        ("n_mastery", 2, (0.3, 0.2, 0.4), "beginning", None),
        ("highest", None, (0.8, 0.2), "proficient", 0.8),
        ("latest", None, (0.8, 0.2), "beginning", 0.2),
        ("average", None, (0.8, 0.7), "proficient", 0.75),
        ("average", None, (0.8, 0.69), "developing", 0.745),
    ],
)
def test_level_follows_the_rules_score(method, number, ratios, level, score):
    found = judge(results(*ratios), make_choice(method, number=number))

    assert (found.level, found.score) == (level, pytest.approx(score) if score else None)


@pytest.mark.parametrize("method", RULES)
def test_no_rule_says_a_level_on_one_sitting_or_on_three_answers(method):
    choice = make_choice(method, number=1 if method == "n_mastery" else None)

    assert judge(results(1.0, answers=30), choice).level == "not_enough"
    assert judge(results(1.0, 1.0, answers=1), choice).level == "not_enough"
    assert judge(results(1.0, 1.0, answers=2), choice).level == "proficient"


def test_districts_own_least_number_of_results_is_kept():
    choice = make_choice("average", min_results=4)

    assert judge(results(1.0, 1.0, 1.0), choice).level == "not_enough"
    assert judge(results(1.0, 1.0, 1.0, 1.0), choice).level == "proficient"


def test_proficient_keeps_its_date_and_falls_to_needs_a_refresh_only():
    told = results(0.9, 0.9, 0.1, 0.1)

    found = judge(told, make_choice("latest"))

    assert (found.level, found.since) == ("needs_refresh", told[1].at)


@given(st.lists(st.floats(0, 1), max_size=8), st.sampled_from(RULES))
def test_level_once_proficient_is_never_below_a_refresh(ratios, method):
    told, choice = results(*ratios), make_choice(method)
    seen = [judge(told[: count + 1], choice).level.value for count in range(len(told))]

    first = seen.index("proficient") if "proficient" in seen else len(seen)
    assert set(seen[first:]) <= {"proficient", "needs_refresh"}
    assert "needs_refresh" not in seen[:first]


@pytest.mark.parametrize(
    ("method", "changes"),
    [
        ("best of three", {}),
        ("decaying_average", {"number": 0}),
        ("n_mastery", {"number": 6}),
        ("average", {"min_results": 1}),
        ("average", {"min_results": 11}),
        ("average", {"proficient_from": 0.5, "developing_from": 0.5}),
        ("average", {"proficient_from": 1.01}),
        ("average", {"developing_from": 0.0}),
    ],
)
def test_numbers_that_make_no_sense_are_refused(method, changes):
    with pytest.raises(ValueError, match=r"\w"):
        make_choice(method, **changes)


def test_engine_reads_no_results():
    with pytest.raises(ValueError, match="reads no results"):
        judge(results(0.5), Choice())


def test_worked_example_tells_every_method_apart_from_too_little_evidence():
    example = worked_example()

    assert list(example) == list(METHODS)
    assert all(len(steps) == len(RIGHT) for steps in example.values())
    assert {steps[0].level.value for steps in example.values()} == {"not_enough"}
    assert [step.value for step in example["highest"]] == [None, 0.8, 1.0, 1.0]
    assert 0 < example["engine"][0].value < example["engine"][2].value < 1


def test_examples_in_the_module_are_true():
    import doctest

    assert doctest.testmod(methods).failed == 0
