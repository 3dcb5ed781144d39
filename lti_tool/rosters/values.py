"""Single values of a roster: status, moments, grades, roles, user ids. What cannot be read is said, and the rest of the row is used."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from lti_tool.people.years import parse_grade

BEYOND_K12 = frozenset(
    {"it", "pr", "pk", "tk", "13", "ps", "ug", "other", "ot", "infanttoddler", "prek", "ungraded"}
)
"""Grade codes of OneRoster (CEDS) outside of kindergarten to grade 12: known, and kept as no grade."""
LEARNERS = frozenset({"student"})
STAFF = frozenset(
    [
        "teacher",
        "aide",
        "administrator",
        "proctor",
        "counselor",
        "principal",
        "siteadministrator",
        "districtadministrator",
        "systemadministrator",
    ]
)
OTHERS = frozenset({"guardian", "parent", "relative"})
ENROLLED_AS = {
    "student": "learner",
    "teacher": "instructor",
    "aide": "assistant",
    "proctor": "assistant",
    "administrator": "assistant",
}
STATE_IDS = frozenset({"state", "stateid", "statestudentid", "sasid", "ssid", "suid"})
_USER_ID = re.compile(r"\{\s*([^:{}]+?)\s*:\s*([^{}]+?)\s*\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def clean(text: str | None, limit: int = 255) -> str | None:
    """A text as it can be stored, or None where nothing is told."""
    if not text:
        return None
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    return text.strip()[:limit] or None


def is_gone(status: str | None) -> bool:
    """OneRoster 1.1 also had `inactive`, which says the same to us: not there now."""
    return bool(status) and (status or "").strip().casefold() in ("tobedeleted", "inactive")


def parse_moment(text: str | None) -> datetime | None:
    """A date and time of ISO 8601, in UTC. Raises ValueError.

    >>> parse_moment("2026-11-02T09:00:00.000Z").isoformat()
    '2026-11-02T09:00:00+00:00'
    """
    if not text:
        return None
    at = datetime.fromisoformat(text.strip())
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def parse_day(text: str | None) -> date | None:
    """Raises ValueError."""
    return date.fromisoformat(text.strip()[:10]) if text and text.strip() else None


def split(text: str | None) -> list[str]:
    """Ids of a list in one cell.

    >>> split("09, 10,,")
    ['09', '10']
    """
    return [part for told in (text or "").split(",") if (part := clean(told))]


def read_grades(text: str | None) -> tuple[int | None, str | None]:
    """The first grade of K to 12, and what could not be understood.

    >>> [read_grades(told) for told in ("KG", "PK,09", "13", "9th", "")]
    [(0, None), (9, None), (None, None), (None, '9th'), (None, None)]
    """
    unknown = None
    for word in split(text):
        grade = parse_grade(word)
        if grade is not None:
            return grade, None
        if word.casefold() not in BEYOND_K12:
            unknown = word
    return None, unknown


def part_of(role: str | None) -> str | None:
    """learner, staff or other (never taken); None for what is no role."""
    word = (role or "").strip().casefold()
    if word in LEARNERS:
        return "learner"
    if word in STAFF:
        return "staff"
    return "other" if word in OTHERS else None


def read_user_ids(text: str | None) -> list[tuple[str, str, str]]:
    """Those of `{type:id}` that say who somebody is: kind, namespace, value. LDAP names and the like are left out.

    >>> read_user_ids("{LDAP:ana},{State:NY1},{Clever : 5f}")
    [('state', 'state', 'NY1'), ('clever', 'clever', '5f')]
    """
    found = []
    for name, value in _USER_ID.findall(_CONTROL.sub(" ", text or "")):
        word = re.sub(r"[^a-z]", "", name.casefold())
        if word in STATE_IDS:
            found.append(("state", "state", value[:255]))
        elif word == "clever":
            found.append(("clever", "clever", value[:255]))
    return found
