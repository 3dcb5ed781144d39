"""One plain CSV, as people export it from a spreadsheet: forgiving of its form, plain about what cannot be used."""

import csv
import io

import pytest
from sis import District

from lti_tool.errors import RosterError
from lti_tool.rosters.columns import TABLE

HEADER = ["Student ID", "First Name", "LAST_NAME", "E-Mail", "Grade Level", "School", "Class", "Role"]
ROWS = [
    ["1001", "Ana", "Silva", "ana@harbor.example", "7", "Harbor, Middle", "English 7", ""],
    ["1001", "Ana", "Silva", "ana@harbor.example", "7", "Harbor, Middle", "Science 7", ""],
    ["1002", "Zoë", "Muñoz", "", "K", "Harbor, Middle", "English 7", "student"],
    ["", "Cora", "Teach", "cora@harbor.example", "", "Harbor, Middle", "English 7", "Teacher"],
]


def table(path, rows=ROWS, header=HEADER, *, separator=",", encoding="utf-8"):
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows([header, *rows])
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


@pytest.mark.parametrize(
    ("separator", "encoding"), [(",", "utf-8"), (";", "cp1252"), ("\t", "utf-16"), (",", "utf-8-sig")]
)
def test_table_is_read_however_it_was_saved(district, tmp_path, separator, encoding):
    counts, problems = district.take(table(tmp_path / "people.csv", separator=separator, encoding=encoding))

    assert problems == []
    assert (
        counts["people"] == {"new": 3}
        and counts["classes"] == {"new": 2}
        and counts["enrolments"]["new"] == 4
    )
    assert district.rows("SELECT name FROM school WHERE tenant_id = :tenant") == [("Harbor, Middle",)]
    people = district.rows(
        "SELECT given_name, family_name, roster_part FROM person WHERE tenant_id = :tenant ORDER BY 1"
    )
    assert people == [("Ana", "Silva", "learner"), ("Cora", "Teach", "staff"), ("Zoë", "Muñoz", "learner")]
    years = district.rows(
        "SELECT grade, school_id IS NOT NULL FROM person_year WHERE tenant_id = :tenant ORDER BY 1"
    )
    assert years == [(0, True), (7, True)]
    assert district.one(
        "SELECT person_id FROM person_alias WHERE tenant_id = :tenant AND kind = 'sis' AND value = '1001'"
    ) == district.person("1001")


def test_same_table_again_changes_nothing(district, tmp_path):
    path = table(tmp_path / "people.csv")
    district.take(path)
    before = district.everything()

    counts, _ = district.take(path)

    assert counts["people"] == {"same": 3} and counts["enrolments"] == {"same": 4, "ended_with": 0}
    after = district.everything()
    for each in (before, after):
        each.pop("roster_run")
    assert after == before


def test_rows_that_cannot_be_used_are_named(district, tmp_path):
    rows = [
        *ROWS,
        ["", "No", "Body", "", "7", "", "", ""],
        ["1009", "Pat", "Janitor", "", "", "", "", "janitor"],
        ["1001", "Anna", "Other", "", "7", "", "", ""],
        ["1010", "Lee", "Odd", "lee", "seventh", "", "", ""],
    ]

    counts, problems = district.take(table(tmp_path / "people.csv", rows))

    assert problems == ["people.csv:6", "people.csv:7", "people.csv:8", "people.csv:9", "people.csv:9"]
    assert counts["people"] == {"new": 4}


def test_table_without_any_id_is_refused(district, tmp_path):
    with pytest.raises(RosterError, match="student_id” or “email"):
        district.take(
            table(tmp_path / "people.csv", header=["a", "First Name", "b", "c", "d", "e", "f", "g"])
        )


def test_table_of_headers_only_is_refused(district, tmp_path):
    with pytest.raises(RosterError, match="no rows"):
        district.take(table(tmp_path / "people.csv", []))


@pytest.mark.parametrize("name", TABLE)
def test_every_documented_column_is_read(roster_engine, district, tmp_path, name):
    """With another value in the column alone, another district comes out."""
    base = dict(
        zip(TABLE, ["1", "A", "B", "a@x.example", "NY1", "student", "4", "North", "Art", "A-1"], strict=True)
    )
    other = base | {name: {"role": "teacher", "grade": "5", "email": "b@x.example"}.get(name, "Other")}

    def outcome(row):
        one = District(roster_engine, f"{name.replace('_', '-')}-{row[name]}")
        one.take(table(tmp_path / "t.csv", [list(row.values())], list(row)))
        facts = {
            "person": "given_name, family_name, email, roster_part",
            "person_alias": "kind, value",
            "person_year": "grade",
            "school": "name",
            "roster_class": "title, sourced_id",
        }
        return [
            one.rows(f"SELECT {columns} FROM {table} WHERE tenant_id = :tenant ORDER BY 1")  # noqa: S608 - a test's own words
            for table, columns in facts.items()
        ]

    assert outcome(base) != outcome(other)
