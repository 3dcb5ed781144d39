"""Grades from marks: weights, missing parts, rounding."""

from hypothesis import given
from hypothesis import strategies as st

from lti_tool.facts.answers import ItemMark
from lti_tool.grading import attempt_ratio, scale

marks = st.lists(
    st.builds(
        ItemMark,
        item_id=st.just("i"),
        part=st.sampled_from(["activities", "quiz"]),
        points=st.integers(1, 10).map(float),
        ratio=st.floats(0, 1),
    ),
    min_size=1,
    max_size=12,
)


def mark(part, ratio, points=1.0):
    return ItemMark(item_id="i", part=part, points=points, ratio=ratio)


def test_parts_count_by_their_weights_not_by_their_number_of_items():
    many_activities = [mark("activities", 0.0)] * 9 + [mark("quiz", 1.0)]

    assert attempt_ratio(many_activities, {"activities": 40, "quiz": 60}) == 0.6


def test_part_without_items_hands_its_weight_to_the_other():
    assert attempt_ratio([mark("quiz", 0.5)], {"activities": 40, "quiz": 60}) == 0.5


def test_attempt_without_items_earns_nothing():
    assert attempt_ratio([], {"activities": 40, "quiz": 60}) == 0.0


@given(marks, st.integers(0, 100))
def test_grade_lies_between_the_worst_and_the_best_mark(some, activities):
    ratio = attempt_ratio(some, {"activities": activities, "quiz": 100 - activities})

    assert min(each.ratio for each in some) - 1e-9 <= ratio <= max(each.ratio for each in some) + 1e-9


@given(marks)
def test_right_answers_everywhere_give_all_points(some):
    best = [mark(each.part, 1.0, each.points) for each in some]

    assert scale(attempt_ratio(best), 20) == 20


@given(st.floats(-1, 2), st.floats(0.01, 1000))
def test_points_never_leave_the_column(ratio, points):
    assert 0 <= scale(ratio, points) <= round(points, 2)
