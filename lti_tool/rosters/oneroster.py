"""OneRoster's rows made ours: one function a file, fed by CSV and by REST alike.

Spec: https://www.imsglobal.org/spec/oneroster/v1p1/csv and /v1p2. Columns that are read: `columns.ONEROSTER`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from lti_tool.rosters.staging import Desk
from lti_tool.rosters.table_rows import Row
from lti_tool.rosters.tables import SISField
from lti_tool.rosters.values import (
    ENROLLED_AS,
    clean,
    is_gone,
    parse_day,
    parse_moment,
    part_of,
    read_grades,
    read_user_ids,
    split,
)

T = TypeVar("T")
TERMS = frozenset({"term", "semester"})
"""Types of academic sessions at whose end levels are kept; a school year's end is known without."""
_NO_ID = "The row has no sourcedId, so it was passed over."
_GIVE_ID = "Every row needs an id. Export it again, or tell the maker of your student information system."


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a source's rows are to be understood."""

    sis_field: SISField
    """Which field of a user is what the LMS sends as SIS id."""


def read_org(row: Row, line: int, desk: Desk, how: Reading) -> None:
    if (common := _common(row, line, desk)) is None:
        return
    name, kind = clean(row.get("name")), (row.get("type") or "school").strip().casefold()
    if name is None:
        desk.problem(line, "The school has no name, so it was passed over.", "Give it a name in the SIS.")
        return
    desk.put("org", *common, name, kind == "school")


def read_term(row: Row, line: int, desk: Desk, how: Reading) -> None:
    if (common := _common(row, line, desk)) is None:
        return
    told = (row.get("schoolYear") or (row.get("endDate") or "")[:4]).strip()
    if not (told.isascii() and told.isdigit() and len(told) == 4):
        desk.problem(
            line,
            "The academic session has no school year, so its classes count for the present one.",
            "Give schoolYear as the year in which it ends, such as 2027.",
        )
        return
    is_term = (row.get("type") or "").strip().casefold() in TERMS
    last_day = _read(parse_day, row.get("endDate"), "endDate", line, desk) if is_term else None
    desk.put("term", *common, int(told), clean(row.get("title"), 64) if is_term else None, last_day)


def read_class(row: Row, line: int, desk: Desk, how: Reading) -> None:
    if (common := _common(row, line, desk)) is None:
        return
    title = clean(row.get("title")) or common[1]
    grade = told_grade(row.get("grades"), line, desk)
    terms = split(row.get("termSourcedIds"))
    desk.put("class", *common, title, clean(row.get("schoolSourcedId")), terms[0] if terms else None, grade)


def read_user(row: Row, line: int, desk: Desk, how: Reading) -> None:
    if (common := _common(row, line, desk)) is None:
        return
    told = row.get("role")
    part = part_of(told)
    if told and told.strip() and part is None:
        desk.problem(
            line,
            f"The role “{told.strip()[:40]}” is not known, so the person was passed over.",
            "Use a role of OneRoster, such as student, teacher, aide or administrator.",
        )
        return
    if part == "other":  # Nothing about families is kept, not even staged.
        desk.put("user", *common, part, None, None, None, None, None)
        return
    orgs = split(row.get("primaryOrgSourcedId")) or split(row.get("orgSourcedIds"))
    desk.put(
        "user",
        *common,
        part,
        clean(row.get("givenName")),
        clean(row.get("familyName")),
        told_email(row.get("email"), line, desk),
        ",".join(orgs) or None,
        told_grade(row.get("grades"), line, desk) if part != "staff" else None,
    )
    for alias in _aliases(row, common[1], how):
        desk.put("alias", common[1], *alias)


def _aliases(row: Row, sourced_id: str, how: Reading) -> set[tuple[str, str, str]]:
    found = set(read_user_ids(row.get("userIds")))
    if sis := clean(row.get(how.sis_field)):
        found.add(("sis", "district", sis))
    if master := clean(row.get("userMasterIdentifier")):
        found.add(("master", "master", master))
    return found


