"""Maple Valley School District: its schools, courses and people, the same each time for the same seed."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from lti_tool.demo_lms.names import FAMILY_NAMES, GIVEN_NAMES
from lti_tool.demo_lms.quirks import Quirks
from lti_tool.demo_lms.records import Copy

PersonKind = Literal["student", "teacher", "specialist", "assistant", "designer", "observer", "test student"]
STUDENTS_PER_COURSE = 25
SPANISH_SHARE = 0.25
_NAMESPACE = uuid.UUID("6f0e7b9a-3b0e-4d0c-8f0a-2f6a5f1f7c11")


@dataclass(frozen=True, kw_only=True)
class School:
    """A school of the district."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """One class: a teacher and twenty-five students of one grade."""

    id: str
    """Readable, for this LMS's own pages and for scripts."""
    context_id: str
    """Opaque, what the tool is told."""
    label: str
    title: str
    grade: int
    school: School
    teacher_id: str
    people_of: str = ""
    """The course whose people it has too; empty: its own."""
    origins: tuple[str, ...] = ()
    """Context ids of the courses it was copied from, the nearest first."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who can be chosen on the front page."""

    id: str
    """Readable login id, such as student-001."""
    sub: str
    """Opaque, the only id the tool is told."""
    kind: PersonKind
    given_name: str
    family_name: str
    locale: str
    sis_id: str
    course_id: str | None

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def email(self) -> str:
        return f"{self.id}@maple-valley.example"


