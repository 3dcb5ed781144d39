"""Whom an LMS speaks of: what links by itself, what is held for a person to decide, and what is never joined."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lti_tool.facts.launch import LaunchPerson, Role
from lti_tool.lti.platforms import PlatformFacts, add_platform
from lti_tool.people.grants import ensure_tenant
from lti_tool.people.identity import find_root, list_records
from lti_tool.people.linking import identify
from lti_tool.people.person_years import Year, assume_year, find_year, remember_year
from lti_tool.people.tables import Enrollment, Grant, MergeCase, Person, PersonAlias, Section

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


class District:
    """A district with two LMSs, on a database of its own."""

    def __init__(self, session, slug="harbor"):
        self.session = session
        self.tenant = ensure_tenant(session, slug, slug.title())
        self.old, self.new = self._platform(slug, "old"), self._platform(slug, "new")

    def _platform(self, slug, name):
        at = f"https://{name}.{slug}.example"
        facts = PlatformFacts(
            name=name,
            issuer=at,
            client_id=name,
            auth_url=f"{at}/auth",
            token_url=f"{at}/token",
            jwks_url=f"{at}/jwks",
            product="canvas",
        )
        return add_platform(
            self.session,
            facts,
            tenant_id=self.tenant.id,
            now=NOW,
            allow_http=False,
            deployment_ids=["1"],
        ).id

    def told(self, subject, platform=None, role=Role.LEARNER, **facts):
        platform = platform or self.old
        person = LaunchPerson(subject=subject, **facts)
        person_id = identify(
            self.session, person, role=role, tenant_id=self.tenant.id, platform_id=platform, now=NOW
        )
        record = self.session.get_one(Person, person_id)
        for name in ("given_name", "family_name", "email"):
            if facts.get(name):
                setattr(record, name, facts[name])
        self._enroll(person_id, platform, role)
        return person_id

    def _enroll(self, person_id, platform, role):
        section = Section(
            id=uuid.uuid4(),
            tenant_id=self.tenant.id,
            platform_id=platform,
            context_id=str(uuid.uuid4()),
            title="Class",
            created_at=NOW,
        )
        self.session.add(section)
        self.session.flush()
        self.session.add(
            Enrollment(section_id=section.id, person_id=person_id, tenant_id=self.tenant.id, role=role.value)
        )
        self.session.flush()

    def cases(self):
        return [
            (case.reason, case.person_id, case.other_id, case.value)
            for case in self.session.scalars(select(MergeCase).where(MergeCase.tenant_id == self.tenant.id))
        ]

    def ids_of(self, person_id):
        rows = self.session.scalars(select(PersonAlias).where(PersonAlias.person_id == person_id))
        return {(row.kind, row.value) for row in rows if row.kind != "lti"}


@pytest.fixture
def district(session):
    return District(session)


def test_sis_id_makes_accounts_of_two_lmss_one_record(district):
    ana = district.told("a", sourced_id="S1")

    assert district.told("x", district.new, sourced_id="S1") == ana
    assert district.cases() == []


def test_state_id_links_where_the_sis_id_is_new(district):
    ana = district.told("a", state_id="NY1")

    assert district.told("x", district.new, state_id="NY1", sourced_id="S1") == ana
    assert district.ids_of(ana) == {("state", "NY1"), ("sis", "S1")}


def test_ids_link_nobody_of_another_district(session, district):
    ana = district.told("a", sourced_id="S1")

    assert District(session, "valley").told("a", sourced_id="S1") != ana


def test_known_account_with_another_persons_sis_id_is_held(district):
    ana, ben = district.told("a", sourced_id="S1"), district.told("b")

    assert district.told("b", sourced_id="S1") == ben

    assert district.cases() == [("sis_taken", ana, ben, "S1")]
    assert district.ids_of(ben) == set()


def test_known_account_with_a_new_sis_id_is_held_once(district):
    ana = district.told("a", sourced_id="S1")

    for _ in range(2):
        assert district.told("a", sourced_id="S2") == ana

    assert district.cases() == [("sis_changed", ana, None, "S2")]
    assert district.ids_of(ana) == {("sis", "S1")}


def test_ids_of_two_persons_link_to_neither(district):
    ana, ben = district.told("a", state_id="NY1"), district.told("b", sourced_id="S2")

    third = district.told("x", district.new, state_id="NY1", sourced_id="S2")

    assert third not in (ana, ben)
    assert {(other, who) for _, other, who, _ in district.cases()} == {(ana, third), (ben, third)}


def test_teacher_is_never_taken_for_the_student_with_the_same_id(district):
    student = district.told("a", sourced_id="S1")

    teacher = district.told("t", district.new, role=Role.INSTRUCTOR, sourced_id="S1")

    assert teacher != student
    assert district.cases() == [("role", student, teacher, "S1")]


@pytest.mark.proves("email-links")
def test_email_links_only_where_the_district_owns_its_domain(district):
    ana = district.told("a", email="Ana@students.harbor.example")
    district.tenant.email_domains = ["students.harbor.example"]
    district.session.flush()
    assert district.told("x", district.new, email="ana@Students.harbor.example") == ana

    ben = district.told("b", email="ben@mail.example")
    other = district.told("y", district.new, email="ben@mail.example")

    assert other != ben
    assert district.cases() == [("email", ben, other, "ben@mail.example")]


@pytest.mark.parametrize("known", [{"sourced_id": "S1"}, {"state_id": "NY1"}])
def test_email_says_nothing_against_a_stronger_id(district, known):
    district.tenant.email_domains = ["harbor.example"]
    district.told("a", email="ana@harbor.example", **known)
    (name,) = known

    told = district.told("x", district.new, email="ana@harbor.example", **{name: "Z9"})

    assert district.ids_of(told) == {("state" if name == "state_id" else "sis", "Z9")}
    assert district.cases() == []


@pytest.mark.proves("email-links")
def test_email_never_leads_to_a_record_that_holds_a_right(session, district):
    """An LMS may let people write their e-mail themselves: nobody becomes a principal by writing the principal's."""
    district.tenant.email_domains = ["harbor.example"]
    chief = district.told("a", role=Role.INSTRUCTOR, email="chief@harbor.example")
    session.add(
        Grant(
            tenant_id=district.tenant.id,
            person_id=chief,
            role="administrator",
            granted_by="t",
            created_at=NOW,
        )
    )
    session.flush()

    other = district.told("x", district.new, role=Role.INSTRUCTOR, email="chief@harbor.example")

    assert other != chief
    assert district.cases() == [("email", chief, other, "chief@harbor.example")]


