"""A whole OneRoster export: what is made of it, that a second time changes nothing, and that what a file leaves out stays."""

import uuid

import pytest
from sis import (
    ALL_ENROLLED,
    CLASSES,
    ENROLLMENTS,
    USERS,
    WHOLE,
    District,
    add_alias,
    changed,
    packed,
    without,
    write_roster,
)

from lti_tool.people.tables import School


def test_whole_roster_makes_schools_people_classes_and_enrolments(district, roster):
    counts, problems = district.take(roster)

    assert problems == []
    assert counts["schools"] == {"new": 1}
    assert counts["people"] == {"new": 3, "passed": 1}
    assert counts["enrolments"] == {"new": 4, "ended_with": 0}
    assert district.enrolled() == ALL_ENROLLED
    school = district.one("SELECT id FROM school WHERE tenant_id = :tenant AND name = 'Harbor Middle School'")
    years = district.rows(
        "SELECT person_id, grade, school_id, source, school_year FROM person_year WHERE tenant_id = :tenant"
    )
    assert sorted(years, key=lambda row: row[1]) == [
        (district.person("U2"), 0, school, "roster", 2027),
        (district.person("U1"), 7, school, "roster", 2027),
    ]
    parts = district.rows("SELECT family_name, roster_part FROM person WHERE tenant_id = :tenant ORDER BY 1")
    assert parts == [("Okafor", "learner"), ("Silva", "learner"), ("Teach", "staff")]
    classes = district.rows(
        "SELECT title, grade, school_id, school_year FROM roster_class WHERE tenant_id = :tenant ORDER BY 1"
    )
    assert classes == [("English 7", 7, school, 2027), ("Science 7", 7, school, 2027)]


def test_same_roster_again_changes_nothing(district, roster):
    district.take(roster)
    before = district.everything()

    counts, problems = district.take(roster)

    assert problems == []
    assert counts["people"] == {"same": 3, "passed": 1}
    assert counts["enrolments"] == {"same": 4, "ended_with": 0}
    assert counts["classes"] == {"same": 2} and counts["years"] == {"told": 0} and counts["cases"] == {}
    assert counts["missing"] == {"people": 0, "classes": 0, "enrolments": 0}
    after = district.everything()
    assert len(after.pop("roster_run")) == 2 and len(before.pop("roster_run")) == 1
    assert after == before


def test_what_a_whole_file_leaves_out_is_counted_and_left(district, roster, tmp_path):
    district.take(roster)
    less = WHOLE | {"users.csv": without(USERS, "U2"), "enrollments.csv": without(ENROLLMENTS, "E3", "E4")}

    counts, _ = district.take(write_roster(tmp_path / "less", less))

    assert counts["missing"] == {"people": 1, "classes": 0, "enrolments": 2}
    assert district.enrolled() == ALL_ENROLLED
    assert district.one("SELECT count(*) FROM person WHERE tenant_id = :tenant") == 3


def test_changed_rows_are_taken_over(district, roster, tmp_path):
    district.take(roster)
    ana = district.person("U1")
    new = WHOLE | {
        "users.csv": changed(USERS, "U1", familyName="Silva-Reyes", grades="08"),
        "classes.csv": changed(CLASSES, "C1", title="English 8", grades="08"),
        "enrollments.csv": changed(ENROLLMENTS, "E3", classSourcedId="C1"),
    }

    counts, problems = district.take(write_roster(tmp_path / "new", new))

    assert problems == []
    assert counts["people"] == {"same": 2, "changed": 1, "passed": 1}
    assert district.one("SELECT family_name FROM person WHERE id = :id", id=ana) == "Silva-Reyes"
    assert district.one("SELECT grade FROM person_year WHERE person_id = :id", id=ana) == 8
    assert district.rows(
        "SELECT title, grade FROM roster_class WHERE tenant_id = :tenant AND sourced_id = 'C1'"
    ) == [("English 8", 8)]
    assert ("C2", "U1") not in district.enrolled()


@pytest.mark.parametrize("inside", ["", "export/2026/"])
def test_zip_is_read_as_a_folder(district, roster, inside):
    counts, _ = district.take(packed(roster, inside))

    assert counts["people"]["new"] == 3
    assert district.enrolled() == ALL_ENROLLED


def test_roles_of_version_1_2_say_who_teaches_and_where(district, tmp_path):
    users = [
        {name: told for name, told in row.items() if name not in ("role", "orgSourcedIds")} for row in USERS
    ]
    roles = [
        {
            "sourcedId": "R1",
            "userSourcedId": "U1",
            "roleType": "primary",
            "role": "student",
            "orgSourcedId": "S1",
        },
        {
            "sourcedId": "R2",
            "userSourcedId": "U2",
            "roleType": "primary",
            "role": "student",
            "orgSourcedId": "S1",
        },
        {
            "sourcedId": "R3",
            "userSourcedId": "U3",
            "roleType": "secondary",
            "role": "teacher",
            "orgSourcedId": "S1",
        },
        {
            "sourcedId": "R4",
            "userSourcedId": "U3",
            "roleType": "primary",
            "role": "principal",
            "orgSourcedId": "S1",
        },
        {
            "sourcedId": "R5",
            "userSourcedId": "U4",
            "roleType": "primary",
            "role": "parent",
            "orgSourcedId": "S1",
        },
    ]
    masters = changed(users, "U1", userMasterIdentifier="M1", primaryOrgSourcedId="S1")

    counts, problems = district.take(
        write_roster(tmp_path / "v12", WHOLE | {"users.csv": masters, "roles.csv": roles}, version="1.2")
    )

    assert problems == []
    assert counts["people"] == {"new": 3, "passed": 1}
    parts = district.rows("SELECT family_name, roster_part FROM person WHERE tenant_id = :tenant ORDER BY 1")
    assert parts == [("Okafor", "learner"), ("Silva", "learner"), ("Teach", "staff")]
    assert (
        district.one("SELECT count(*) FROM person_year WHERE tenant_id = :tenant AND school_id IS NOT NULL")
        == 2
    )
    assert district.one(
        "SELECT person_id FROM person_alias WHERE tenant_id = :tenant AND kind = 'master' AND value = 'M1'"
    ) == district.person("U1")