def read_role(row: Row, line: int, desk: Desk, how: Reading) -> None:
    if is_gone(row.get("status")):
        return
    user, part = clean(row.get("userSourcedId")), part_of(row.get("role"))
    if user is None or part is None:
        desk.problem(
            line,
            "The role names no user, or is not known, so it was passed over.",
            "Use userSourcedId and a role of OneRoster 1.2, such as student or teacher.",
        )
        return
    is_primary = (row.get("roleType") or "").strip().casefold() == "primary"
    desk.put("role", user, part, clean(row.get("orgSourcedId")), is_primary)


def read_enrollment(row: Row, line: int, desk: Desk, how: Reading) -> None:
    if (common := _common(row, line, desk)) is None:
        return
    told = (row.get("role") or "").strip().casefold()
    role = ENROLLED_AS.get(told)
    class_id, user_id = clean(row.get("classSourcedId")), clean(row.get("userSourcedId"))
    if common[2]:  # What is to end is known by its own id.
        role = role or "learner"
    elif role is None or class_id is None or user_id is None:
        if part_of(told) != "other":
            desk.problem(
                line,
                "The enrolment lacks its class, its person or a role that is known, so it was passed over.",
                "Give classSourcedId, userSourcedId and a role such as student or teacher.",
            )
        return
    begins = _read(parse_day, row.get("beginDate"), "beginDate", line, desk)
    ends = _read(parse_day, row.get("endDate"), "endDate", line, desk)
    desk.put("enrollment", *common, class_id or "", user_id or "", role, begins, ends)


Read = Callable[[Row, int, Desk, Reading], None]
READERS: Mapping[str, Read] = {
    "orgs.csv": read_org,
    "academicsessions.csv": read_term,
    "classes.csv": read_class,
    "users.csv": read_user,
    "roles.csv": read_role,
    "enrollments.csv": read_enrollment,
}
"""In the order in which they are read."""
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "orgs.csv": ("sourcedId", "name"),
    "academicsessions.csv": ("sourcedId",),
    "classes.csv": ("sourcedId",),
    "users.csv": ("sourcedId",),
    "roles.csv": ("userSourcedId", "role"),
    "enrollments.csv": ("sourcedId", "classSourcedId", "userSourcedId", "role"),
}


def _common(row: Row, line: int, desk: Desk) -> tuple[int, str, bool, datetime | None] | None:
    """Line, sourcedId, whether it is to be deleted, when it was changed; None for a row without an id."""
    sourced_id = clean(row.get("sourcedId"))
    if sourced_id is None:
        desk.problem(line, _NO_ID, _GIVE_ID)
        return None
    modified = _read(parse_moment, row.get("dateLastModified"), "dateLastModified", line, desk)
    return line, sourced_id, is_gone(row.get("status")), modified


def _read(
    parse: Callable[[str | None], T | None], told: str | None, name: str, line: int, desk: Desk
) -> T | None:
    if not told:
        return None
    try:
        return parse(told)
    except ValueError:
        desk.problem(
            line,
            f"{name} is “{told[:40]}”, which is no date, so it counts as not told.",
            "Write dates as 2026-11-02, and moments as 2026-11-02T09:00:00Z.",
        )
        return None


def told_grade(told: str | None, line: int, desk: Desk) -> int | None:
    if not told:
        return None
    grade, unknown = read_grades(told)
    if unknown is not None:
        desk.problem(
            line,
            f"The grade “{unknown[:40]}” is not known, so it counts as not told.",
            "Use KG and 01 to 12 (PK, TK, 13, PS, UG and Other are kept as no grade).",
        )
    return grade


def told_email(told: str | None, line: int, desk: Desk) -> str | None:
    email = clean(told)
    if email is None or ("@" in email[1:-1] and " " not in email):
        return email
    desk.problem(
        line, "The e-mail is no address, so it counts as not told.", "Mend it in the SIS, or leave it empty."
    )
    return None
