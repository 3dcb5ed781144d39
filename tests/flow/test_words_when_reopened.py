"""Words on answers, drops and corrections beside a reopening, and beside its undoing: what counts is what stands."""

import pytest
from answering import find_step, play
from stack import ANA, MODULE_LINK, TEACHER
from test_words_on_answers import (
    ITEM,
    actions,
    attempt,
    correct_the_key,
    given,
    grade,
    hand_in,
    in_english,
    judge,
    reopen,
    words_on,
    worth,
)

OTHER = "ltp-copy-or-own"


@pytest.fixture
def teacher(shared_stack):
    return in_english(shared_stack.launch(MODULE_LINK, TEACHER))


@pytest.fixture
def row(shared_stack, pupil):
    """A student's attempt at the lesson, with one answer that the program does not know."""
    return hand_in(shared_stack, pupil)


def undo_last(stack, browser, row, action):
    """Take back the newest of these decisions at the assignment that stands."""
    entry = stack.rows(
        "SELECT id FROM audit_entry WHERE action = :x AND placement_id = :p AND undone_by_id IS NULL"
        " ORDER BY id DESC",
        x=action,
        p=row["placement_id"],
    )[0]
    page = browser.post(actions(browser, row), {"do": f"undo:{entry['id']}"})
    assert page.page.status_code == 200


def drop(browser, row, item):
    form = {"do": "drop", "item": item, "reason": "Not talked about."}
    assert browser.post(actions(browser, row), form).page.status_code == 200


def score_again(stack, browser, row, item=OTHER):
    """Everybody's score is worked out anew, with nothing changed in the end."""
    drop(browser, row, item)
    undo_last(stack, browser, row, "drop")


def evidence(stack, row):
    found = stack.rows(
        "SELECT ratio FROM mastery_evidence WHERE attempt_id = :a AND item_id = :i", a=row["id"], i=ITEM
    )
    return [each["ratio"] for each in found]


def score(stack, row):
    return attempt(stack, row["id"])["score_ratio"]


def test_dropped_while_reopened_counts_nothing_after_undo(shared_stack, teacher, row):
    stack = shared_stack
    reopen(teacher, row)
    drop(teacher, row, ITEM)

    undo_last(stack, teacher, row, "reopen")

    assert score(stack, row) == pytest.approx(1) and grade(stack, row) == pytest.approx(20)
    undo_last(stack, teacher, row, "drop")
    assert score(stack, row) == row["score_ratio"]


def test_score_after_undone_reopening_is_what_any_rescore_says(shared_stack, teacher, row):
    stack = shared_stack
    reopen(teacher, row)
    drop(teacher, row, ITEM)
    undo_last(stack, teacher, row, "reopen")
    told = score(stack, row), grade(stack, row), worth(stack, row)

    score_again(stack, teacher, row)

    assert (score(stack, row), grade(stack, row), worth(stack, row)) == told
    undo_last(stack, teacher, row, "drop")


def test_undone_reopening_takes_its_word_out_of_the_evidence(shared_stack, teacher, row):
    stack = shared_stack
    reopen(teacher, row)
    play(stack.launch(MODULE_LINK, row["login"]))
    judge(teacher, row, steps="4")
    assert evidence(stack, row) == [1]

    undo_last(stack, teacher, row, "reopen")

    assert worth(stack, row) == (0, 0) and words_on(stack, row) == []
    assert evidence(stack, row) == [0]


def check(stack, row, words):
    """The student answers in these words and checks that themselves."""
    browser = find_step(stack.launch(MODULE_LINK, row["login"]), ITEM)
    browser.submit(f"check:{ITEM}", **{f"{ITEM}.text": words})


def test_what_was_checked_in_an_undone_reopening_counts_nothing(shared_stack, teacher, row):
    stack = shared_stack
    reopen(teacher, row)
    check(stack, row, "Mossbury")
    play(stack.launch(MODULE_LINK, row["login"]))
    assert worth(stack, row)[1] == 1
    undo_last(stack, teacher, row, "reopen")
    told = score(stack, row), grade(stack, row)
    assert worth(stack, row) == (0, 0)

    score_again(stack, teacher, row)

    assert worth(stack, row) == (0, 0) and (score(stack, row), grade(stack, row)) == told


def test_reopened_again_after_undo_the_new_answer_counts(shared_stack, teacher, row):
    stack = shared_stack
    reopen(teacher, row)
    for _ in range(3):
        check(stack, row, "Somebody")
    undo_last(stack, teacher, row, "reopen")
    reopen(teacher, row)

    play(stack.launch(MODULE_LINK, row["login"]), given("Mossbury"))

    assert worth(stack, row)[1] == 1


def test_correction_made_while_reopened_holds_after_undo(stack, tmp_path):
    """On a stack of its own, whose content changes."""
    row = hand_in(stack, ANA)
    teacher = in_english(stack.launch(MODULE_LINK, TEACHER))
    reopen(teacher, row)
    play(stack.launch(MODULE_LINK, ANA))
    correct_the_key(stack, tmp_path, "The people with the flower pots")
    assert worth(stack, row) == (1, 1) and evidence(stack, row) == [1]
    earned = grade(stack, row)

    undo_last(stack, teacher, row, "reopen")

    assert (worth(stack, row), evidence(stack, row), grade(stack, row)) == ((1, 1), [1], earned)
