"""The board's cells agree with a recount, after many finishes, simultaneous ones, and students who changed school between them."""

import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from answer_fields import right, wrong

from lti_tool.cli.history import launch_of
from lti_tool.db.connect import transaction
from lti_tool.facts.answers import SkillStanding
from lti_tool.facts.launch import Launch, LaunchLink, LaunchPerson, Role
from lti_tool.facts.people import Access, Standing
from lti_tool.flow import Turn, begin_attempt, finish, place_content, take_turn
from lti_tool.people.arrive import arrive
from lti_tool.player.responses import Sender
from lti_tool.reports.record import record

COURSES = ("grade-7", "grade-8")
LEVELS = ("not_enough", "beginning", "developing", "proficient", "needs_refresh")
CELL = "tenant_id, school_year, school_id, grade, skill"
RECOUNT = f"""
    SELECT {CELL}, sum(expected) AS sum_expected, sum(answers) AS answers,
           {", ".join(f"count(*) FILTER (WHERE level = '{level}') AS {level}" for level in LEVELS)}
    FROM person_skill_year GROUP BY {CELL}
"""  # noqa: S608 - a test's own words


def base(stack):
    return Launch(
        tenant_id=stack.tenant_id,
        platform_id=stack.platform_id,
        deployment_id="demo-1",
        message="resource_link",
        target_link_uri=f"{stack.tool_url}/lti/launch",
        person=LaunchPerson(subject="nobody"),
        role=Role.NONE,
    )


def enroll(stack, course_id, count):
    """`count` students of a course and the quiz placed in it: (placement, person) pairs."""
    district = stack.lms.district
    course = district.find_course(course_id)
    teacher = launch_of(base(stack), district.list_members(course_id)[0], course)
    launched = replace(teacher, link=LaunchLink(resource_link_id=f"check-{course_id}", title="Check-in"))
    placement = place_content(stack.tool, launched, kind="quiz", content_id="leave-the-page")
    people = []
    with transaction(stack.tool.sessions) as session:
        for person in district.list_students(course_id)[:count]:
            came = arrive(session, launch_of(base(stack), person, course), now=stack.tool.clock())
            people.append((placement, came.person_id))
    return people


def take(stack, placement, person_id):
    """One whole quiz by the tool's own use cases, answered rightly or wrongly by chance."""
    tool, rng = stack.tool, random.Random(str(person_id))
    access = Access(tenant_id=stack.tenant_id, person_id=person_id)
    attempt_id = begin_attempt(tool, access, placement)
    (row,) = stack.rows("SELECT drawn FROM attempt WHERE id = :a", a=attempt_id)
    form = {}
    for item_id in row["drawn"]:
        form |= right(stack, item_id) if rng.random() < 0.6 else wrong(stack, item_id)
    sender = Sender(client=uuid.uuid4().hex[:16], seq=1)
    take_turn(tool, access, attempt_id, Turn(form=form, sender=sender, item_ids=tuple(row["drawn"])))
    finish(tool, access, attempt_id)


def assert_cells_agree(stack):
    def key(row):
        return tuple(row[name] for name in CELL.split(", "))

    counted = {key(row): row for row in stack.rows(RECOUNT)}
    cells = {key(row): row for row in stack.rows("SELECT * FROM board_cell")}
    empty = {each for each in cells if each not in counted}
    assert all(cells[each][name] == 0 for each in empty for name in (*LEVELS, "answers"))
    assert set(cells) - empty == set(counted)
    for each, row in counted.items():
        assert {name: cells[each][name] for name in (*LEVELS, "answers")} == {
            name: row[name] for name in (*LEVELS, "answers")
        }
        assert cells[each]["sum_expected"] == pytest.approx(row["sum_expected"])


def test_cells_agree_with_a_recount_after_simultaneous_finishes(stack):
    seats = [seat for course in COURSES for seat in enroll(stack, course, 12)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda seat: take(stack, *seat), seats))
        assert_cells_agree(stack)
        stack.let_pass(days=3)
        list(pool.map(lambda seat: take(stack, *seat), reversed(seats)))

    assert_cells_agree(stack)
    assert stack.count("attempt") == 48
    answers = "SELECT sum(answers) AS n FROM board_cell"
    assert stack.rows(answers)[0]["n"] == stack.count("mastery_evidence")


def test_student_who_moves_up_leaves_the_old_cell(stack):
    seats = enroll(stack, "grade-7", 3)
    for seat in seats:
        take(stack, *seat)
    (_, mover), *_ = seats
    with transaction(stack.tool.sessions) as session:
        from sqlalchemy import text

        session.execute(
            text("UPDATE person_year SET grade = 8, source = 'roster' WHERE person_id = :p"), {"p": mover}
        )

    for seat in seats:
        take(stack, *seat)

    assert_cells_agree(stack)
    moved = stack.rows("SELECT DISTINCT grade FROM person_skill_year WHERE person_id = :p", p=mover)
    assert 8 in {row["grade"] for row in moved}


def test_next_school_year_begins_new_cells_and_keeps_the_old(stack):
    seats = enroll(stack, "grade-7", 2)
    for seat in seats:
        take(stack, *seat)
    before = stack.rows("SELECT * FROM board_cell ORDER BY id")

    stack.let_pass(days=365)
    for seat in seats:
        take(stack, *seat)

    years = {row["school_year"] for row in stack.rows("SELECT school_year FROM board_cell")}
    assert len(years) == 2
    kept = {row["id"]: row for row in stack.rows("SELECT * FROM board_cell")}
    assert [kept[row["id"]] for row in before] == before
    assert_cells_agree(stack)


def standing_of(stack, person_id):
    return SkillStanding(
        tenant_id=stack.tenant_id,
        person_id=person_id,
        skill="leave-the-page",
        level="proficient",
        expected=0.5,
        new_answers=1,
    )


def test_two_records_of_one_cell_wait_for_each_other(stack):
    """The second begins while the first is not yet committed: neither person is lost from the count."""
    first, second, third = (person_id for _, person_id in enroll(stack, "grade-7", 3))
    (school,) = stack.rows("SELECT school_id FROM section WHERE grade = 7")
    where = Standing(school_year=2027, school_id=school["school_id"], grade=7, section_id=None)
    now = stack.tool.clock()

    def count_in(person_id):
        with transaction(stack.tool.sessions) as session:
            record(session, [standing_of(stack, person_id)], where, now=now)

    count_in(third)
    with ThreadPoolExecutor(1) as pool:
        with transaction(stack.tool.sessions) as session:
            record(session, [standing_of(stack, first)], where, now=now)
            waiting = pool.submit(count_in, second)
            while not waiting.done() and not stack.rows(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ):
                pass
        waiting.result()

    assert_cells_agree(stack)
    assert stack.rows("SELECT proficient FROM board_cell") == [{"proficient": 3}]
