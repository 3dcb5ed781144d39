"""Giving and taking back rights: what is refused, what is kept, what can be undone."""

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lti_tool.audit.tables import AuditEntry
from lti_tool.errors import BadFormError, ConflictError, ForbiddenError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.people.grant_history import list_changes, list_grants, undo
from lti_tool.people.grants import Right, ensure_tenant, find_people, give, give_grant, take, take_grants
from lti_tool.people.tables import Person, PersonAlias, School

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


class District:
    """A district with a school, a colleague and an administrator."""

    def __init__(self, session, slug):
        self.session, self.tenant_id = session, ensure_tenant(session, slug, slug.title()).id
        self.school = School(id=uuid.uuid4(), tenant_id=self.tenant_id, name="Harbor")
        session.add(self.school)
        self.colleague = self.person("Colleague")
        self.chief = self.person("Chief")
        give_grant(
            session,
            tenant_id=self.tenant_id,
            person_id=self.chief,
            role="administrator",
            school=None,
            granted_by="test",
            now=NOW,
        )
        self.by = Access(tenant_id=self.tenant_id, person_id=self.chief, is_administrator=True)

    def person(self, name, **values):
        person = Person(id=uuid.uuid4(), tenant_id=self.tenant_id, name=name, **values)
        self.session.add(person)
        self.session.flush()
        return person.id

    def give(self, person_id, role, by=None, **place):
        return give(
            self.session,
            by or self.by,
            person_id,
            Right(role=role, **place),
            reason="because",
            granted_by="test",
            now=NOW,
        )

    def take(self, person_id, role, by=None, **place):
        return take(self.session, by or self.by, person_id, Right(role=role, **place), reason="", now=NOW)

    def held(self):
        return {
            (line.name, line.right.role, line.school, line.right.grades)
            for line in list_grants(self.session, self.tenant_id)
        }


@pytest.fixture
def district(session):
    return District(session, "harbor")


CHIEF = ("Chief", "administrator", None, None)


def test_each_role_is_given_where_it_can_hold(district):
    district.give(district.colleague, "specialist", grades=frozenset({6, 7}))
    district.give(district.colleague, "specialist", school_id=district.school.id)
    district.give(district.colleague, "principal", school_id=district.school.id)
    district.give(district.colleague, "coordinator")

    assert district.held() == {
        CHIEF,
        ("Colleague", "specialist", None, frozenset({6, 7})),
        ("Colleague", "specialist", "Harbor", None),
        ("Colleague", "principal", "Harbor", None),
        ("Colleague", "coordinator", None, None),
    }


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("principal", {}),
        ("coordinator", {"school": True}),
        ("administrator", {"school": True}),
        ("principal", {"school": True, "grades": frozenset({6})}),
        ("coordinator", {"grades": frozenset({6})}),
    ],
)
def test_right_that_makes_no_sense_is_refused(district, role, place):
    more = {"school_id": district.school.id} if place.pop("school", False) else {}

    with pytest.raises(BadFormError):
        district.give(district.colleague, role, **place, **more)

    assert district.held() == {CHIEF}


def test_giving_twice_changes_and_keeps_nothing(session, district):
    assert district.give(district.colleague, "coordinator") is not None

    assert district.give(district.colleague, "coordinator") is None

    assert len(list_changes(session, district.by)) == 2  # the administrator's, and this one


def test_other_grades_take_the_place_of_the_ones_before(district):
    district.give(district.colleague, "specialist", grades=frozenset({6}))

    entry = district.give(district.colleague, "specialist", grades=frozenset({7, 8}))

    assert (entry.before["grades"], entry.after["grades"]) == ([6], [7, 8])
    assert ("Colleague", "specialist", None, frozenset({7, 8})) in district.held()


@pytest.mark.proves("rights-no-more")
def test_nobody_changes_their_own_rights(district):
    with pytest.raises(ForbiddenError, match="own rights"):
        district.give(district.chief, "specialist")
    with pytest.raises(ForbiddenError, match="own rights"):
        district.take(district.chief, "administrator")


