"""A district's SIS for tests: its files, written as a SIS exports them, and the import of them."""

import csv
import uuid
import zipfile
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from lti_tool.db.connect import session_factory, transaction
from lti_tool.people.tables import PersonAlias, Tenant
from lti_tool.rosters.importing import import_files
from lti_tool.rosters.oneroster import Reading
from lti_tool.rosters.work import Means, Order

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ORGS = [
    {"sourcedId": "S1", "name": "Harbor Middle School", "type": "school"},
    {"sourcedId": "D", "name": "Harbor District", "type": "district"},
]
TERMS = [{"sourcedId": "T1", "title": "2026/27", "type": "schoolYear", "schoolYear": "2027"}]
CLASSES = [
    {
        "sourcedId": "C1",
        "title": "English 7",
        "grades": "07",
        "schoolSourcedId": "S1",
        "termSourcedIds": "T1",
    },
    {
        "sourcedId": "C2",
        "title": "Science 7",
        "grades": "07",
        "schoolSourcedId": "S1",
        "termSourcedIds": "T1",
    },
]
USERS = [
    {"sourcedId": "U1", "givenName": "Ana", "familyName": "Silva", "email": "ana@harbor.example", "role": "student", "grades": "07", "orgSourcedIds": "S1", "identifier": "1001", "username": "asilva", "userIds": "{State:NY1},{LDAP:asilva}"},
    {"sourcedId": "U2", "givenName": "Ben", "familyName": "Okafor", "email": "", "role": "student", "grades": "KG", "orgSourcedIds": "S1", "identifier": "1002", "username": "bokafor", "userIds": ""},
    {"sourcedId": "U3", "givenName": "Cora", "familyName": "Teach", "email": "cora@harbor.example", "role": "teacher", "grades": "", "orgSourcedIds": "S1", "identifier": "9001", "username": "cteach", "userIds": ""},
    {"sourcedId": "U4", "givenName": "Gus", "familyName": "Guardian", "email": "gus@home.example", "role": "guardian", "grades": "", "orgSourcedIds": "S1", "identifier": "", "username": "", "userIds": ""},
]  # fmt: skip
ENROLLMENTS = [
    {"sourcedId": "E1", "classSourcedId": "C1", "userSourcedId": "U1", "role": "student"},
    {"sourcedId": "E2", "classSourcedId": "C1", "userSourcedId": "U3", "role": "teacher"},
    {"sourcedId": "E3", "classSourcedId": "C2", "userSourcedId": "U1", "role": "student"},
    {"sourcedId": "E4", "classSourcedId": "C2", "userSourcedId": "U2", "role": "student"},
]
WHOLE = {
    "orgs.csv": ORGS,
    "academicSessions.csv": TERMS,
    "classes.csv": CLASSES,
    "users.csv": USERS,
    "enrollments.csv": ENROLLMENTS,
}


def changed(rows, key, **values):
    """The rows, with one of them changed."""
    return [{**row, **values} if row["sourcedId"] == key else row for row in rows]


def without(rows, *keys):
    return [row for row in rows if row["sourcedId"] not in keys]


def delta(rows, *, at, status="active"):
    return [{**row, "status": status, "dateLastModified": at} for row in rows]


def write_roster(folder, files=WHOLE, *, mode="bulk", version="1.1"):
    """Files of a SIS with their manifest; a file whose rows are None is absent."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", version)]
    for name in ("orgs", "academicSessions", "classes", "users", "roles", "enrollments", "demographics"):
        rows = files.get(f"{name}.csv")
        manifest.append((f"file.{name}", mode if rows is not None else "absent"))
        if rows is not None:
            write_table(folder / f"{name}.csv", rows)
    with (folder / "manifest.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(manifest)
    return folder


def write_table(path, rows, **options):
    columns = list(dict.fromkeys(name for row in rows for name in row)) or ["sourcedId", "classSourcedId", "userSourcedId", "role", "name"]  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, columns, restval="", **options)
        table.writeheader()
        table.writerows(rows)
    return path


def packed(folder, inside=""):
    """The folder as a ZIP beside it."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, inside + file.name)
    return path


