"""Deltas: what they end, what is too old, and what they refer to that only InfoLit knows."""

import pytest
from sis import ALL_ENROLLED, CLASSES, ENROLLMENTS, USERS, WHOLE, changed, delta, write_roster

OCTOBER, NOVEMBER = "2026-10-01T00:00:00.000Z", "2026-11-01T00:00:00Z"


@pytest.fixture
def known(district, roster):
    district.take(roster)
    return district


def send(district, folder, **files):
    return district.take(
        write_roster(folder, {f"{name}.csv": rows for name, rows in files.items()}, mode="delta")
    )


def test_enrolment_to_be_deleted_ends_and_stays_on_record(known, tmp_path):
    counts, problems = send(
        known, tmp_path / "d", enrollments=delta(ENROLLMENTS[:1], at=NOVEMBER, status="tobedeleted")
    )

    assert problems == []
    assert counts["enrolments"] == {"ended": 1, "ended_with": 0}
    assert "missing" not in counts
    assert known.enrolled() == ALL_ENROLLED[1:]
    assert known.enrolled("inactive") == [("C1", "U1")]


def test_person_to_be_deleted_keeps_record_and_history_and_loses_the_classes(known, tmp_path):
    ana = known.person("U1")

    counts, _ = send(known, tmp_path / "d", users=delta(USERS[:1], at=NOVEMBER, status="tobedeleted"))

    assert counts["people"] == {"ended": 1} and counts["enrolments"] == {"ended_with": 2}
    assert known.enrolled() == [("C1", "U3"), ("C2", "U2")]
    assert known.one("SELECT family_name FROM person WHERE id = :id", id=ana) == "Silva"
    assert known.one("SELECT grade FROM person_year WHERE person_id = :id", id=ana) == 7
    retired = "SELECT retired_at IS NOT NULL FROM person_alias WHERE person_id = :id AND kind = 'oneroster'"
    assert known.one(retired, id=ana) is True

    send(
        known,
        tmp_path / "back",
        users=delta(USERS[:1], at="2026-11-05"),
        enrollments=delta(ENROLLMENTS[:1], at="2026-11-05"),
    )

    assert known.person("U1") == ana and known.one(retired, id=ana) is False
    assert ("C1", "U1") in known.enrolled()


def test_class_to_be_deleted_ends_its_enrolments(known, tmp_path):
    counts, _ = send(known, tmp_path / "d", classes=delta(CLASSES[:1], at=NOVEMBER, status="tobedeleted"))

    assert counts["classes"] == {"ended": 1}
    assert known.enrolled() == [("C2", "U1"), ("C2", "U2")]


def test_older_rows_than_what_is_held_are_passed_over_and_counted(known, tmp_path):
    newer = changed(delta(USERS, at=NOVEMBER), "U1", familyName="New")
    send(
        known,
        tmp_path / "new",
        users=newer,
        classes=delta(CLASSES, at=NOVEMBER),
        enrollments=delta(ENROLLMENTS, at=NOVEMBER),
    )
    older = changed(delta(USERS, at=OCTOBER), "U1", familyName="Old")

    counts, _ = send(
        known,
        tmp_path / "old",
        users=older,
        classes=changed(delta(CLASSES, at=OCTOBER), "C1", title="Old"),
        enrollments=delta(ENROLLMENTS, at=OCTOBER, status="tobedeleted"),
    )

    assert counts["people"] == {"old": 3, "passed": 1}
    assert counts["classes"] == {"old": 2}
    assert counts["enrolments"] == {"old": 4, "ended_with": 0}
    assert known.one("SELECT family_name FROM person WHERE id = :id", id=known.person("U1")) == "New"
    assert known.rows("SELECT count(*) FROM roster_class WHERE tenant_id = :tenant AND title = 'Old'") == [
        (0,)
    ]
    assert known.enrolled() == ALL_ENROLLED


def test_new_enrolment_finds_class_and_person_of_an_earlier_import(known, tmp_path):
    new = [{"sourcedId": "E9", "classSourcedId": "C1", "userSourcedId": "U2", "role": "student"}]

    counts, problems = send(known, tmp_path / "d", enrollments=delta(new, at=NOVEMBER))

    assert problems == [] and counts["enrolments"]["new"] == 1
    assert ("C1", "U2") in known.enrolled()


def test_ending_what_was_never_known_makes_nothing(known, tmp_path):
    gone = [{**USERS[0], "sourcedId": "U77"}]
    counts, problems = send(known, tmp_path / "d", users=delta(gone, at=NOVEMBER, status="tobedeleted"))

    assert problems == [] and counts["people"] == {"unknown": 1}
    assert known.one("SELECT count(*) FROM person WHERE tenant_id = :tenant") == 3


def test_enrolment_ends_with_its_last_day(known, tmp_path):
    past = changed(ENROLLMENTS, "E1", endDate="2026-10-30")

    counts, _ = known.take(write_roster(tmp_path / "r", WHOLE | {"enrollments.csv": past}))

    assert counts["enrolments"] == {"ended": 1, "same": 3, "ended_with": 0}
    assert ("C1", "U1") in known.enrolled("inactive")
