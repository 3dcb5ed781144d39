"""What principals and coordinators read: figures of their schools, on the page and in the file, and nothing of anybody."""

import csv
import html
import io
import re
import uuid

import pytest

from lti_tool.people.grants import ensure_tenant, take_grants
from lti_tool.people.tables import School, Tenant
from lti_tool.people.vouching import set_smallest_group
from lti_tool.reports.tables import LEVELS, BoardCell

YEAR = 2027
SKILL = "find-the-maker"


@pytest.fixture(scope="module")
def schools(shared_stack):
    """Two schools of the district, and one of the same name in another."""
    with shared_stack.tool.sessions.begin() as session:
        other = ensure_tenant(session, "valley", "Valley").id
        found = {}
        for key, tenant_id, name in (
            ("harbor", shared_stack.tenant_id, "Harbor"),
            ("cedar", shared_stack.tenant_id, "Cedar"),
            ("valley", other, "Harbor"),
        ):
            found[key] = School(id=uuid.uuid4(), tenant_id=tenant_id, name=name)
            session.add(found[key])
        session.flush()
        for key, grade, counts in (
            ("harbor", 6, {"proficient": 26, "developing": 26, "not_enough": 40}),
            ("harbor", 7, {"proficient": 3, "beginning": 6}),
            ("cedar", 6, {"proficient": 8}),
            ("cedar", 8, {"proficient": 12}),
            ("valley", 6, {"beginning": 77}),
        ):
            school = found[key]
            session.add(
                BoardCell(
                    id=uuid.uuid4(),
                    tenant_id=school.tenant_id,
                    school_year=YEAR,
                    school_id=school.id,
                    grade=grade,
                    skill=SKILL,
                    **dict.fromkeys(LEVELS, 0) | counts,
                )
            )
        return {key: school.id for key, school in found.items()}


def cells(answer):
    """The table's line for the skill, without the words for the eye."""
    assert answer.status_code == 200, answer.text
    row = re.search(r"<tr><th scope=\"row\">Find the maker</th>(.*?)</tr>", answer.text, re.S)[1]
    return [
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", each)).split())
        for each in re.findall(r"<td>(.*?)</td>", row, re.S)
    ]


def lines(answer):
    assert answer.headers["content-type"].startswith("text/csv")
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return [(row["school"], row["grade"], row["students"], row["percent_proficient"]) for row in rows]


@pytest.mark.proves("groups-only")
def test_principal_reads_their_school_alone(visitor, schools):
    principal = visitor("Pat Principal").granted("principal", "Harbor")

    assert cells(principal.get("overview")) == ["50 % of 52", "< 10", "50 % of 52"]
    assert principal.get(f"overview?school={schools['cedar']}").status_code == 404
    assert principal.get(f"overview.csv?school={schools['cedar']}").status_code == 404
    assert principal.get(f"overview?school={schools['valley']}").status_code == 404


@pytest.mark.proves("groups-only")
def test_coordinator_reads_every_school_of_the_district_and_no_other(visitor, schools):
    coordinator = visitor("Cory Coordinator").granted("coordinator")

    everywhere = cells(coordinator.get("overview"))
    assert everywhere == ["50 % of 52", "< 10", "≥80 % of 12", "≈56 % of 64"]
    assert cells(coordinator.get(f"overview?school={schools['cedar']}")) == [
        "< 10",
        "≥80 % of 12",
        "≥80 % of 12",
    ]
    assert coordinator.get(f"overview?school={schools['valley']}").status_code == 404


@pytest.mark.proves("groups-small")
def test_file_holds_the_figures_of_the_page_and_no_others(visitor, schools):
    coordinator = visitor().granted("coordinator")

    assert lines(coordinator.get("overview.csv")) == [
        ("all", "6", "52", "50"),
        ("all", "7", "<10", ""),
        ("all", "8", "12", "≥80"),
        ("all", "all", "64", "≈56"),
    ]
    # What a school's own file adds is what its page shows: nothing to subtract the eight of Cedar from.
    assert ("Cedar", "6", "<10", "") in lines(coordinator.get(f"overview.csv?school={schools['cedar']}"))


def test_district_chooses_a_larger_smallest_group(shared_stack, visitor, schools):
    coordinator = visitor().granted("coordinator")

    def choose(size):
        with shared_stack.tool.sessions.begin() as session:
            tenant = session.get_one(Tenant, shared_stack.tenant_id)
            set_smallest_group(session, tenant, size, reason="", now=shared_stack.tool.clock())

    choose(20)
    try:
        assert cells(coordinator.get("overview")) == ["50 % of 52", "< 20", "< 20", "50 % of 52"]
    finally:
        choose(10)


@pytest.mark.proves("groups-only")
def test_link_to_the_board_leads_an_overseer_to_the_overview(visitor, schools):
    principal = visitor().granted("principal", "Harbor")

    answer = principal.get("board")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/at/{principal.token}/overview")


def test_right_taken_back_closes_the_overview(shared_stack, visitor, schools):
    principal = visitor().granted("principal", "Harbor")
    assert principal.get("overview").status_code == 200

    with shared_stack.tool.sessions.begin() as session:
        take_grants(
            session,
            tenant_id=shared_stack.tenant_id,
            person_id=principal.person_id,
            role="principal",
            now=shared_stack.tool.clock(),
        )

    assert principal.get("overview").status_code == 403


def test_specialist_has_the_board_and_no_overview(visitor, schools):
    specialist = visitor().granted("specialist")

    assert specialist.get("board").status_code == 200
    assert specialist.get("overview").status_code == 403
