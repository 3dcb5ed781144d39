"""Whom a roster means: linked only on an exact strong id or a district's own e-mail, all else held for a person to decide."""

import uuid

import pytest
from sis import USERS, WHOLE, add_alias, changed, without, write_roster

from lti_tool.facts.launch import LaunchPerson, Role
from lti_tool.lti.platforms import PlatformFacts, add_platform
from lti_tool.people.linking import identify
from lti_tool.people.tables import Grant, Person, Tenant


@pytest.fixture
def known(district):
    """Make somebody whom an LMS told of: `known(family_name, sis="U1", …)` gives their id."""

    def known(family=None, *, given=None, email=None, part=None, district=district, **ids):
        with district.sessions.begin() as session:
            person = Person(id=uuid.uuid4(), tenant_id=district.tenant_id, given_name=given, family_name=family, email=email, roster_part=part)  # fmt: skip
            session.add(person)
            session.flush()
            for kind, value in {"lti": str(person.id), **ids}.items():
                add_alias(session, district.tenant_id, person.id, kind, value)
        return person.id

    return known


def own_domain(district, domain="harbor.example"):
    with district.sessions.begin() as session:
        session.get_one(Tenant, district.tenant_id).email_domains = [domain]


def test_sis_id_an_lms_told_links(district, known, roster):
    ana = known("Silva", sis="U1")

    counts, _ = district.take(roster)

    assert counts["people"]["linked"] == 1 and counts["cases"] == {}
    assert district.person("U1") == ana
    assert district.one("SELECT grade FROM person_year WHERE person_id = :id", id=ana) == 7
    assert district.take(roster)[0]["people"]["same"] == 3


def test_sis_id_can_be_another_field(district, known, roster):
    ana = known("Silva", sis="1001")

    district.take(roster, sis_field="identifier")

    assert district.person("U1") == ana


def test_state_id_links_and_the_sis_id_comes_along(district, known, roster):
    ana = known("Silva", state="NY1")

    district.take(roster)

    assert district.person("U1") == ana
    assert (
        district.one(
            "SELECT person_id FROM person_alias WHERE tenant_id = :tenant AND kind = 'sis' AND value = 'U1'"
        )
        == ana
    )


def test_launch_after_the_import_finds_the_rosters_person(district, roster):
    district.take(roster)
    with district.sessions.begin() as session:
        at = "https://lms.harbor.example"
        facts = PlatformFacts(name="L", issuer=at, client_id=str(uuid.uuid4()), auth_url=f"{at}/a", token_url=f"{at}/t", jwks_url=f"{at}/j", product="canvas")  # fmt: skip
        platform = add_platform(
            session, facts, tenant_id=district.tenant_id, now=district.now, allow_http=False
        )
        told = LaunchPerson(subject="abc", sourced_id="U1")
        found = identify(session, told, role=Role.LEARNER, tenant_id=district.tenant_id, platform_id=platform.id, now=district.now)  # fmt: skip

    assert found == district.person("U1")


def test_ids_of_two_records_link_to_neither(district, known, roster):
    ana, other = known("Silva", sis="U1"), known("Reyes", state="NY1")

    counts, _ = district.take(roster)

    mine = district.person("U1")
    assert mine not in (ana, other)
    assert counts["cases"] == {"sis_taken": 2}
    assert {case[:3] for case in district.cases()} == {("sis_taken", ana, mine), ("sis_taken", other, mine)}


def test_teacher_with_a_students_id_is_held(district, known, roster):
    ana = known("Silva", part="staff", sis="U1")

    counts, _ = district.take(roster)

    assert counts["cases"] == {"role": 1}
    assert district.cases() == [("role", ana, district.person("U1"), "U1")]


def test_email_links_only_under_the_districts_own_domain(district, known, roster):
    ana = known("Silva", email="ANA@harbor.example")
    own_domain(district)

    district.take(roster)

    assert district.person("U1") == ana and district.cases() == []


@pytest.mark.parametrize("why", ["foreign domain", "two records", "other sis id", "other part"])
def test_email_with_a_doubt_links_nobody(district, known, roster, why):
    more = {"other sis id": {"sis": "X9"}, "other part": {"part": "staff"}}.get(why, {})
    ana = known("Silva", email="ana@harbor.example", **more)
    records = [ana, known("Twin", email="ana@harbor.example")] if why == "two records" else [ana]
    if why != "foreign domain":
        own_domain(district)

    district.take(roster)

    mine = district.person("U1")
    assert mine not in records
    held = records if why in ("foreign domain", "two records") else []
    assert {case[:3] for case in district.cases()} == {("email", each, mine) for each in held}