def test_person_without_any_role_is_named_as_a_problem(district, tmp_path):
    counts, problems = district.take(
        write_roster(tmp_path / "r", WHOLE | {"users.csv": changed(USERS, "U2", role="")})
    )

    assert problems == ["users.csv:3"]
    assert counts["people"]["refused"] == 1 and counts["enrolments"]["passed"] == 1


def test_families_demographics_and_passwords_leave_no_trace(district, tmp_path):
    users = changed(USERS, "U1", password="hunter2", phone="555-0100")
    told = [{"sourcedId": "U1", "birthDate": "2013-02-03", "sex": "female"}]
    district.take(write_roster(tmp_path / "r", WHOLE | {"users.csv": users, "demographics.csv": told}))

    kept = str(district.everything())
    assert not [
        word for word in ("hunter2", "555-0100", "2013", "female", "gus@home", "Guardian") if word in kept
    ]
    assert district.one("SELECT count(*) FROM roster_staged_user") == 0


def test_names_an_lms_told_stay_and_what_it_left_out_comes_in(district, roster, tmp_path):
    district.take(roster)
    ana, ben = district.person("U1"), district.person("U2")
    with district.sessions.begin() as session:
        for person in (ana, ben):
            add_alias(session, district.tenant_id, person, "lti", f"platform/{person}")
    users = changed(changed(USERS, "U1", givenName="Anna"), "U2", email="ben@harbor.example")

    district.take(write_roster(tmp_path / "new", WHOLE | {"users.csv": users}))

    assert district.one("SELECT given_name FROM person WHERE id = :id", id=ana) == "Ana"
    assert district.one("SELECT email FROM person WHERE id = :id", id=ben) == "ben@harbor.example"


def test_rows_that_cannot_be_used_are_named_by_line_and_the_rest_is_taken(district, tmp_path):
    files = WHOLE | {
        "users.csv": [
            *changed(changed(USERS, "U1", grades="9th"), "U2", email="no address"),
            {**USERS[0], "sourcedId": ""},
            {**USERS[0], "sourcedId": "U9", "role": "wizard"},
            {**USERS[1], "givenName": "Twice"},
        ],
        "classes.csv": changed(CLASSES, "C2", schoolSourcedId="S9"),
        "enrollments.csv": [
            *ENROLLMENTS,
            {**ENROLLMENTS[0], "sourcedId": "E5", "classSourcedId": "C9"},
            {**ENROLLMENTS[0], "sourcedId": "E6", "userSourcedId": "U99"},
            {**ENROLLMENTS[0], "sourcedId": "E7", "beginDate": "autumn"},
            {**ENROLLMENTS[0], "sourcedId": "E8", "role": "mascot"},
        ],
    }

    counts, problems = district.take(write_roster(tmp_path / "bad", files))

    assert sorted(problems) == [
        *(
            "classes.csv:3",
            "enrollments.csv:6",
            "enrollments.csv:7",
            "enrollments.csv:8",
            "enrollments.csv:9",
        ),
        *("users.csv:2", "users.csv:3", "users.csv:6", "users.csv:7", "users.csv:8"),
    ]
    assert counts["people"] == {"new": 3, "passed": 1, "double": 1}
    assert counts["enrolments"] == {"new": 5, "no_class": 1, "no_one": 1, "ended_with": 0}
    told = district.rows("SELECT sentence, remedy FROM roster_problem WHERE tenant_id = :tenant")
    assert all(remedy for _, remedy in told)
    assert not [each for each in told if "Ana" in str(each) or "Silva" in str(each)]


def test_two_schools_of_one_name_stay_two(district, tmp_path):
    orgs = [
        {"sourcedId": "S1", "name": "Lincoln", "type": "school"},
        {"sourcedId": "S2", "name": "Lincoln", "type": "school"},
    ]

    _, problems = district.take(write_roster(tmp_path / "r", WHOLE | {"orgs.csv": orgs}))

    assert problems == ["orgs.csv:3"]
    assert district.rows("SELECT name FROM school WHERE tenant_id = :tenant ORDER BY 1") == [
        ("Lincoln",),
        ("Lincoln (S2)",),
    ]
    assert district.take(tmp_path / "r")[0]["schools"] == {"same": 2}


def test_school_known_from_launches_is_the_one_of_that_name(district, roster):
    with district.sessions.begin() as session:
        session.add(School(id=uuid.uuid4(), tenant_id=district.tenant_id, name="harbor middle school"))

    counts, _ = district.take(roster)

    assert counts["schools"] == {"linked": 1}
    assert district.rows("SELECT name, sourced_id FROM school WHERE tenant_id = :tenant") == [
        ("Harbor Middle School", "S1")
    ]


def test_other_districts_same_ids_are_other_people(district, roster, roster_engine):
    valley = District(roster_engine, f"v{uuid.uuid4().hex[:8]}")
    district.take(roster)
    before = district.everything()

    counts, _ = valley.take(roster)

    assert counts["people"]["new"] == 3 and counts["cases"] == {}
    assert counts["classes"] == {"new": 2}
    assert valley.person("U1") != district.person("U1")
    assert district.everything() == before