@dataclass(frozen=True, kw_only=True)
class District:
    """Everything that never changes while the demo runs."""

    name: str
    guid: str
    schools: tuple[School, ...]
    courses: tuple[Course, ...]
    people: tuple[Person, ...]

    @cached_property
    def _people_by_id(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def _people_by_sub(self) -> dict[str, Person]:
        return {person.sub: person for person in self.people}

    def find_person(self, person_id: str | None) -> Person | None:
        return self._people_by_id.get(person_id or "")

    def find_person_by_sub(self, sub: str) -> Person | None:
        return self._people_by_sub.get(sub)

    def find_course(self, course_id: str | None) -> Course | None:
        return next((course for course in self.courses if course.id == course_id), None)

    def find_course_by_context(self, context_id: str) -> Course | None:
        return next((course for course in self.courses if course.context_id == context_id), None)

    def list_members(self, course_id: str) -> list[Person]:
        """Teacher first, then the students by id."""
        people = [person for person in self.people if self.is_member(person, course_id)]
        return sorted(people, key=lambda person: (person.kind != "teacher", person.id))

    def is_member(self, person: Person, course_id: str | None) -> bool:
        course = self.find_course(course_id)
        return person.course_id == (course.people_of or course.id if course else None)

    def list_students(self, course_id: str) -> list[Person]:
        return [person for person in self.list_members(course_id) if person.kind == "student"]

    def list_gradable(self, course_id: str) -> list[Person]:
        """The rows of a gradebook."""
        return [person for person in self.list_members(course_id) if self.is_gradable(person, course_id)]

    def is_gradable(self, person: Person, course_id: str) -> bool:
        return self.is_member(person, course_id) and person.kind in ("student", "test student")

    def with_copy(self, copy: Copy, seed: int) -> District:
        """With one course more: the same people, another id. Its origins are known, the nearest first."""
        origin = self.find_course(copy.origin_id)
        if origin is None:
            return self
        made = replace(
            origin,
            id=copy.course_id,
            context_id=opaque_id(seed, f"course:{copy.course_id}"),
            title=copy.title,
            people_of=origin.people_of or origin.id,
            origins=(origin.context_id, *origin.origins),
        )
        return replace(self, courses=(*self.courses, made))


def opaque_id(seed: int, name: str) -> str:
    """The same UUID for the same seed and name, telling nothing about either."""
    return str(uuid.uuid5(_NAMESPACE, f"{seed}:{name}"))


_CEDAR = School(id="cedar", name="Cedar Elementary")
_HARBOR = School(id="harbor", name="Harbor Middle & High")
_COURSES = (
    (_CEDAR, 2, "LIB-2", "Grade 2 Reading Workshop", ("Grace", "Whitfield")),
    (_CEDAR, 4, "SS-4", "Grade 4 Social Studies", ("Daniel", "Okonkwo")),
    (_CEDAR, 5, "SCI-5", "Grade 5 Science", ("Mei-Ling", "Sato")),
    (_HARBOR, 7, "ELA-7", "Grade 7 English", ("Marcus", "Bell")),
    (_HARBOR, 8, "SS-8", "Grade 8 Civics", ("Leila", "Haidari")),
    (_HARBOR, 11, "HIST-11", "Grade 11 U.S. History", ("Teresa", "Yazzie")),
)
_ANA = ("Ana", "Morales")


def seed_district(seed: int = 2026, quirks: Quirks | None = None) -> District:
    """Build the district; equal seeds give equal ids, names and locales."""
    quirks = quirks or Quirks()
    courses = tuple(
        Course(
            id=f"grade-{grade}",
            context_id=opaque_id(seed, f"course:{grade}"),
            label=label,
            title=title,
            grade=grade,
            school=school,
            teacher_id=f"teacher-{number}",
        )
        for number, (school, grade, label, title, _) in enumerate(_COURSES, start=1)
    )
    people = [_specialist(seed), *_teachers(seed, courses), *_students(seed, courses)]
    if quirks.extra_people:
        people += [person for course in courses for person in _extra_people(seed, course)]
    if quirks.numbered_subs:
        people = [replace(person, sub=numbered_sub(person.sub)) for person in people]
    return District(
        name="Maple Valley School District",
        guid=opaque_id(seed, "district"),
        schools=(_CEDAR, _HARBOR),
        courses=courses,
        people=tuple(people),
    )


def numbered_sub(sub: str) -> str:
    """As Schoology writes it: a number and a hash."""
    return f"{int(sub[:7], 16)}::{sub.replace('-', '')}"


_EXTRA_PEOPLE: tuple[tuple[PersonKind, str, str], ...] = (
    ("assistant", "Jordan", "Pike"),
    ("designer", "Sofia", "Lind"),
    ("observer", "Ruth", "Amari"),
    ("test student", "Test", "Student"),
)


def _extra_people(seed: int, course: Course) -> list[Person]:
    """Those whom Canvas knows beside teachers and students; named after their course."""
    return [
        Person(
            id=f"{kind.replace(' ', '-')}-{course.grade}",
            sub=opaque_id(seed, f"{kind}-{course.grade}"),
            kind=kind,
            given_name=given_name,
            family_name=family_name,
            locale="en",
            sis_id="" if kind == "test student" else f"X{course.grade:02}-{number}",
            course_id=course.id,
        )
        for number, (kind, given_name, family_name) in enumerate(_EXTRA_PEOPLE, start=1)
    ]


def _specialist(seed: int) -> Person:
    return Person(
        id="specialist-1",
        sub=opaque_id(seed, "specialist-1"),
        kind="specialist",
        given_name="Rosa",
        family_name="Delgado",
        locale="en",
        sis_id="D3001",
        course_id=None,
    )


def _teachers(seed: int, courses: tuple[Course, ...]) -> list[Person]:
    return [
        Person(
            id=course.teacher_id,
            sub=opaque_id(seed, course.teacher_id),
            kind="teacher",
            given_name=given_name,
            family_name=family_name,
            locale="en",
            sis_id=f"T2{number:03}",
            course_id=course.id,
        )
        for number, (course, (*_, (given_name, family_name))) in enumerate(
            zip(courses, _COURSES, strict=True), start=1
        )
    ]


def _students(seed: int, courses: tuple[Course, ...]) -> list[Person]:
    seats = [course for course in courses for _ in range(STUDENTS_PER_COURSE)]
    ana_seat = next(index for index, course in enumerate(seats) if course.grade == 7)
    # Names and languages are drawn apart from one another: a name does not tell what language a child reads.
    rng = random.Random(seed)  # noqa: S311 - invented names need no cryptography
    names = _draw_names(rng, len(seats))
    spanish = set(rng.sample(range(len(seats)), round(len(seats) * SPANISH_SHARE))) | {ana_seat}
    names[ana_seat] = _ANA
    return [
        Person(
            id=f"student-{index + 1:03}",
            sub=opaque_id(seed, f"student-{index + 1:03}"),
            kind="student",
            given_name=names[index][0],
            family_name=names[index][1],
            locale="es" if index in spanish else "en",
            sis_id=f"S{100_000 + index + 1}",
            course_id=course.id,
        )
        for index, course in enumerate(seats)
    ]


def _draw_names(rng: random.Random, count: int) -> list[tuple[str, str]]:
    """No full name twice; a given name returns only after all others were used."""
    given = rng.sample(GIVEN_NAMES, len(GIVEN_NAMES)) + rng.sample(GIVEN_NAMES, len(GIVEN_NAMES))
    family = rng.sample(FAMILY_NAMES, len(FAMILY_NAMES)) + rng.sample(FAMILY_NAMES, len(FAMILY_NAMES))
    pairs = dict.fromkeys(zip(given, family, strict=False))
    return list(pairs)[:count]
