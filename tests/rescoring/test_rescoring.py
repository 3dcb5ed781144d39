"""Correct it once: what a changed key would change is shown first, then done, broken off and gone on with; only changed grades go out again."""

import random
import re
from collections import Counter

import pytest
from sitting import ODD, Content, move_key, sit, take
from stack import ANA, BOARD_LINK, QUIZ_LINK, SPECIALIST, TEACHER

from lti_tool.corrections.rescoring import (
    changes_of,
    confirm_run,
    get_run,
    go_on,
    list_outdated,
    start_run,
)
from lti_tool.db.connect import transaction
from lti_tool.errors import ConflictError, NotFoundError
from lti_tool.facts.people import Access

STUDENTS = 12


class Killed(Exception):
    """The worker is gone."""


@pytest.fixture(scope="module")
def corrected(shared_stack, tmp_path_factory):
    """A quiz that thirteen students took by a wrong key, which is right now; with all that was there before."""
    stack = shared_stack
    content = Content(tmp_path_factory.mktemp("content"))
    content.serve(stack)
    teacher = stack.launch(QUIZ_LINK, TEACHER)
    stack.placement_id = re.search(r"/assignment/([0-9a-f-]{36})", teacher.path)[1]
    sit(stack, stack.placement_id, students=STUDENTS)
    student = stack.launch(QUIZ_LINK, ANA)
    (row,) = stack.rows("SELECT person_id FROM attempt WHERE id = :id", id=student.attempt_id)
    take(stack, stack.placement_id, row["person_id"], 0.99, random.Random(3))
    stack.ana = row["person_id"]
    stack.deliver_all()
    stack.seen = everything(stack)
    move_key(content)
    content.edit_bank("What is the best **first** move?", "What is the best first move?")
    content.serve(stack)
    stack.content = content
    return stack


def access(stack, **changes):
    told = {"tenant_id": stack.tenant_id, "person_id": None, "is_district_specialist": True}
    return Access(**told | changes)


def everything(stack):
    return {
        "scores": stack.rows("SELECT id, score_ratio, snapshot_hash FROM attempt ORDER BY id"),
        "grades": stack.rows("SELECT person_id, wanted_score, wanted_version FROM grade ORDER BY person_id"),
        "evidence": stack.rows("SELECT id, ratio, expected, moved FROM mastery_evidence ORDER BY id"),
        "sums": stack.rows("SELECT id, n, y, tt FROM item_sums ORDER BY id"),
        "events": stack.rows("SELECT id FROM event WHERE name = 'rescored' ORDER BY id"),
    }


def killed_after(steps):
    seen = Counter()

    def tell(done, total):
        seen["steps"] += 1
        if seen["steps"] == steps:
            raise Killed

    return tell