def test_email_links_nobody_to_a_record_with_a_right(district, known, roster):
    cora = known("Teach", email="cora@harbor.example")
    own_domain(district)
    with district.sessions.begin() as session:
        session.add(Grant(tenant_id=district.tenant_id, person_id=cora, role="specialist", granted_by="test"))

    district.take(roster)

    mine = district.person("U3")
    assert mine != cora
    assert {case[:3] for case in district.cases()} == {("email", cora, mine)}


def test_same_name_only_suggests(district, known, roster):
    ana = known("silva", given="ANA")

    district.take(roster)

    assert district.person("U1") != ana
    assert district.cases() == [("name", ana, district.person("U1"), None)]


def test_what_was_decided_is_not_asked_again(district, known, roster):
    known("Silva", given="Ana")
    district.take(roster)
    with district.sessions.begin() as session:
        session.connection().exec_driver_sql("UPDATE merge_case SET state = 'apart'")

    counts, _ = district.take(roster)

    assert counts["cases"] == {}
    assert len(district.cases()) == 1


def test_two_rows_with_one_state_id_are_held_and_stay_two(district, tmp_path):
    users = changed(USERS, "U2", userIds="{State:NY1}")

    counts, _ = district.take(write_roster(tmp_path / "r", WHOLE | {"users.csv": users}))

    assert counts["people"]["new"] == 3
    assert district.cases() == [("sis_taken", district.person("U1"), district.person("U2"), "NY1")]


def test_new_sis_with_other_ids_finds_people_by_their_state_id(district, roster, tmp_path):
    district.take(roster)
    ana = district.person("U1")
    users = [{**row, "sourcedId": f"NEW-{row['sourcedId']}"} for row in USERS]

    counts, _ = district.take(
        write_roster(tmp_path / "n", WHOLE | {"users.csv": users, "enrollments.csv": []}), source="newsis"
    )

    assert district.person("NEW-U1", "newsis") == ana
    assert counts["cases"] == {"sis_changed": 1}  # the new id is held until somebody says that it is hers
    assert ("sis_changed", ana, None, "NEW-U1") in district.cases()
    assert len(district.enrolled()) >= 4


def test_row_that_takes_a_known_persons_state_id_is_held(district, roster, tmp_path):
    district.take(roster)
    twin = [{**USERS[0], "sourcedId": "U8"}]

    counts, _ = district.take(write_roster(tmp_path / "r", WHOLE | {"users.csv": USERS + twin}))

    assert counts["people"]["new"] == 1
    assert district.cases() == [("roster", district.person("U1"), district.person("U8"), "NY1")]


def test_joined_records_count_as_one(district, known, roster):
    ana, other = known("Silva", sis="U1"), known("Silva", state="NY1")
    with district.sessions.begin() as session:
        session.get_one(Person, other).merged_into_id = ana

    counts, _ = district.take(roster)

    assert district.person("U1") in (ana, other)
    assert counts["people"]["linked"] == 1 and counts["cases"] == {}


def test_strong_id_links_nobody_of_another_district(district, roster, roster_engine, known):
    from sis import District

    valley = District(roster_engine, f"v{uuid.uuid4().hex[:8]}")
    theirs = known("Silva", given="Ana", email="ana@harbor.example", district=valley, sis="U1", state="NY1")
    own_domain(district)

    counts, _ = district.take(roster)

    assert counts["people"] == {"new": 3, "passed": 1} and counts["cases"] == {}
    assert district.person("U1") != theirs
    assert valley.rows("SELECT kind FROM person_alias WHERE tenant_id = :tenant ORDER BY 1") == [
        ("lti",),
        ("sis",),
        ("state",),
    ]


def test_import_without_an_id_leaves_what_is_known(district, roster, tmp_path):
    district.take(roster)

    district.take(
        write_roster(
            tmp_path / "r",
            WHOLE | {"users.csv": changed(without(USERS, "U4"), "U1", userIds="", grades="", email="")},
        )
    )

    ana = district.person("U1")
    assert district.one("SELECT email FROM person WHERE id = :id", id=ana) == "ana@harbor.example"
    assert district.one("SELECT grade FROM person_year WHERE person_id = :id", id=ana) == 7
