"""A specialist of some grades sees those on the board, in classes, students, questions and the merge queue; and scores nothing anew."""

import uuid

import pytest
from stack import ANA, MODULE_LINK

from lti_tool.db.connect import transaction
from lti_tool.facts.people import Access, GradePart
from lti_tool.people.lists import list_sections_of_grade
from lti_tool.people.standing import visible_learners
from lti_tool.reports.board import board_cells
from lti_tool.reports.questions.reading import list_contents, read_figures, scope_of_grant
from lti_tool.reports.tables import LEVELS, BoardCell

OTHER_GRADE_LINK = "grade-8-leave-the-page"


@pytest.fixture(scope="module")
def played(shared_stack):
    """A student of grade 7 and one of grade 8 of the same school, each with a finished lesson."""
    stack = shared_stack
    eighth = next(
        person.id
        for course in stack.lms.district.courses
        if course.grade == 8
        for person in stack.lms.district.list_members(course.id)
        if person.kind == "student"
    )
    for link, login in ((MODULE_LINK, ANA), (OTHER_GRADE_LINK, eighth)):
        student = stack.launch(link, login)
        while 'value="finish"' not in student.page.text:
            student.submit("next")
        student.submit("finish", **{"ltp-first-look.pick": ["nasa"]})
        assert student.path.endswith("/result")
    (school,) = {row["school_id"] for row in stack.rows("SELECT school_id FROM section")}
    return stack, school


def access(stack, *parts):
    return Access(tenant_id=stack.tenant_id, person_id=None, grade_parts=frozenset(parts))


def seventh_of(school):
    return GradePart(school, frozenset({7}))


@pytest.mark.parametrize("whole_district", [True, False])
def test_classes_and_students_of_the_grade_alone(played, whole_district):
    stack, school = played
    mine = access(stack, seventh_of(None if whole_district else school))

    with transaction(stack.tool.sessions) as session:
        learners = set(session.scalars(visible_learners(mine)))
        assert {each.grade for each in list_sections_of_grade(session, mine, 7)} == {7}
        assert list_sections_of_grade(session, mine, 8) == []
        others = set(session.scalars(visible_learners(access(stack, GradePart(school, frozenset({8}))))))
        everybody = set(
            session.scalars(
                visible_learners(
                    Access(tenant_id=stack.tenant_id, person_id=None, is_district_specialist=True)
                )
            )
        )

    assert learners and others
    assert learners.isdisjoint(others)
    assert learners | others == everybody


def test_board_counts_the_grade_alone(played):
    stack, school = played
    with transaction(stack.tool.sessions) as session:
        for grade in (7, 8):
            counts = dict.fromkeys(LEVELS, 0) | {"proficient": grade}
            place = {"tenant_id": stack.tenant_id, "school_year": 2031, "school_id": school, "skill": "s"}
            session.add(BoardCell(id=uuid.uuid4(), grade=grade, **place, **counts))

    def persons(mine):
        with transaction(stack.tool.sessions) as session:
            cells = board_cells(session, mine, school_year=2031)
            return {grade: cell.persons for (_, grade), cell in cells.items()}

    assert persons(Access(tenant_id=stack.tenant_id, person_id=None, is_district_specialist=True)) == {
        7: 7,
        8: 8,
    }
    assert persons(access(stack, seventh_of(school))) == {7: 7}
    assert persons(access(stack, GradePart(uuid.uuid4(), frozenset({7})))) == {}


def test_questions_count_the_grade_alone(played):
    stack, school = played

    def attempts(scope_access):
        with transaction(stack.tool.sessions) as session:
            scope = scope_of_grant(scope_access, content=("module", "leave-the-page"))
            listed = {line.content_id: line.n for line in list_contents(session, scope)}
            counted = max((part.totals.n for part in read_figures(session, scope)), default=0)
            return listed.get("leave-the-page", 0), counted

    whole = Access(tenant_id=stack.tenant_id, person_id=None, is_district_specialist=True)
    assert attempts(whole) == (2, 2)
    assert attempts(access(stack, seventh_of(school))) == (1, 1)
    assert attempts(access(stack, GradePart(school, frozenset({5})))) == (0, 0)


def test_scoring_anew_needs_every_grade(visitor):
    specialist = visitor().granted("specialist", grades=[7])

    assert specialist.get("questions").status_code == 200
    assert "corrections" not in specialist.get("questions").text
    assert specialist.get("corrections").status_code == 403
