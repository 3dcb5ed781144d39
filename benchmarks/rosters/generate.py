"""A district's OneRoster 1.1 export, made up: always the same for the same size, with nobody real in it."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GIVEN = [
    "Ana",
    "Ben",
    "Cleo",
    "Dev",
    "Elif",
    "Femi",
    "Gia",
    "Hugo",
    "Ines",
    "Jun",
    "Kofi",
    "Lena",
    "Mai",
    "Noor",
    "Omar",
    "Pia",
]
FAMILY = [
    "Abebe",
    "Brandt",
    "Chen",
    "Diaz",
    "Eze",
    "Fischer",
    "Garcia",
    "Haddad",
    "Ito",
    "Jansen",
    "Khan",
    "Lopez",
    "Meyer",
    "Nguyen",
]


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large the district is."""

    users: int = 100_000
    schools: int = 20
    classes: int = 5_000
    enrolments: int = 600_000

    @property
    def teachers(self) -> int:
        return max(1, self.users // 20)


def generate(folder: Path, size: Size, *, seed: int = 7, changed: float = 0.0) -> Path:
    """Write the files. `changed` is the share of students whose last name and grade are others than without it."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(seed)
    _write(folder / "manifest.csv", [("propertyName", "value"), *_manifest()])
    _write(
        folder / "orgs.csv",
        [("sourcedId", "name", "type"), *((f"S{n}", f"School {n}", "school") for n in range(size.schools))],
    )
    terms = [
        ("sourcedId", "title", "type", "startDate", "endDate", "schoolYear"),
        ("T1", "2026/27", "schoolYear", "2026-08-15", "2027-06-15", "2027"),
    ]
    _write(folder / "academicSessions.csv", terms)
    _write(folder / "classes.csv", _classes(size))
    _write(folder / "users.csv", _users(size, dice, changed))
    _write(folder / "enrollments.csv", _enrolments(size, dice))
    return folder


def _manifest() -> Iterator[tuple[str, str]]:
    yield ("oneroster.version", "1.1")
    for name in ("orgs", "academicSessions", "classes", "users", "enrollments"):
        yield (f"file.{name}", "bulk")


def _classes(size: Size) -> Iterator[tuple[Any, ...]]:
    yield ("sourcedId", "title", "grades", "schoolSourcedId", "termSourcedIds")
    for n in range(size.classes):
        yield (f"C{n}", f"Class {n}", f"{n % 13:02}" if n % 13 else "KG", f"S{n % size.schools}", "T1")


def _users(size: Size, dice: random.Random, changed: float) -> Iterator[tuple[Any, ...]]:
    yield (
        "sourcedId",
        "givenName",
        "familyName",
        "email",
        "role",
        "grades",
        "orgSourcedIds",
        "identifier",
        "userIds",
        "username",
    )
    for n in range(size.users):
        is_teacher = n < size.teachers
        given, family = dice.choice(GIVEN), f"{dice.choice(FAMILY)}-{dice.randrange(3000)}"
        grade = "" if is_teacher else f"{n % 13:02}" if n % 13 else "KG"
        if changed and not is_teacher and n % round(1 / changed) == 0:
            family, grade = f"{family}-Smith", "12"
        ids = "" if is_teacher else f"{{State:NY{n:09}}}"
        email = f"u{n}@district.example"
        yield (
            f"U{n}",
            given,
            family,
            email,
            "teacher" if is_teacher else "student",
            grade,
            f"S{n % size.schools}",
            900_000 + n,
            ids,
            f"u{n}",
        )


def _enrolments(size: Size, dice: random.Random) -> Iterator[tuple[Any, ...]]:
    """Each class has a teacher; the rest are students, each in another class each time."""
    yield ("sourcedId", "classSourcedId", "userSourcedId", "role", "beginDate", "endDate")
    for n in range(size.enrolments):
        if n < size.classes:
            yield (f"E{n}", f"C{n}", f"U{n % size.teachers}", "teacher", "", "")
        else:
            student = size.teachers + n % (size.users - size.teachers)
            yield (
                f"E{n}",
                f"C{dice.randrange(size.classes)}",
                f"U{student}",
                "student",
                "2026-08-15",
                "2027-06-15",
            )


def _write(path: Path, rows: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
