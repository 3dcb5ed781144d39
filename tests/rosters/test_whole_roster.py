"""A whole OneRoster export: what is made of it, that a second time changes nothing, and that what a file leaves out stays."""

import pytest
from sis import ALL_ENROLLED, CLASSES, ENROLLMENTS, USERS, WHOLE, changed, packed, without, write_roster, write_table


def test_whole_roster_makes_schools_people_classes_and_enrolments(district, roster):
    counts, problems = district.take(roster)

    assert problems == []
    assert counts["schools"] == {"new": 1}
    assert counts["people"] == {"new": 3, "passed": 1}
    assert counts["enrolments"] == {"new": 4, "ended_with": 0}
    assert district.enrolled() == ALL_ENROLLED
    school = district.one("SELECT id FROM school WHERE tenant_id = :tenant AND name = 'Harbor Middle School'")
    years = district.rows("SELECT person_id, grade, school_id, source, school_year FROM person_year WHERE tenant_id = :tenant")
    assert sorted(years, key=lambda row: row[1]) == [
        (district.person("U2"), 0, school, "roster", 2027),
        (district.person("U1"), 7, school, "roster", 2027),
    ]
    parts = district.rows("SELECT family_name, roster_part FROM person WHERE tenant_id = :tenant ORDER BY 1")
    assert parts == [("Okafor", "learner"), ("Silva", "learner"), ("Teach", "staff")]
    classes = district.rows("SELECT title, grade, school_id, school_year FROM roster_class WHERE tenant_id = :tenant ORDER BY 1")
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
