"""Words on answers, drops and corrections beside a reopening, and beside its undoing: what counts is what stands."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from answer_fields import right, wrong
from answering import find_step, play
from sqlalchemy import select, text
from stack import ANA, MODULE_LINK, TEACHER
from test_words_on_answers import (
    ITEM,
    actions,
    address,
    answers,
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

from lti_tool.content.store import get_snapshot
from lti_tool.corrections.rescoring import follow
from lti_tool.corrections.rules import change_assignment
from lti_tool.facts.people import Standing
from lti_tool.player.attempts import start_or_resume
from lti_tool.player.offers import Rules
from lti_tool.player.rescore import rescore
from lti_tool.player.rules import Policy
from lti_tool.player.tables import Attempt, Placement
from lti_tool.rulings import terms_for

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


def test_undone_reopening_takes_the_word_on_its_answer_out_of_the_evidence(shared_stack, teacher, row):
    stack = shared_stack
    reopen(teacher, row)
    play(stack.launch(MODULE_LINK, row["login"]), given("The ones with the pots"))
    judge(teacher, row, steps="4")
    assert worth(stack, row) == (1, 1) and evidence(stack, row) == [0], "what came first is learned from"

    undo_last(stack, teacher, row, "reopen")

    assert worth(stack, row) == (0, 0) and words_on(stack, row) == []
    assert evidence(stack, row) == [0]


def test_word_on_an_answer_handed_in_unchanged_stays_when_the_reopening_is_undone(shared_stack, teacher, row):
    stack = shared_stack
    reopen(teacher, row)
    play(stack.launch(MODULE_LINK, row["login"]))
    judge(teacher, row, steps="4")
    assert evidence(stack, row) == [1]

    undo_last(stack, teacher, row, "reopen")

    assert worth(stack, row) == (1, 1) and evidence(stack, row) == [1]
    undo_last(stack, teacher, row, "judge")
    assert worth(stack, row) == (0, 0) and evidence(stack, row) == [0]


def test_word_stands_again_when_the_same_answer_is_handed_in(shared_stack, teacher, row):
    stack = shared_stack
    judge(teacher, row)
    told = words_on(stack, row), worth(stack, row), evidence(stack, row), score(stack, row), grade(stack, row)
    reopen(teacher, row)
    assert words_on(stack, row) == []

    play(stack.launch(MODULE_LINK, row["login"]))

    now = words_on(stack, row), worth(stack, row), evidence(stack, row), score(stack, row), grade(stack, row)
    assert now == told and worth(stack, row) == (0.75, 0.75)
    undo_last(stack, teacher, row, "judge")
    assert (words_on(stack, row), worth(stack, row), evidence(stack, row)) == ([], (0, 0), [0])


def test_word_taken_back_after_a_reopening_does_not_come_back_when_that_is_undone(shared_stack, teacher, row):
    stack = shared_stack
    judge(teacher, row)
    reopen(teacher, row)
    play(stack.launch(MODULE_LINK, row["login"]))
    undo_last(stack, teacher, row, "judge")

    undo_last(stack, teacher, row, "reopen")

    assert (words_on(stack, row), worth(stack, row), evidence(stack, row)) == ([], (0, 0), [0])
    assert score(stack, row) == row["score_ratio"]


def test_word_comes_back_with_the_answer_it_was_about(shared_stack, teacher, row):
    """Reopened twice: another answer in between, then the first one again."""
    stack = shared_stack
    judge(teacher, row)
    first = "The people with the flower pots"
    for words, expected in (("Nobody at all", (0, 0)), (first, (0.75, 0.75))):
        reopen(teacher, row)
        play(stack.launch(MODULE_LINK, row["login"]), given(words))
        assert worth(stack, row) == expected
    assert evidence(stack, row) == [0.75]


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


def test_self_checked_new_answer_is_the_programs_and_stays_so(shared_stack, teacher, pupil):
    """Its student checked the answer themselves that a word was given on, and checks another one after the reopening."""
    stack = shared_stack
    check(stack, {"login": pupil}, "The plant people")
    browser = stack.launch(MODULE_LINK, pupil)
    attempt_id = browser.attempt_id
    play(browser, lambda item_id: {} if item_id == ITEM else right(stack, item_id))
    row = attempt(stack, attempt_id) | {"login": pupil}
    judge(teacher, row)
    assert worth(stack, row) == (0.75, 0.75)
    reopen(teacher, row)
    check(stack, row, "Nobody at all")
    play(stack.launch(MODULE_LINK, pupil))
    told = score(stack, row), grade(stack, row)
    assert worth(stack, row) == (0, 0) and words_on(stack, row) == []

    score_again(stack, teacher, row)

    assert worth(stack, row) == (0, 0) and (score(stack, row), grade(stack, row)) == told


FIRST = "The people with the flower pots"
"""What every student here answers first."""


def take_back_each(stack, browser, row):
    """Press undo for each word of this attempt, the newest first; gives how each was answered."""
    ids = stack.rows(
        "SELECT id FROM audit_entry WHERE action = 'judge' AND attempt_id = :a ORDER BY id DESC", a=row["id"]
    )
    return [
        browser.post(actions(browser, row), {"do": f"undo:{each['id']}"}).page.status_code for each in ids
    ]


@pytest.mark.parametrize("is_undone", [True, False])
def test_word_on_an_answer_that_is_gone_keeps_no_other_from_being_taken_back(
    shared_stack, teacher, row, is_undone
):
    """A word, another answer with a word of its own, and the first answer again: by undo, or handed in anew."""
    stack = shared_stack
    judge(teacher, row)
    reopen(teacher, row)
    play(stack.launch(MODULE_LINK, row["login"]), given("Nobody at all"))
    judge(teacher, row, steps="4", comment="")
    if is_undone:
        undo_last(stack, teacher, row, "reopen")
    else:
        reopen(teacher, row)
        play(stack.launch(MODULE_LINK, row["login"]), given(FIRST))
    assert worth(stack, row) == (0.75, 0.75)
    teacher.get(actions(teacher, row))
    offered = re.findall(r'value="undo:(\d+)"', teacher.page.text)
    (old, *_) = stack.rows(
        "SELECT id FROM audit_entry WHERE action = 'judge' AND attempt_id = :a ORDER BY id", a=row["id"]
    )
    assert str(old["id"]) in offered

    assert take_back_each(stack, teacher, row) == [409, 200]

    assert (words_on(stack, row), worth(stack, row)) == ([], (0, 0))


def test_old_word_is_taken_back_after_a_hundred_newer_decisions(shared_stack, teacher, row):
    stack = shared_stack
    excuse = {"do": "excuse", "person": str(row["person_id"]), "reason": "Was ill."}
    assert teacher.post(actions(teacher, row), excuse).page.status_code == 200
    crowd = text(
        "INSERT INTO audit_entry (tenant_id, at, action, placement_id, item_id, reason) SELECT tenant_id, at, 'drop', placement_id, "
        "'crowd-' || n, 'r' FROM audit_entry, generate_series(1, 100) n WHERE action = 'excuse' AND person_id = :p"
    )
    with stack.tool.sessions.begin() as session:
        session.execute(crowd, {"p": row["person_id"]})

    undo_last(stack, teacher, row, "excuse")

    with stack.tool.sessions.begin() as session:
        session.execute(text("DELETE FROM audit_entry WHERE item_id LIKE 'crowd-%'"))


def test_word_stays_the_evidence_of_the_answer_it_is_about(shared_stack, teacher, row):
    """Another answer counts now; that the first one was worth 3 of 4 is still what was learned of the student."""
    stack = shared_stack
    judge(teacher, row)
    reopen(teacher, row)
    play(stack.launch(MODULE_LINK, row["login"]), given("Nobody at all"))
    assert evidence(stack, row) == [0.75]

    with stack.tool.sessions.begin() as session:
        found = session.get_one(Attempt, row["id"], with_for_update=True)
        snapshot, now = get_snapshot(session, found.snapshot_hash), stack.tool.clock()
        follow(session, found, snapshot, rescore(session, found, snapshot, now=now), now)

    assert evidence(stack, row) == [0.75] and worth(stack, row) == (0, 0)


def test_word_stands_where_its_student_checks_the_same_words_again(shared_stack, teacher, row):
    stack = shared_stack
    judge(teacher, row)
    reopen(teacher, row)
    check(stack, row, FIRST)

    play(stack.launch(MODULE_LINK, row["login"]))

    assert worth(stack, row) == (0.75, 0.75) and len(words_on(stack, row)) == 1


@pytest.fixture
def missed_only(shared_stack):
    """A further try asks only what was missed."""

    def put(**parts):
        with shared_stack.tool.sessions.begin() as session:
            placement = session.scalars(select(Placement).where(Placement.content_kind == "module")).one()
            rules = Rules(title="Lesson", points=placement.points, policy=Policy(**parts))
            change_assignment(session, placement, rules, now=shared_stack.tool.clock())

    put(retake="missed")
    yield
    put()


def hand_in_without(stack, login, item, answers):
    """An attempt in which one more question was missed."""
    browser = stack.launch(MODULE_LINK, login)
    attempt_id = browser.attempt_id
    play(browser, lambda item_id: wrong(stack, item_id) if item_id == item else answers(stack, item_id))
    return attempt(stack, attempt_id) | {"login": login}


def hand_in_again(stack, row):
    """A further try, with all that is asked right."""
    student = stack.launch(MODULE_LINK, row["login"])
    student.post(f"{student.visit}/begin/{row['placement_id']}")
    attempt_id = student.attempt_id
    play(student, lambda item_id: right(stack, item_id))
    return attempt(stack, attempt_id) | {"login": row["login"]}


def test_carried_word_stays_when_the_retake_is_reopened(shared_stack, teacher, pupil, missed_only):
    stack = shared_stack
    row = hand_in_without(stack, pupil, OTHER, answers)
    judge(teacher, row, steps="4")
    second = hand_in_again(stack, row)
    assert ITEM in second["carried"] and worth(stack, second) == (1, 1)
    earned = grade(stack, row)
    reopen(teacher, second)
    play(stack.launch(MODULE_LINK, pupil))

    score_again(stack, teacher, row, item="ltp-plain-next")

    assert words_on(stack, second) and (worth(stack, second), grade(stack, row)) == ((1, 1), earned)


def test_word_taken_back_counts_in_no_retake_that_took_the_answer_over(
    shared_stack, teacher, pupil, missed_only
):
    stack = shared_stack
    row = hand_in_without(stack, pupil, OTHER, answers)
    judge(teacher, row, steps="4")
    second = hand_in_again(stack, row)
    assert ITEM in second["carried"] and grade(stack, row) == pytest.approx(20)

    undo_last(stack, teacher, row, "judge")

    assert (worth(stack, row), worth(stack, second)) == ((0, 0), (0, 0)) and words_on(stack, second) == []
    lost = score(stack, second)
    assert lost < 1 and grade(stack, row) == pytest.approx(20 * lost, abs=0.005)
    judge(teacher, row, steps="4")
    assert grade(stack, row) == pytest.approx(20), "and a word given later counts there"


def test_word_taken_back_while_a_retake_is_under_way_counts_nothing_in_it(
    shared_stack, teacher, pupil, missed_only
):
    stack = shared_stack
    row = hand_in_without(stack, pupil, OTHER, answers)
    judge(teacher, row, steps="4")
    student = stack.launch(MODULE_LINK, pupil)
    student.post(f"{student.visit}/begin/{row['placement_id']}")
    second = attempt(stack, student.attempt_id) | {"login": pupil}
    assert worth(stack, second) == (1, 1)

    undo_last(stack, teacher, row, "judge")

    assert worth(stack, second) == (0, 0) and words_on(stack, second) == []
    play(student, lambda item_id: right(stack, item_id))
    assert worth(stack, second) == (0, 0) and score(stack, second) < 1


def test_word_on_the_answer_put_back_is_none_on_the_one_that_was_taken_over(
    shared_stack, teacher, pupil, missed_only
):
    stack = shared_stack
    first = hand_in_without(stack, pupil, OTHER, answers)
    reopen(teacher, first)
    play(stack.launch(MODULE_LINK, pupil), given("Mossbury"))
    second = hand_in_again(stack, first)
    assert ITEM in second["carried"] and worth(stack, second)[1] == 1
    undo_last(stack, teacher, first, "reopen")

    judge(teacher, first, steps="1")

    assert worth(stack, first) == (0.25, 0.25)
    assert worth(stack, second)[1] == 1 and words_on(stack, second) == []


def test_word_taken_back_while_a_retake_begins_counts_in_neither(shared_stack, teacher, pupil, missed_only):
    """The retake has taken the answer over and is not written yet: the teacher waits for it."""
    stack = shared_stack
    first = hand_in_without(stack, pupil, OTHER, answers)
    judge(teacher, first, steps="4")
    with ThreadPoolExecutor(1) as aside, stack.tool.sessions.begin() as session:
        placement = session.get_one(Placement, first["placement_id"])
        terms = terms_for(session, placement, first["person_id"])
        begun = start_or_resume(
            session,
            placement,
            first["person_id"],
            snapshot=get_snapshot(session, first["snapshot_hash"]),
            standing=Standing(school_year=first["school_year"], school_id=None, grade=7, section_id=None),
            terms=terms,
            fewer_choices=0,
            now=stack.tool.clock(),
        )
        second = {"id": begun.id}
        session.flush()
        waiting = aside.submit(undo_last, stack, teacher, first, "judge")
        with pytest.raises(TimeoutError):
            waiting.result(timeout=1)
        session.commit()
        waiting.result(timeout=30)

    assert worth(stack, second) == worth(stack, first) == (0, 0)


def test_carried_answer_is_judged_where_it_was_given(shared_stack, teacher, pupil, missed_only):
    stack = shared_stack
    row = hand_in_without(stack, pupil, OTHER, right)
    second = hand_in_again(stack, row)
    assert ITEM in second["carried"]
    tries = f"{teacher.visit}/assignment/{row['placement_id']}/student/{row['person_id']}?attempt="

    assert address(teacher, row) in teacher.get(tries + str(row["id"])).page.text
    assert address(teacher, second) not in teacher.get(tries + str(second["id"])).page.text
    assert teacher.get(address(teacher, second)).page.status_code == 404
    assert judge(teacher, second, steps="0").page.status_code == 404

    assert (worth(stack, second), evidence(stack, row)) == ((1, 1), [1])


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
