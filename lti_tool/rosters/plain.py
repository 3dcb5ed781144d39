"""One plain CSV table as a roster, for districts without OneRoster: a row for each person and class. Columns: `columns.TABLE`."""

from __future__ import annotations

import hashlib
import re

from lti_tool.rosters.columns import TABLE
from lti_tool.rosters.oneroster import Reading, told_email, told_grade
from lti_tool.rosters.staging import Desk
from lti_tool.rosters.table_rows import Row
from lti_tool.rosters.values import clean

_NOT_A_WORD = re.compile(r"[\s_\-./]+")
_ROLES = {"": ("learner", "learner"), "student": ("learner", "learner"), "teacher": ("staff", "instructor")}


def _plain(header: str) -> str:
    return _NOT_A_WORD.sub("", header.casefold())


_NAMES = {_plain(word): name for name, (_, others) in TABLE.items() for word in (name, *others)}


def column_of(header: str) -> str | None:
    """The column that a header means.

    >>> [column_of(told) for told in ("Student ID", "E-Mail", "GRADE LEVEL", "Locker")]
    ['student_id', 'email', 'grade', None]
    """
    return _NAMES.get(_plain(header))


class TableReader:
    """Reads rows one after another; remembers whom and what it has seen, since people stand in it once a class."""

    def __init__(self) -> None:
        self._people: dict[str, tuple[str | None, ...]] = {}
        self._places: set[tuple[str, str]] = set()

    def __call__(self, row: Row, line: int, desk: Desk, how: Reading) -> None:
        email = told_email(row.get("email"), line, desk)
        student_id = clean(row.get("student_id"))
        key = student_id or (f"mailto:{email.casefold()}" if email else None)
        told_role = (row.get("role") or "").strip().casefold()
        if key is None:
            desk.problem(
                line,
                "The row has neither a student id nor an e-mail, so nobody can be known again by it.",
                "Fill in the column student_id, or email.",
            )
            return
        if told_role not in _ROLES:
            desk.problem(
                line,
                f"The role “{told_role[:40]}” is not known, so the row was passed over.",
                "Write student or teacher, or leave it empty.",
            )
            return
        part, role = _ROLES[told_role]
        school = self._school(row, line, desk)
        grade = told_grade(row.get("grade"), line, desk) if part == "learner" else None
        person = (part, clean(row.get("first_name")), clean(row.get("last_name")), email)
        self._person(key, person, school, grade, line, desk)
        if key not in self._people:
            return
        if ("alias", key) not in self._places:
            self._places.add(("alias", key))
            self._aliases(row, key, student_id, desk)
        self._class(row, key, role, school, line, desk)

    def _person(
        self,
        key: str,
        person: tuple[str | None, ...],
        school: str | None,
        grade: int | None,
        line: int,
        desk: Desk,
    ) -> None:
        known = self._people.get(key)
        if known is None:
            self._people[key] = person
            desk.put("user", line, key, False, None, *person, school, grade)
        elif known != person:
            desk.problem(
                line,
                "The same id stands above with another name, e-mail or role; what stands above was used.",
                "Give each person one id, and write them the same in every row.",
            )

    def _aliases(self, row: Row, key: str, student_id: str | None, desk: Desk) -> None:
        if student_id:
            desk.put("alias", key, "sis", "district", student_id)
        if state_id := clean(row.get("state_id")):
            desk.put("alias", key, "state", "state", state_id)

    def _school(self, row: Row, line: int, desk: Desk) -> str | None:
        name = clean(row.get("school"))
        if name is None:
            return None
        key = name.casefold().replace(",", " ")  # a comma stands between the ids of several schools
        if ("school", key) not in self._places:
            self._places.add(("school", key))
            desk.put("org", line, key, False, None, name, True)
        return key

    def _class(self, row: Row, key: str, role: str, school: str | None, line: int, desk: Desk) -> None:
        title, told = clean(row.get("class")), clean(row.get("class_id"))
        name = told or title
        if name is None:
            return
        class_key = told or f"{school or ''}/{name.casefold()}"[:255]
        if ("class", class_key) not in self._places:
            self._places.add(("class", class_key))
            grade = told_grade(row.get("grade"), line, desk) if role == "learner" else None
            desk.put("class", line, class_key, False, None, title or name, school, None, grade)
        enrolled = hashlib.sha256(f"{class_key}\n{key}".encode()).hexdigest()
        if ("enrolled", enrolled) not in self._places:
            self._places.add(("enrolled", enrolled))
            desk.put("enrollment", line, enrolled, False, None, class_key, key, role, None, None)
