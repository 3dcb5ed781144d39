"""Rights are looked up with each request: what is taken back is gone at the next click, in open visits too."""

import pytest
from sqlalchemy import text
from stack import ANA, BOARD_LINK, MODULE_LINK, SPECIALIST, TEACHER

from lti_tool.db.connect import transaction
from lti_tool.people.grants import take_grants


def run(stack, statement, **values):
    with transaction(stack.tool.sessions) as session:
        session.execute(text(statement), values)


def test_teacher_who_lost_the_class_loses_its_pages(stack):
    student = stack.launch(MODULE_LINK, ANA)
    (attempt,) = stack.rows("SELECT * FROM attempt WHERE id = :a", a=student.attempt_id)
    teacher = stack.launch(MODULE_LINK, TEACHER)
    pages = [
        f"{teacher.visit}/class/{attempt['section_id']}",
        f"{teacher.visit}/assignment/{attempt['placement_id']}",
        f"{teacher.visit}/student/{attempt['person_id']}",
    ]
    assert [teacher.get(page).page.status_code for page in pages] == [200] * 3

    run(stack, "UPDATE enrollment SET role = 'none' WHERE role = 'instructor'")

    assert {teacher.get(page).page.status_code for page in pages} <= {403, 404}


def test_student_who_left_the_class_cannot_begin_again(stack):
    student = stack.launch(MODULE_LINK, ANA)
    (attempt,) = stack.rows("SELECT * FROM attempt WHERE id = :a", a=student.attempt_id)

    run(stack, "DELETE FROM enrollment WHERE role = 'learner'")

    student.post(f"{student.visit}/begin/{attempt['placement_id']}")
    assert student.page.status_code == 404


def test_specialist_whose_grant_was_taken_back_loses_the_board(stack):
    specialist = stack.launch(BOARD_LINK, SPECIALIST)
    assert specialist.get(f"{specialist.visit}/board").page.status_code == 200
    (grant,) = stack.rows("SELECT * FROM access_grant")

    with transaction(stack.tool.sessions) as session:
        take_grants(
            session,
            tenant_id=grant["tenant_id"],
            person_id=grant["person_id"],
            role="specialist",
            now=stack.tool.clock(),
        )

    assert specialist.get(f"{specialist.visit}/board").page.status_code == 403


@pytest.mark.parametrize("role", ["observer", "none"])
def test_somebody_without_a_part_in_the_class_cannot_play_for_a_grade(stack, role):
    student = stack.launch(MODULE_LINK, ANA)
    (attempt,) = stack.rows("SELECT * FROM attempt WHERE id = :a", a=student.attempt_id)
    run(stack, "UPDATE enrollment SET role = :role", role=role)

    student.post(f"{student.visit}/begin/{attempt['placement_id']}")

    assert student.page.status_code == 404