def test_correcting_a_key_from_the_preview_to_the_gradebook(corrected):
    stack = corrected
    (outdated,) = list_outdated(stack.tool, access(stack))
    assert (outdated.content_id, outdated.attempts, outdated.edits) == (
        "leave-the-page",
        13,
        {ODD: "scoring"},
    )

    # What would change is worked out, and nothing is changed by it; broken off in the middle, it goes on.
    specialist = in_english(stack.launch(BOARD_LINK, SPECIALIST))
    specialist.get_link("How the questions work").get_link("Score anew after a correction")
    assert "13 finished attempts were scored by older content." in specialist.text
    assert "Stop and ask: do I know who made this?" in specialist.text and "Right now" in specialist.text
    specialist.post(f"{specialist.visit}/corrections/quiz/leave-the-page")
    assert "0 of 13 attempts" in specialist.text
    page, run_id = specialist.path, specialist.path.rsplit("/", 1)[1]
    with pytest.raises(ConflictError):
        confirm_run(stack.tool, access(stack), run_id)
    with pytest.raises(Killed):
        go_on(stack.tool, run_id, tell=killed_after(5))
    assert go_on(stack.tool, run_id) == "ready"
    assert everything(stack) == stack.seen
    with transaction(stack.tool.sessions) as session:
        promised = {
            each.attempt_id: (each.before, each.after, each.grade_before, each.grade_after)
            for each in changes_of(session, get_run(session, access(stack), run_id))
        }
        with pytest.raises(NotFoundError):
            get_run(session, access(stack, is_district_specialist=False), run_id)
    assert len(promised) == 13, "the weak lose the point, the strong get it"
    assert promised[attempt_of(stack, stack.ana)][1] > promised[attempt_of(stack, stack.ana)][0]

    # Done, killed in the middle, and gone on with: what was promised, and nothing twice.
    shown = specialist.get(page).text
    assert "7 attempts get more points, 6 get fewer. 13 grades in gradebooks change." in shown
    assert "Before and after" in shown and "Sim 11" in shown
    specialist.post(page)
    with pytest.raises(Killed):
        go_on(stack.tool, run_id, tell=killed_after(6))
    assert "6 of 13 attempts" in specialist.get(page).text
    half = stack.count("event", name="rescored", item_id=ODD)
    assert half == 6
    assert go_on(stack.tool, run_id) == "done"
    after = everything(stack)
    kept = {row["id"]: row["score_ratio"] for row in after["scores"]}
    assert {key: kept[key] for key in promised} == {key: value[1] for key, value in promised.items()}
    assert stack.count("event", name="rescored", item_id=ODD) == 13
    versions = {row["person_id"]: row["wanted_version"] for row in after["grades"]}
    assert set(versions.values()) == {2}

    # The gradebook follows by the ordinary delivery.
    stack.deliver_all()
    row = stack.gradebook()[stack.person(ANA).id, QUIZ_LINK]
    assert row["score"] == pytest.approx(promised[attempt_of(stack, stack.ana)][3])

    # Mastery and analysis follow, too.
    ratios = stack.rows(
        "SELECT ratio FROM mastery_evidence WHERE item_id = :i AND person_id = :p", i=ODD, p=stack.ana
    )
    assert ratios == [{"ratio": 1.0}]
    assert [row["moved"] for row in after["evidence"]] != [row["moved"] for row in stack.seen["evidence"]]
    sums = stack.rows("SELECT item_version, n, y FROM item_sums WHERE item_id = :i AND n > 0", i=ODD)
    assert [(row["n"], row["y"]) for row in sums] == [(13, 70_000)], (
        "one version is left, by which seven are right"
    )

    # How it was stays readable: what was asked, answered and scored.
    event = stack.rows(
        "SELECT data FROM event WHERE name = 'rescored' AND item_id = :i AND attempt_id = :a",
        i=ODD,
        a=attempt_of(stack, stack.ana),
    )[0]["data"]
    assert (event["before"], event["after"]) == ([0.0, 0.0], [1.0, 1.0])
    bodies = {
        row["hash"]: row["body"]["items"][ODD]["original"]["spec"]
        for row in stack.rows("SELECT hash, body FROM content_snapshot WHERE content_kind = 'quiz'")
    }
    keys = [next(o["id"] for o in bodies[event[pin]]["options"] if o["key"]) for pin in ("from", "to")]
    assert keys == ["stop", "reject"]

    teacher = in_english(stack.launch(QUIZ_LINK, TEACHER))
    teacher.get(f"{teacher.visit}/assignment/{stack.placement_id}/student/{stack.ana}")
    assert "was scored anew: 0% before, 100% now." in teacher.text
    assert "right was: Stop and ask: do I know who made this?" in teacher.text

    # A second run finds nothing more to do.
    assert list_outdated(stack.tool, access(stack)) == []
    again = start_run(stack.tool, access(stack), "quiz", "leave-the-page")
    assert go_on(stack.tool, again) == "ready"
    confirm_run(stack.tool, access(stack), again)
    assert go_on(stack.tool, again) == "done"
    assert everything(stack) == after


def in_english(browser):
    browser.post(f"{browser.visit}/language", {"locale": "en", "back": browser.path})
    return browser


def attempt_of(stack, person_id):
    return stack.rows("SELECT id FROM attempt WHERE person_id = :p", p=person_id)[0]["id"]