@pytest.mark.proves("rights-no-more")
@pytest.mark.parametrize("rights", [{"is_district_specialist": True}, {"is_coordinator": True}, {}])
def test_only_an_administrator_gives(district, rights):
    by = Access(tenant_id=district.tenant_id, person_id=uuid.uuid4(), **rights)

    with pytest.raises(ForbiddenError):
        district.give(district.colleague, "coordinator", by=by)


@pytest.mark.proves("rights-no-more")
def test_nothing_reaches_into_another_district(session, district):
    valley = District(session, "valley")

    with pytest.raises(NotFoundError):
        district.give(valley.colleague, "coordinator")
    with pytest.raises(NotFoundError):
        district.give(district.colleague, "principal", school_id=valley.school.id)
    entry = valley.give(valley.colleague, "coordinator")
    with pytest.raises(NotFoundError):
        undo(session, district.by, entry.id, granted_by="test", now=NOW)

    assert ("Colleague", "coordinator", None, None) in valley.held()
    assert district.held() == {CHIEF}


@pytest.mark.proves("rights-no-more")
def test_student_is_given_no_right(district):
    student = district.person("Ana", roster_part="learner")

    with pytest.raises(BadFormError, match="learns here"):
        district.give(student, "specialist")


@pytest.mark.proves("rights-no-more")
def test_last_administrator_stays_by_page_and_by_command(session, district):
    by_link = Access(tenant_id=district.tenant_id, person_id=None, is_administrator=True)
    with pytest.raises(ConflictError, match="last administrator"):
        district.take(district.chief, "administrator", by=by_link)
    with pytest.raises(ConflictError, match="last administrator"):
        take_grants(
            session, tenant_id=district.tenant_id, person_id=district.chief, role="administrator", now=NOW
        )

    district.give(district.colleague, "administrator")
    district.take(district.chief, "administrator", by=by_link)

    assert district.held() == {("Colleague", "administrator", None, None)}


@pytest.mark.proves("rights-undone")
def test_change_is_kept_with_its_reason_and_undone_once(session, district):
    entry = district.give(district.colleague, "coordinator")
    kept = session.scalars(select(AuditEntry).where(AuditEntry.id == entry.id)).one()
    assert (kept.by_person_id, kept.person_id, kept.reason) == (
        district.chief,
        district.colleague,
        "because",
    )

    undo(session, district.by, entry.id, granted_by="test", now=NOW)

    assert district.held() == {CHIEF}
    with pytest.raises(ConflictError):
        undo(session, district.by, entry.id, granted_by="test", now=NOW)


@pytest.mark.proves("rights-undone")
def test_undoing_brings_back_the_grades_of_before(session, district):
    district.give(district.colleague, "specialist", grades=frozenset({6}))
    changed = district.give(district.colleague, "specialist")
    undo(session, district.by, changed.id, granted_by="test", now=NOW)
    taken = district.take(district.colleague, "specialist")
    assert district.held() == {CHIEF}

    undo(session, district.by, taken.id, granted_by="test", now=NOW)

    assert ("Colleague", "specialist", None, frozenset({6})) in district.held()


@pytest.mark.proves("rights-undone")
def test_right_that_changed_since_is_not_undone(session, district):
    first = district.give(district.colleague, "specialist", grades=frozenset({6}))
    district.give(district.colleague, "specialist", grades=frozenset({7}))

    with pytest.raises(ConflictError, match="changed since"):
        undo(session, district.by, first.id, granted_by="test", now=NOW)


def test_somebody_is_found_by_the_whole_address_or_id_only(session, district):
    rosa = district.person("Rosa", email="Rosa@harbor.example")
    session.add(
        PersonAlias(
            id=uuid.uuid4(),
            tenant_id=district.tenant_id,
            person_id=rosa,
            kind="sis",
            namespace="district",
            value="S-17",
            first_seen_at=NOW,
            last_seen_at=NOW,
        )
    )
    session.flush()

    def found(word, tenant_id=district.tenant_id):
        return [each.id for each in find_people(session, tenant_id, word)]

    assert found("rosa@HARBOR.example") == found("S-17") == [rosa]
    assert found("rosa") == found("S-1") == found("%") == []
    assert found("S-17", District(session, "valley").tenant_id) == []
