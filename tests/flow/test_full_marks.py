"""Whoever answers every activity and question of a shipped lesson or quiz as its kind says earns 100 %, by plain forms."""

import pytest
from answer_fields import right
from answering import play

ASSIGNMENTS = {
    "grade-2-explore-our-library": "grade-2",
    "grade-4-who-made-this": "grade-4",
    "grade-7-leave-the-page": "grade-7",
    "grade-8-search-smarter": "grade-8",
    "grade-11-ai-as-a-source": "grade-11",
}


@pytest.mark.parametrize("link", [link + end for link in ASSIGNMENTS for end in ("", "-quiz")])
def test_everything_right_is_all_of_the_grade(shared_stack, link):
    course = ASSIGNMENTS[link.removesuffix("-quiz")]
    person = next(each.id for each in shared_stack.lms.district.list_students(course) if each.locale == "en")

    browser = play(shared_stack.launch(link, person), lambda item_id: right(shared_stack, item_id))

    (attempt,) = shared_stack.rows("SELECT score_ratio FROM attempt WHERE id = :a", a=browser.attempt_id)
    assert attempt["score_ratio"] == 1 and "100" in browser.text
    shared_stack.deliver_all()
    row = shared_stack.gradebook(course)[person, link]
    assert row["score"] == (10 if link.endswith("-quiz") else 20)
