"""No figure for principals and coordinators depends on a small group, nor on how far beyond a cut end a share is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.reports.overview import Group, overview_of
from lti_tool.reports.suppression import Share, shown_share, total_share

SMALLEST = 10


@st.composite
def group(draw, most=400):
    n = draw(st.integers(0, most))
    skill, grade = draw(st.sampled_from(["a", "b"])), draw(st.integers(0, 3))
    return Group(skill, grade, n, draw(st.integers(0, n)))


def figures(groups):
    """All that is shown: shares of cells and totals; a hidden cell is the same as one of any other hidden group."""
    shown = overview_of(groups, smallest=SMALLEST)
    return {key: share for key, share in shown.cells.items() if share}, {
        skill: share for skill, share in shown.totals.items() if share
    }


@pytest.mark.proves("groups-small")
@given(st.lists(group(), max_size=12), st.lists(group(most=SMALLEST - 1), max_size=6))
def test_small_groups_change_no_figure(groups, small):
    assert figures([*groups, *small]) == figures(groups)


@pytest.mark.proves("groups-ends")
@given(st.lists(group(), max_size=8), st.integers(SMALLEST, 400), st.booleans())
def test_all_and_all_but_one_look_the_same(groups, n, is_top):
    whole = Group("a", 1, n, n if is_top else 0)
    but_one = whole._replace(proficient=n - 1 if is_top else 1)

    assert figures([*groups, whole]) == figures([*groups, but_one])


@pytest.mark.proves("groups-small")
def test_total_with_one_hidden_group_is_that_of_the_others():
    """The classic way: 60 students in the grade, 52 of them in one school; the difference would be the eight of the other."""
    shown = overview_of([Group("a", 6, 52, 26), Group("a", 6, 8, 8)], smallest=SMALLEST)

    assert shown.cells["a", 6] == Share(n=52, percent=50)
    assert shown.totals["a"] == Share(n=52, percent=50)


def test_grade_of_small_groups_alone_is_hidden_though_they_are_many_together():
    shown = overview_of([Group("a", 6, 9, 9)] * 5, smallest=SMALLEST)

    assert shown.cells["a", 6] is None
    assert shown.totals["a"] is None


@pytest.mark.parametrize(
    ("n", "proficient", "text"),
    [
        (9, 5, None),
        (10, 5, "50"),
        (10, 9, "≥80"),
        (19, 19, "≥80"),
        (20, 20, "≥90"),
        (20, 1, "≤10"),
        (40, 39, "≥95"),
        (100, 0, "≤2"),
        (300, 300, "≥99"),
        (300, 290, "97"),
    ],
)
def test_ends_are_cut_by_size(n, proficient, text):
    share = shown_share(n, proficient, smallest=SMALLEST)

    assert (share and share.text) == text


def test_district_may_hide_larger_groups():
    assert shown_share(29, 15, smallest=30) is None


def test_total_says_when_it_is_a_bound_or_about_right():
    cut, plain = Share(n=10, percent=80, sign="≥"), Share(n=30, percent=40)

    assert total_share([cut, cut]).text == "≥80"
    assert total_share([cut, plain]).text == "≈50"
    assert total_share([plain, plain]).text == "40"
    assert total_share([]) is None
