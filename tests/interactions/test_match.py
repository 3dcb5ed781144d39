"""What `match` scores and refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import match
from lti_tool.interactions.contract import without_key

FEEDBACK = {"correct": "Yes.", "incorrect": "No."}
PARTNERS = [{"id": name, "text": name.upper()} for name in ("x", "y", "z")]
ROWS = [{"id": "a", "text": "A", "partner": "x"}, {"id": "b", "text": "B", "partner": "y"}]


def build(rows=ROWS, partners=PARTNERS):
    return match.Spec.model_validate(
        {"prompt": "Match.", "feedback": FEEDBACK, "rows": rows, "partners": partners}
    )


@pytest.mark.parametrize(
    ("rows", "partners", "advice"),
    [
        (ROWS, PARTNERS[:2], "only 2 partners: write at least 3"),
        ([ROWS[0], ROWS[1] | {"partner": "w"}], PARTNERS, "“w”, which does not exist: use one of x, y, z"),
        ([ROWS[0], ROWS[1] | {"partner": "x"}], PARTNERS, "use the kind `sorter`"),
        ([ROWS[0], ROWS[1] | {"text": "A"}], PARTNERS, "texts of the rows"),
    ],
)
def test_author_is_told_what_to_do(rows, partners, advice):
    with pytest.raises(ValidationError, match=advice):
        build(rows, partners)


@given(picks=st.permutations(["dictionary", "atlas", "fiction", "news"]))
def test_every_way_of_using_each_partner_once_scores_its_right_rows(picks):
    spec = spec_of("match")
    form = {f"row.{row.id}": [pick] for row, pick in zip(spec.rows, picks, strict=False)}

    score = match.score(spec, match.parse(spec, form))

    assert score.ratio * 3 == pytest.approx(
        sum(row.partner == pick for row, pick in zip(spec.rows, picks, strict=False))
    )


def test_partner_of_a_wrong_row_is_named_only_at_the_end():
    spec = spec_of("match")
    response = {"matched": {"word": "news"}}
    score = match.score(spec, response)

    early = render("match", spec, response=response, score=without_key(score))
    late = render("match", spec, response=response, score=score, is_locked=True)

    assert "They do not belong together." in early and "Its partner:" not in early
    assert late.count("Its partner:") == 3
