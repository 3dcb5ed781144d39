"""Which edits only change words, which change scores, and which ask something else."""

import pytest
from sitting import ODD, QUIZ, Content, move_key

from lti_tool.content.changes import amend, list_edits
from lti_tool.content.snapshot import snapshot_quiz


@pytest.fixture
def content(tmp_path):
    return Content(tmp_path)


def edited(content, *changes):
    """The snapshot before and after."""
    before = snapshot_quiz(content.library(), QUIZ)
    for old, new in changes:
        content.edit_bank(old, new)
    return before, snapshot_quiz(content.library(), QUIZ)


TYPO = ("What is the best **first** move?", "What is the best first move?")
FEEDBACK = ("Right. Stop first, and then check.", "Right: stop first, and then check.")
ADDED = ("    - {id: reread,", "    - {id: wait, text: Wait a day}\n    - {id: reread,")


def test_words_are_cosmetic(content):
    old, new = edited(content, TYPO, FEEDBACK)

    assert list_edits(old, new) == {ODD: "cosmetic"}
    assert amend(old, new, ("cosmetic",)).hash == new.hash


def test_a_key_is_scoring_and_leaves_attempts_under_way_alone(content):
    old = snapshot_quiz(content.library(), QUIZ)
    move_key(content)
    new = snapshot_quiz(content.library(), QUIZ)

    assert list_edits(old, new) == {ODD: "scoring"}
    assert amend(old, new, ("cosmetic",)) is old
    assert amend(old, new, ("cosmetic", "scoring")).item(ODD).spec.keys == {"reject"}


def test_points_are_scoring(content):
    old, new = edited(content, (f"- id: {ODD}\n", f"- id: {ODD}\n  points: 3\n"))

    assert list_edits(old, new) == {ODD: "scoring"}


def test_a_new_option_is_structural_and_reaches_nobody_who_began(content):
    old, new = edited(content, ADDED)

    assert list_edits(old, new) == {ODD: "structural"}
    assert amend(old, new, ("cosmetic", "scoring")) is old


def test_accepted_answers_are_scoring(content):
    content.edit(f"quizzes/{QUIZ}.yaml", lambda text: text.replace("ltp-q-about", "ltp-q-word"))
    old, new = edited(content, ("accept: [lateral reading,", "accept: [reading sideways, lateral reading,"))

    assert list_edits(old, new) == {"ltp-q-word": "scoring"}


def test_a_typo_comes_along_without_the_structural_edit_beside_it(content):
    old, new = edited(
        content,
        ADDED,
        ("prompt: What do fact-checkers usually do", "prompt: What do fact checkers usually do"),
    )

    mended = amend(old, new, ("cosmetic",))

    assert list_edits(old, new)[ODD] == "structural" and mended.hash not in (old.hash, new.hash)
    assert "fact checkers" in mended.item("ltp-q-first-minute").spec.prompt
    assert len(mended.item(ODD).spec.options) == 4
