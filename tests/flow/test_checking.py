"""Checking an activity of a lesson: tries, feedback that keeps the key while tries remain, locking, hints."""

import pytest
from answering import find_step
from stack import MODULE_LINK, QUIZ_LINK

CHOICE, SORTER = "ltp-first-look", "ltp-inside-outside"


def row(stack, browser, item_id):
    return stack.rows(
        "SELECT * FROM response WHERE attempt_id = :a AND item_id = :i", a=browser.attempt_id, i=item_id
    )[0]


def check(browser, item_id, fields):
    return browser.submit(f"check:{item_id}", **fields)


@pytest.fixture
def lesson(shared_stack, pupil):
    return find_step(shared_stack.launch(MODULE_LINK, pupil), CHOICE)


def test_wrong_check_says_what_was_wrong_and_keeps_the_key(lesson):
    check(lesson, CHOICE, {f"{CHOICE}.pick": ["nasa"]})

    assert "Not yet" in lesson.text
    assert "The page names NASA in a footnote" in lesson.text
    assert "2 tries left" in lesson.text
    assert "a claim, and no more" not in lesson.text  # what is said of the right option
    assert "This is the right one" not in lesson.text


def test_wrong_card_is_marked_without_telling_its_bin(shared_stack, pupil, answers):
    browser = find_step(shared_stack.launch(MODULE_LINK, pupil), SORTER)

    check(browser, SORTER, answers.wrong(SORTER))

    assert 'data-verdict="wrong"' in browser.page.text
    assert "It belongs in:" not in browser.text


def test_right_check_locks_the_activity(shared_stack, lesson, answers):
    check(lesson, CHOICE, answers.right(CHOICE))

    assert "That is right!" in lesson.text
    assert 'data-state="locked"' in lesson.page.text
    assert f"check:{CHOICE}" not in lesson.page.text


def test_last_try_shows_the_key_and_locks(lesson):
    for wrong in ("nasa", "ninety", "charity"):
        check(lesson, CHOICE, {f"{CHOICE}.pick": [wrong]})

    assert "Not right this time" in lesson.text
    assert "This is the right one" in lesson.text
    assert f"check:{CHOICE}" not in lesson.page.text


def test_locked_activity_takes_no_further_answer_or_check(shared_stack, lesson, answers):
    for wrong in ("nasa", "ninety", "charity"):
        check(lesson, CHOICE, {f"{CHOICE}.pick": [wrong]})
    before = row(shared_stack, lesson, CHOICE)

    check(lesson, CHOICE, answers.right(CHOICE))
    lesson.save(answers.right(CHOICE), client="c" * 16, seq=1)

    assert row(shared_stack, lesson, CHOICE) == before


def test_checking_an_empty_activity_costs_no_try(shared_stack, lesson):
    check(lesson, CHOICE, {})

    assert "3 tries left" in lesson.text
    assert shared_stack.count("event", attempt_id=lesson.attempt_id, name="checked") == 0


def test_best_check_counts_and_the_first_is_the_evidence(shared_stack, lesson, answers):
    check(lesson, CHOICE, {f"{CHOICE}.pick": ["nasa"]})
    check(lesson, CHOICE, answers.right(CHOICE))

    kept = row(shared_stack, lesson, CHOICE)
    assert (kept["first_ratio"], kept["best_ratio"], kept["tries"]) == (0, 1, 2)


def test_changed_answer_counts_only_when_it_is_checked(shared_stack, lesson, answers):
    check(lesson, CHOICE, {f"{CHOICE}.pick": ["nasa"]})

    lesson.save(answers.right(CHOICE), client="c" * 16, seq=1)

    assert row(shared_stack, lesson, CHOICE)["best_ratio"] == 0


def test_hints_open_one_by_one_and_end(shared_stack, pupil):
    browser = find_step(shared_stack.launch(MODULE_LINK, pupil), SORTER)
    first, second = "who is speaking?", "Praise and stars on a site"
    assert first not in browser.text

    browser.submit(f"hint:{SORTER}")
    assert first in browser.text
    assert second not in browser.text
    browser.submit(f"hint:{SORTER}")

    assert second in browser.text
    assert f"hint:{SORTER}" not in browser.page.text
    browser.submit(f"hint:{SORTER}")
    assert row(shared_stack, browser, SORTER)["hints"] == 2


def test_answer_given_with_a_hint_request_is_kept(shared_stack, lesson):
    lesson.submit(f"hint:{CHOICE}", **{f"{CHOICE}.pick": ["nasa"]})

    assert row(shared_stack, lesson, CHOICE)["saved"] == {"picked": ["nasa"]}


@pytest.mark.parametrize("verb", ["check", "hint"])
def test_quiz_question_gives_neither_check_nor_hint(shared_stack, pupil, answers, verb):
    browser = shared_stack.launch(QUIZ_LINK, pupil)
    item = shared_stack.rows("SELECT drawn FROM attempt WHERE id = :a", a=browser.attempt_id)[0]["drawn"][0]
    assert f"{verb}:{item}" not in browser.page.text

    browser.submit(f"{verb}:{item}", **answers.right(item))

    kept = row(shared_stack, browser, item)
    assert (kept["tries"], kept["hints"], kept["checked"]) == (0, 0, None)
    assert 'class="result"' not in browser.page.text


def test_finished_lesson_takes_no_further_check(shared_stack, lesson):
    here = lesson.path
    check(lesson, CHOICE, {f"{CHOICE}.pick": ["nasa"]})
    lesson.post(here, {"do": "finish"})
    before = row(shared_stack, lesson, CHOICE)

    late = lesson.post(here, {"do": f"check:{CHOICE}"})

    assert late.page.status_code == 409
    assert row(shared_stack, lesson, CHOICE) == before


def test_finished_lesson_opens_no_further_hint(shared_stack, lesson):
    here = lesson.path
    lesson.post(here, {"do": "finish"})

    late = lesson.post(here, {"do": f"hint:{CHOICE}"})

    assert late.page.status_code == 409
    assert shared_stack.count("response", attempt_id=here.split("/")[4]) == 0
