"""What a page says of an answer once a teacher's word stands in place of the program's score."""

import pytest

from lti_tool.interactions import find_kinds, is_advisory, is_manual, is_scored
from lti_tool.interactions.contract import Feedback, PartScore, Score, by_teacher

FEEDBACK = Feedback(correct="Yes.", incorrect="Look again.")
WRONG = PartScore(part_id="text", label="typed", verdict="wrong", answer="the key")


@pytest.mark.parametrize(
    ("ratio", "verdict", "message", "answer"),
    [
        (1, "right", "Yes.", ""),
        (0.5, "partial", "", "the key"),
        (0, "wrong", "Look again.", "the key"),
    ],
)
def test_answer_of_one_part_is_as_right_as_the_teacher_says(ratio, verdict, message, answer):
    told = by_teacher(Score(ratio=0, message="Look again.", parts=(WRONG,)), FEEDBACK, ratio)

    assert (told.ratio, told.verdict, told.message) == (ratio, verdict, message)
    assert [(part.verdict, part.answer) for part in told.parts] == [(verdict, answer)]


def test_parts_of_a_larger_answer_stay_as_the_program_found_them():
    parts = (WRONG, PartScore(part_id="other", label="", verdict="right"))

    assert by_teacher(Score(ratio=0.5, message="", parts=parts), FEEDBACK, 1).parts == parts


def test_partial_words_of_the_author_are_used_where_there_are_some():
    feedback = Feedback(correct="Yes.", incorrect="No.", partial="Nearly.")

    assert by_teacher(Score(ratio=0, message="No."), feedback, 0.25).message == "Nearly."


def test_advice_is_given_only_by_kinds_that_a_program_scores():
    advisory = {name for name, kind in find_kinds().items() if is_advisory(kind)}

    assert advisory >= {"short_text", "paraphrase_judge"}
    assert all(is_scored(find_kinds()[name]) and not is_manual(find_kinds()[name]) for name in advisory)
