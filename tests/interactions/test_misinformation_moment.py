"""What `misinformation_moment` scores, remembers and refuses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_harness import render, spec_of
from pydantic import ValidationError

from lti_tool.interactions import misinformation_moment as kind
from lti_tool.interactions.contract import without_key

VOICE = spec_of("misinformation_moment", "voice")
CHOICES = sorted({choice.id for moment in VOICE.moments for choice in moment.choices})


def play(*acts):
    response = {}
    for act in acts:
        response = kind.revise(VOICE, response, {"act": [act if act == "again" else f"choose:{act}"]})
    return response


def walk(picks):
    """A story played to its end: each number picks one of the choices."""
    moment, taken = VOICE.by_id[VOICE.start], []
    while moment.choices:
        choice = moment.choices[picks[len(taken)] % len(moment.choices)]
        taken.append(choice)
        moment = VOICE.by_id[choice.to]
    return taken


PICKS = st.lists(st.integers(0, 11), min_size=9, max_size=9)


@given(picks=PICKS)
def test_ratio_is_the_points_of_the_path_by_those_of_the_best(picks):
    taken = walk(picks)

    ratio = kind.score(VOICE, play(*(choice.id for choice in taken))).ratio

    assert ratio == pytest.approx(sum(choice.points for choice in taken) / 5)


@given(before=PICKS, last=PICKS)
def test_story_finished_last_counts_and_the_earlier_stay_in_view(before, last):
    stories = [[choice.id for choice in walk(picks)] for picks in (before, last)]

    response = play(*stories[0], "again", *stories[1])

    assert response["stories"] == stories
    assert kind.score(VOICE, response).ratio == kind.score(VOICE, play(*stories[1])).ratio


@given(acts=st.lists(st.sampled_from([*CHOICES, "again"]), max_size=60))
def test_no_row_of_presses_leaves_the_story(acts):
    response = play(*acts)

    scene = kind.scene(VOICE, response, 7)
    assert all(step.moment.choices for step in scene.story.steps)
    assert len(response.get("stories", [])) <= kind.MOST_STORIES
    assert len(json.dumps(response)) < 10_000


def test_feedback_stands_by_what_was_chosen_and_the_better_only_at_the_end():
    response = play("share", "correct")
    score = kind.score(VOICE, response)

    early = render("misinformation_moment", VOICE, response=response, score=without_key(score))
    late = render("misinformation_moment", VOICE, response=response, score=score, is_locked=True)

    assert "This made it worse." in early and "Better:" not in early
    assert "Better: <span>Find out where" in late.replace("\n", "")


def test_moments_to_come_are_not_on_the_page():
    assert "made by a computer" not in render("misinformation_moment", VOICE)


def moments(*changes):
    base = {
        "start": {"text": "S", "choices": [choice("a", "one", 1), choice("b", "two", 0)]},
        "one": {"text": "1", "choices": [choice("c", "good", 1), choice("d", "bad", 0)]},
        "two": {"text": "2", "choices": [choice("e", "good", 1), choice("f", "bad", 0)]},
        "good": {"text": "G"},
        "bad": {"text": "B"},
    }
    for name, fields in changes:
        base[name] = fields
    return [{"id": name, **fields} for name, fields in base.items()]


def choice(choice_id, to, points):
    return {"id": choice_id, "text": choice_id.upper(), "to": to, "points": points}


@pytest.mark.parametrize(
    ("changed", "advice"),
    [
        ([("good", {"text": "G", "choices": [choice("g", "bad", 0)]})], "write at least 2"),
        (
            [("one", {"text": "1", "choices": [choice("c", "mars", 1), choice("d", "bad", 0)]})],
            "“mars”, which is no moment",
        ),
        ([("lost", {"text": "L"})], "No choice leads to moment “lost”"),
        (
            [("good", {"text": "G", "choices": [choice("g", "start", 0), choice("h", "bad", 0)]})],
            "comes back to moment “start”",
        ),
        (
            [
                (name, {"text": "T", "choices": [choice("x", to, 1), choice("y", other, 1)]})
                for name, to, other in (
                    ("start", "one", "two"),
                    ("one", "good", "bad"),
                    ("two", "good", "bad"),
                )
            ],
            "Every path earns the same",
        ),
        ([("bad", {"text": "B", "picture": "media/owl.svg"})], "has no words"),
    ],
)
def test_author_is_told_what_to_do(changed, advice):
    with pytest.raises(ValidationError, match=advice):
        spec_of("misinformation_moment", "voice", moments=moments(*changed))


def test_many_ways_are_counted_quickly():
    chain = [
        {"id": f"m{n}", "text": "T", "choices": [choice(f"c{i}", f"m{n + 1}", i) for i in range(4)]}
        for n in range(23)
    ]

    spec = spec_of(
        "misinformation_moment", "voice", start="m0", moments=[*chain, {"id": "m23", "text": "End"}]
    )

    assert spec.best == 69
    assert kind.guess_floor(spec) == pytest.approx(0.5)