@pytest.mark.proves("email-links")
def test_email_of_two_records_links_to_neither(district):
    district.tenant.email_domains = ["harbor.example"]
    first, second = (district.told(name, sourced_id=name) for name in ("a", "b"))
    for each in (first, second):
        district.session.get_one(Person, each).email = "ana@harbor.example"
    district.session.flush()

    third = district.told("x", district.new, email="ana@harbor.example")

    assert third not in (first, second)
    assert {case[0] for case in district.cases()} == {"email"}


def test_second_account_of_the_same_lms_is_not_linked_by_email(district):
    district.tenant.email_domains = ["harbor.example"]
    ana = district.told("a", email="ana@harbor.example")

    assert district.told("b", email="ana@harbor.example") != ana


def test_same_name_is_a_suggestion_for_students_of_two_lmss(district):
    names = {"given_name": "Ana", "family_name": "Morales"}
    ana = district.told("a", **names)
    district.told("b", **names)
    assert district.cases() == [], "two students of one LMS are two"

    moved = district.told("x", district.new, **{name: word.upper() for name, word in names.items()})

    assert ("name", ana, moved, None) in district.cases()


def test_records_joined_twice_have_one_root(district):
    first, second, third = (district.told(name) for name in "abc")
    district.session.get_one(Person, third).merged_into_id = second
    district.session.get_one(Person, second).merged_into_id = first
    district.session.flush()

    assert [find_root(district.session, each) for each in (first, second, third)] == [first] * 3
    assert set(list_records(district.session, second)) == {first, second, third}


@pytest.mark.parametrize(
    ("first", "then", "grade", "source"),
    [
        (("launch", 7), ("roster", 8), 8, "roster"),
        (("roster", 8), ("launch", 7), 8, "roster"),
        (("schoology", 8), ("specialist", 6), 8, "schoology"),
        (("assumed", 8), ("launch", 7), 7, "launch"),
        (("launch", 7), ("launch", 8), 8, "launch"),
    ],
)
def test_stronger_source_says_the_grade(district, first, then, grade, source):
    of = Year(district.tenant.id, district.told("a"), 2027)

    for source_of, told in (first, then):
        remember_year(district.session, of, grade=told, school_id=None, source=source_of)

    known = find_year(district.session, of.person_id, 2027)
    assert (known.grade, known.source) == (grade, source)


def test_grade_rolls_forward_and_says_it_is_assumed(district):
    of = Year(district.tenant.id, district.told("a"), 2025)
    remember_year(district.session, of, grade=10, school_id=None, source="roster")

    assume_year(district.session, of._replace(school_year=2027))
    assume_year(district.session, of._replace(school_year=2028))

    known = find_year(district.session, of.person_id, 2027)
    assert (known.grade, known.source) == (12, "assumed")
    assert find_year(district.session, of.person_id, 2028) is None, "after grade 12 nobody is in a grade"


def test_id_seen_again_keeps_its_first_day(district):
    ana = district.told("a", sourced_id="S1")
    identify(
        district.session,
        LaunchPerson(subject="a", sourced_id="S1"),
        role=Role.LEARNER,
        tenant_id=district.tenant.id,
        platform_id=district.old,
        now=NOW + timedelta(days=30),
    )
    district.session.expire_all()

    alias = district.session.scalars(
        select(PersonAlias).where(PersonAlias.person_id == ana, PersonAlias.kind == "sis")
    ).one()
    assert (alias.first_seen_at, alias.last_seen_at) == (NOW, NOW + timedelta(days=30))
