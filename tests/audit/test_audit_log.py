"""The audit log keeps who did what to whom, within their district, and what was taken back once is not taken back twice."""

import uuid

import pytest

from lti_tool.audit.log import Subject, get_entry, list_entries, mark_undone, note
from lti_tool.db.base import utcnow
from lti_tool.db.connect import session_factory
from lti_tool.errors import ConflictError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.people.tables import Person, Tenant

NOW = utcnow()


@pytest.fixture
def session(engine):
    with session_factory(engine)() as session:
        yield session


def district(session, slug):
    """A district with one teacher and one student: their access, and the student's id."""
    tenant = Tenant(id=uuid.uuid4(), slug=slug, name=slug)
    session.add(tenant)
    session.flush()
    people = [Person(id=uuid.uuid4(), tenant_id=tenant.id) for _ in range(2)]
    session.add_all(people)
    session.flush()
    return Access(tenant_id=tenant.id, person_id=people[0].id), people[1].id


def test_an_entry_says_who_when_what_why_before_and_after(session):
    teacher, student_id = district(session, "north")
    subject = Subject(person_id=student_id, item_id="fair-use-1")

    note(
        session,
        teacher,
        "override",
        subject,
        now=NOW,
        reason=" On paper ",
        before={"ratio": 0},
        after={"ratio": 1},
    )

    (entry,) = list_entries(session, teacher, Subject(person_id=student_id))
    assert (entry.by_person_id, entry.at, entry.action) == (teacher.person_id, NOW, "override")
    assert (entry.item_id, entry.reason) == ("fair-use-1", "On paper")
    assert (entry.before, entry.after, entry.undone_by_id) == ({"ratio": 0}, {"ratio": 1}, None)


def test_entries_are_listed_newest_first_and_by_what_they_were_done_to(session):
    teacher, student_id = district(session, "north")
    for action in ("extend", "reset"):
        note(session, teacher, action, Subject(person_id=student_id), now=NOW)
    note(session, teacher, "drop", Subject(item_id="q1"), now=NOW)

    found = list_entries(session, teacher, Subject(person_id=student_id))
    resets = list_entries(session, teacher, Subject(), actions=("reset",))

    assert [entry.action for entry in found] == ["reset", "extend"]
    assert [entry.action for entry in resets] == ["reset"]


def test_another_district_sees_no_entry(session):
    teacher, student_id = district(session, "north")
    stranger, _ = district(session, "south")
    entry = note(session, teacher, "reset", Subject(person_id=student_id), now=NOW)

    assert list_entries(session, stranger, Subject(person_id=student_id)) == []
    with pytest.raises(NotFoundError):
        get_entry(session, stranger, entry.id)


def test_what_was_taken_back_is_not_taken_back_again(session):
    teacher, student_id = district(session, "north")
    subject = Subject(person_id=student_id)
    entry = note(session, teacher, "extend", subject, now=NOW)
    back = note(session, teacher, "undo", subject, now=NOW)
    mark_undone(session, entry, back)

    with pytest.raises(ConflictError):
        mark_undone(session, entry, note(session, teacher, "undo", subject, now=NOW))

    session.refresh(entry)
    assert entry.undone_by_id == back.id