class Silent:
    """Hears of progress and says nothing; stops the import where a test wants it to."""

    def __init__(self, stop_at=None):
        self.stop_at, self.told, self.label = stop_at, [], None

    def begin(self, label, total):
        self.label = label

    def advance(self, done):
        self.told.append((self.label, done))
        if self.stop_at is not None and len(self.told) == self.stop_at:
            raise KeyboardInterrupt


class District:
    """A district with a roster, on a database."""

    def __init__(self, engine, slug="harbor"):
        self.sessions = session_factory(engine)
        self.now = NOW
        with transaction(self.sessions) as session:
            tenant = Tenant(id=uuid.uuid4(), slug=slug, name=slug.title(), created_at=NOW)
            session.add(tenant)
        self.tenant_id = tenant.id

    def means(self, progress=None):
        return Means(sessions=self.sessions, clock=lambda: self.now, progress=progress or Silent())

    def order(self, *, source="sis", sis_field="sourcedId", is_dry=False):
        return Order(
            tenant_id=self.tenant_id, source=source, reading=Reading(sis_field=sis_field), is_dry=is_dry
        )

    def take(self, path, *, progress=None, **order):
        """Import it; gives counts and problems as `file:line`."""
        self.now += timedelta(minutes=10)
        outcome = import_files(self.means(progress), self.order(**order), path)
        return outcome.run.counts, [f"{each.file}:{each.line}" for each in outcome.problems]

    def rows(self, statement, **values):
        with self.sessions() as session:
            found = session.execute(text(statement), {"tenant": self.tenant_id, **values})
            return [tuple(row) for row in found]

    def one(self, statement, **values):
        (row,) = self.rows(statement, **values)
        return row[0] if len(row) == 1 else row

    def person(self, sourced_id, source="sis"):
        return self.one(
            "SELECT person_id FROM person_alias WHERE tenant_id = :tenant AND kind = 'oneroster' AND namespace = :source AND value = :id",
            source=source,
            id=sourced_id,
        )

    def enrolled(self, status="active"):
        """Who is in which class, as sourcedIds."""
        return sorted(
            self.rows(
                """SELECT c.sourced_id, a.value FROM roster_enrollment e JOIN roster_class c ON c.id = e.class_id
                JOIN person_alias a ON a.person_id = e.person_id AND a.kind = 'oneroster'
                WHERE e.tenant_id = :tenant AND e.status = :status""",
                status=status,
            )
        )

    def cases(self):
        return sorted(
            self.rows("SELECT reason, person_id, other_id, value FROM merge_case WHERE tenant_id = :tenant"),
            key=str,
        )

    def everything(self):
        """All that an import writes, in a shape that can be compared."""
        tables = ("school", "person", "person_alias", "person_year", "merge_case", "roster_class", "roster_enrollment", "roster_run", "roster_problem")  # fmt: skip
        return {
            name: sorted(self.rows(f"SELECT * FROM {name} WHERE tenant_id = :tenant"), key=str)  # noqa: S608 - names of our own
            for name in tables
        }


def add_alias(session, tenant_id, person_id, kind, value, namespace=None):
    """An id by which another system calls somebody."""
    spaces = {"lti": "platform", "sis": "district", "state": "state"}
    session.add(
        PersonAlias(
            id=uuid.uuid4(),
            tenant_id=tenant_id,
            person_id=person_id,
            kind=kind,
            namespace=namespace or spaces[kind],
            value=value,
            first_seen_at=NOW,
            last_seen_at=NOW,
        )
    )


ALL_ENROLLED = [("C1", "U1"), ("C1", "U3"), ("C2", "U1"), ("C2", "U2")]
