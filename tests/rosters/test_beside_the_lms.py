"""What a SIS says of classes beside what an LMS says: joined only by the exact id, and neither drops what the other told."""

import uuid

import pytest
from sis import ALL_ENROLLED, CLASSES, NOW, WHOLE, District, changed, write_roster

from lti_tool.facts.gateway import RosterMember
from lti_tool.facts.launch import Launch, LaunchContext, LaunchPerson, Role
from lti_tool.facts.people import Access
from lti_tool.lti.person_ids import find_class_ids
from lti_tool.lti.platforms import PlatformFacts, add_platform
from lti_tool.people.arrive import arrive
from lti_tool.people.cases import list_open
from lti_tool.people.roster import apply_roster
from lti_tool.people.standing import standing_of


class LMS:
    """An LMS of the district."""

    def __init__(self, district):
        self.district = district
        with district.sessions.begin() as session:
            at = f"https://{uuid.uuid4().hex}.example"
            facts = PlatformFacts(name="L", issuer=at, client_id="1", auth_url=f"{at}/a", token_url=f"{at}/t", jwks_url=f"{at}/j", product="canvas")  # fmt: skip
            self.platform = add_platform(
                session, facts, tenant_id=district.tenant_id, now=NOW, allow_http=False
            ).id

    def launch(self, subject, *, course="course", sis_id=None, class_ids=(), role=Role.LEARNER, **custom):
        """Somebody opens the course; gives who came and where."""
        launch = Launch(
            tenant_id=self.district.tenant_id,
            platform_id=self.platform,
            deployment_id="1",
            message="resource_link",
            target_link_uri="https://x.example",
            person=LaunchPerson(subject=subject, sourced_id=sis_id),
            role=role,
            context=LaunchContext(context_id=course, title="English", sis_ids=class_ids),
            custom=custom,
        )
        with self.district.sessions.begin() as session:
            return arrive(session, launch, now=NOW)

    def read_class_list(self, section_id, *subjects):
        members = [
            RosterMember(person=LaunchPerson(subject=each), role=Role.LEARNER, is_active=True)
            for each in subjects
        ]
        with self.district.sessions.begin() as session:
            apply_roster(session, section_id, members, began=NOW, now=NOW)


@pytest.fixture
def lms(district):
    return LMS(district)


def linked(district):
    return dict(district.rows("SELECT sourced_id, section_id FROM roster_class WHERE tenant_id = :tenant"))


def test_class_joins_the_course_that_tells_its_very_id(district, lms, roster):
    district.take(roster)

    section = lms.launch("a", class_ids=("C1", "c2")).section_id

    assert linked(district) == {"C1": section, "C2": None}
    school, grade = district.one("SELECT school_id, grade FROM section WHERE id = :id", id=section)
    assert school == district.one("SELECT id FROM school WHERE tenant_id = :tenant") and grade == 7


def test_class_that_comes_after_the_launch_joins_at_the_import(district, lms, roster):
    section = lms.launch("a", class_ids=("C1",)).section_id
    lms.launch("b", class_ids=("C2",))  # a student tells only their own sections' ids

    district.take(roster)

    assert linked(district) == {"C1": section, "C2": section}


def test_no_class_joins_a_course_of_another_district(district, lms, roster, roster_engine):
    valley = District(roster_engine, f"v{uuid.uuid4().hex[:8]}")
    valley.take(roster)

    lms.launch("a", class_ids=("C1",))

    assert set(linked(valley).values()) == {None}


def test_what_the_lms_says_of_the_course_stands(district, lms, roster):
    section = lms.launch("a", class_ids=("C1",), grade="5", school="Upper").section_id

    district.take(roster)

    assert district.one("SELECT grade FROM section WHERE id = :id", id=section) == 5
    assert (
        district.one(
            "SELECT s.name FROM section c JOIN school s ON s.id = c.school_id WHERE c.id = :id", id=section
        )
        == "Upper"
    )


@pytest.mark.parametrize("class_ids", [(), ("C1",)])
def test_class_list_of_the_lms_drops_nothing_that_the_sis_says(district, lms, roster, class_ids):
    district.take(roster)
    section = lms.launch("a", sis_id="U1", class_ids=class_ids).section_id

    lms.read_class_list(section, "somebody-else")

    assert district.enrolled() == ALL_ENROLLED
    assert district.rows(
        "SELECT status FROM enrollment WHERE section_id = :id AND lms_subject = 'somebody-else'", id=section
    ) == [("active",)]


def test_import_drops_nobody_from_the_lmss_class_list(district, lms, roster, tmp_path):
    section = lms.launch("stranger", class_ids=("C1",)).section_id
    lms.read_class_list(section, "stranger", "another")
    before = district.rows(
        "SELECT person_id, role, status, source FROM enrollment WHERE tenant_id = :tenant ORDER BY 1"
    )

    district.take(roster)
    district.take(write_roster(tmp_path / "less", WHOLE | {"enrollments.csv": []}))

    assert (
        district.rows(
            "SELECT person_id, role, status, source FROM enrollment WHERE tenant_id = :tenant ORDER BY 1"
        )
        == before
    )


def test_teacher_of_the_sis_gets_no_right_by_it(district, lms, roster):
    district.take(roster)

    section = lms.launch("a", class_ids=("C1",)).section_id

    assert (
        district.rows(
            "SELECT role FROM enrollment WHERE section_id = :id AND person_id = :person",
            id=section,
            person=district.person("U3"),
        )
        == []
    )
    assert district.rows("SELECT role FROM access_grant WHERE tenant_id = :tenant") == []


def test_students_answers_count_for_the_rosters_grade_and_school(district, lms, roster):
    district.take(roster)

    came = lms.launch("a", sis_id="U2", grade="7")

    assert came.person_id == district.person("U2")
    with district.sessions() as session:
        standing = standing_of(session, came.person_id, section_id=came.section_id, now=NOW)
    assert standing.grade == 0
    assert standing.school_id == district.one(
        "SELECT id FROM school WHERE tenant_id = :tenant AND source = 'sis'"
    )


def test_queue_shows_the_rosters_classes(district, lms, tmp_path):
    lms.launch("a", class_ids=())
    with district.sessions.begin() as session:
        session.connection().exec_driver_sql("UPDATE person SET given_name = 'Ana', family_name = 'Silva' WHERE merged_into_id IS NULL AND tenant_id = %s", (district.tenant_id,))  # fmt: skip
    district.take(
        write_roster(tmp_path / "r", WHOLE | {"classes.csv": changed(CLASSES, "C1", title="Poetry")})
    )

    with district.sessions() as session:
        (pair,) = list_open(
            session,
            Access(tenant_id=district.tenant_id, person_id=None, is_administrator=True),
            school_year=2027,
        )

    assert [record.classes for record in pair.records] == [["English"], ["Poetry", "Science 7"]]


def test_ids_of_classes_are_read_from_claim_and_custom_parameters():
    claims = {
        "https://purl.imsglobal.org/spec/lti/claim/lis": {
            "course_section_sourcedid": "C1",
            "course_offering_sourcedid": "$CourseOffering.sourcedId",
        },
        "https://purl.imsglobal.org/spec/lti/claim/custom": {
            "section_sis_ids": "C2, C3",
            "course_sis_id": "$Canvas.course.sisSourceId",
        },
    }

    assert find_class_ids(claims) == ("C1", "C2", "C3")
