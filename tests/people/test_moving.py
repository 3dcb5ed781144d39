"""A student moves from Schoology to Canvas: one history, by the SIS id alone or by somebody's decision, and back apart again."""

import re

import pytest
from playing import hand_in
from stack import ANA, BEN, BOARD_LINK, QUIZ_LINK, SPECIALIST, TEACHER, another_lms, running_stack

from lti_tool.cli.demo import DISTRICT


@pytest.fixture(scope="module")
def schoology(module_database_url, tmp_path_factory):
    data, changes = tmp_path_factory.mktemp("data"), {"flavor": "schoology"}
    with running_stack(module_database_url, data, config_changes=changes) as stack:
        yield stack


@pytest.fixture(scope="module")
def canvas(schoology):
    """The same district's new LMS. It knows the SIS id of everybody but Ana."""
    with another_lms(schoology, district=DISTRICT, flavor="canvas", switches={}) as stack:
        object.__setattr__(stack.person(ANA), "sis_id", None)
        yield stack


@pytest.fixture(scope="module")
def specialist(schoology):
    return schoology.launch(BOARD_LINK, SPECIALIST)


def records(stack, login):
    return [
        row["id"]
        for row in stack.rows(
            "SELECT id FROM person WHERE family_name = :f AND given_name = :g ORDER BY created_at",
            f=stack.person(login).family_name,
            g=stack.person(login).given_name,
        )
    ]


def learned(stack, person_id):
    """By skill: answers, sittings and when proficient was reached."""
    rows = stack.rows("SELECT * FROM mastery_state WHERE person_id = :p ORDER BY skill", p=person_id)
    return {row["skill"]: (row["answers"], row["occasions"], row["proficient_since"]) for row in rows}


def board(stack):
    """By skill: students and answers."""
    return {
        row["skill"]: (row["n"], row["answers"])
        for row in stack.rows(
            "SELECT skill, sum(not_enough + beginning + developing + proficient + needs_refresh) AS n,"
            " sum(answers) AS answers FROM board_cell GROUP BY skill"
        )
    }


def times(seen, factor):
    return {skill: (answers * factor, sittings * factor) for skill, (answers, sittings, _) in seen.items()}


def test_student_with_a_sis_id_goes_on_where_they_were(schoology, canvas):
    hand_in(schoology.launch(QUIZ_LINK, BEN), right=True)
    (ben,) = records(schoology, BEN)
    assert learned(schoology, ben)
    before, on_board = learned(schoology, ben), board(schoology)

    hand_in(canvas.launch(QUIZ_LINK, BEN), right=True)

    assert records(schoology, BEN) == [ben]
    after = learned(schoology, ben)
    assert {skill: seen[:2] for skill, seen in after.items()} == times(before, 2)
    assert {skill: n for skill, (n, _) in board(schoology).items()} == {
        skill: n for skill, (n, _) in on_board.items()
    }
    assert {row["platform_id"] for row in schoology.rows("SELECT DISTINCT platform_id FROM section")} == {
        schoology.platform_id,
        canvas.platform_id,
    }


def test_specialist_joins_two_records_and_takes_them_apart(schoology, canvas, specialist):
    hand_in(schoology.launch(QUIZ_LINK, ANA), right=True)
    hand_in(canvas.launch(QUIZ_LINK, ANA), right=True)
    old, new = records(schoology, ANA)
    alone, on_board = learned(schoology, old), board(schoology)
    assert alone
    grades = schoology.rows("SELECT id, person_id, wanted_score FROM grade ORDER BY id")

    page = specialist.get(f"{specialist.visit}/people")
    assert "Both have the address" in page.text
    (case,) = set(re.findall(r"/people/([0-9a-f-]{36})", page.text))
    page.post(f"{page.visit}/people/{case}", {"do": "same", "reason": "She moved to Canvas"})

    assert "Joined in the last 90 days" in page.text
    together = learned(schoology, old)
    assert {skill: seen[:2] for skill, seen in together.items()} == times(alone, 2)
    assert learned(schoology, new) == {}
    assert {skill: answers for skill, (_, answers) in board(schoology).items()} == {
        skill: answers for skill, (_, answers) in on_board.items()
    }
    assert all(n == on_board[skill][0] - 1 for skill, (n, _) in board(schoology).items() if skill in alone)
    assert schoology.rows("SELECT id, person_id, wanted_score FROM grade ORDER BY id") == grades
    for person_id in (old, new):
        shown = specialist.get(f"{specialist.visit}/student/{person_id}").text
        assert shown.count('<td class="when">') == 2 * sum(answers for answers, *_ in alone.values())

    ana = canvas.launch(QUIZ_LINK, ANA)
    assert ana.get(f"{ana.visit}/what-i-can-do").text.count('class="level"') == len(together)
    teacher = canvas.launch(QUIZ_LINK, TEACHER)
    assert teacher.get(f"{teacher.visit}/student/{new}").page.status_code == 200
    hand_in(canvas.launch("grade-7-leave-the-page", ANA), right=True)
    assert learned(schoology, new) == {}
    more = sum(answers for answers, *_ in learned(schoology, old).values())
    assert more > sum(answers for answers, *_ in together.values())

    page.post(f"{page.visit}/people/{case}", {"do": "split", "reason": "A mistake"})

    assert learned(schoology, old) == alone
    apart = sum(answers for answers, *_ in learned(schoology, new).values())
    assert apart == more - sum(answers for answers, *_ in alone.values())
    assert board(schoology)[next(iter(alone))][0] == on_board[next(iter(alone))][0]
    notes = schoology.rows("SELECT action, reason FROM audit_entry WHERE person_id = :p ORDER BY id", p=old)
    assert [(row["action"], row["reason"]) for row in notes] == [
        ("merge", "She moved to Canvas"),
        ("split", "A mistake"),
    ]
    again = page.post(f"{page.visit}/people/{case}", {"do": "split"})
    assert again.page.status_code == 409
