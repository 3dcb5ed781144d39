"""Rights, the overview of schools, skills and standards: an administrator's way through them by form, and no fault on any of the pages."""

import uuid

import pytest
from every_page import follow
from looking import faults
from playwright.sync_api import expect
from sqlalchemy import select
from stack import BOARD_LINK, CLASS_LINK, SPECIALIST, TEACHER

from lti_tool.people.grants import give_grant
from lti_tool.people.tables import Grant, School
from lti_tool.reports.tables import LEVELS, BoardCell
from lti_tool.standards.laying import lay
from lti_tool.standards.rows import read_table

TABLE = (
    "framework,code,uri,grades,skill,match,reviewer,date\n"
    "Lakeside Library Plan,LP.6.1,https://lakeside.example/plan,6-8,find-the-maker,exact,Rosa Delgado,2026-11-27\n"
    "Lakeside Library Plan,LP.6.2,,,check-the-evidence,partial,Rosa Delgado,2026-11-27\n"
)


@pytest.fixture(scope="module")
def district(shared_stack):
    """The specialist also administers and coordinates; there are figures of two schools, and the district's own standards."""
    stack = shared_stack
    stack.launch(BOARD_LINK, SPECIALIST)
    stack.launch(CLASS_LINK, TEACHER)
    now = stack.tool.clock()
    with stack.tool.sessions.begin() as session:
        person_id = session.scalars(select(Grant.person_id)).one()
        for role in ("administrator", "coordinator"):
            give_grant(
                session,
                tenant_id=stack.tenant_id,
                person_id=person_id,
                role=role,
                school=None,
                granted_by="test",
                now=now,
            )
        for name in ("Cedar Elementary", "Lakeside High"):
            school = School(id=uuid.uuid4(), tenant_id=stack.tenant_id, name=name)
            session.add(school)
            session.flush()
            for number, skill in enumerate(("find-the-maker", "check-the-evidence", "give-credit")):
                for grade in range(5, 9):
                    counts = dict.fromkeys(LEVELS, 0) | {
                        "proficient": 4 + grade * number,
                        "developing": 3 + grade,
                    }
                    session.add(
                        BoardCell(
                            id=uuid.uuid4(),
                            tenant_id=stack.tenant_id,
                            school_year=2027,
                            school_id=school.id,
                            grade=grade,
                            skill=skill,
                            **counts,
                        )
                    )
        lay(
            session,
            read_table(TABLE.encode(), skills=stack.tool.library.skills),
            tenant_id=stack.tenant_id,
            now=now,
        )


def test_administrator_gives_and_undoes_a_right_and_no_page_has_a_fault(district, screen, shared_stack):
    chief = screen(SPECIALIST)
    chief.open_window(BOARD_LINK)
    page = chief.page

    page.get_by_label("Standard").select_option(label="LP.6.1")
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name="Find the maker")).to_have_count(4)
    expect(page.get_by_role("row", name="Give credit")).to_have_count(0)
    found = faults(chief, "board by standard")
    follow(chief, "Overview")
    found += faults(chief, "overview")
    follow(chief, "Library")
    follow(chief, "Skills and standards")
    expect(page.get_by_role("row", name="Find the maker")).to_contain_text("LP.6.1")
    expect(page.get_by_role("row", name="Find the maker")).to_contain_text("IV.B.3")
    found += faults(chief, "skills and standards")

    follow(chief, "Rights")
    page.get_by_label("E-mail or id, exactly").fill(shared_stack.person(TEACHER).email)
    with page.expect_navigation():
        page.get_by_role("button", name="Find").click()
    page.get_by_label("Role").select_option("principal")
    page.get_by_label("Reason").fill("Acting principal until June")
    with page.expect_navigation():
        page.get_by_role("button", name="Give").click()
    chief.expect_complaint("status of 400")
    expect(page.get_by_role("alert")).to_contain_text("say which")
    found += faults(chief, "rights with something to mend")
    page.get_by_label("School").select_option(label="Cedar Elementary")
    with page.expect_navigation():
        page.get_by_role("button", name="Give").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_role("list").filter(has_text="Acting principal until June")).to_have_count(1)
    found += faults(chief, "rights")
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").first.click()

    assert found == []
    assert shared_stack.count("access_grant", role="principal") == 0
