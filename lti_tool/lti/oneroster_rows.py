"""From an entry of a OneRoster server's list to rows as its CSV files would have them. Only what is read of the files is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_FILES = {
    "orgs": "orgs.csv",
    "academicSessions": "academicsessions.csv",
    "classes": "classes.csv",
    "users": "users.csv",
    "enrollments": "enrollments.csv",
}
_PLAIN = (
    *(
        "sourcedId",
        "status",
        "dateLastModified",
        "name",
        "type",
        "title",
        "schoolYear",
        "endDate",
        "beginDate",
    ),
    *("givenName", "familyName", "email", "identifier", "username", "userMasterIdentifier", "role"),
)
Entry = Mapping[str, Any]


def rows_of(name: str, entry: Entry) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The file's name and the row; a user of 1.2 brings their roles along.

    >>> list(rows_of("enrollments", {"sourcedId": "E1", "class": {"sourcedId": "C1"}, "user": {"sourcedId": "U1"}, "role": "student"}))
    [('enrollments.csv', {'sourcedId': 'E1', 'role': 'student', 'classSourcedId': 'C1', 'userSourcedId': 'U1'})]
    """
    row = {key: str(entry[key]) for key in _PLAIN if isinstance(entry.get(key), str | int)}
    if name in ("classes", "users"):
        row["grades"] = _listed(entry.get("grades"))
    if name == "classes":
        row |= {"schoolSourcedId": _id(entry.get("school")), "termSourcedIds": _ids(entry.get("terms"))}
    elif name == "enrollments":
        row |= {"classSourcedId": _id(entry.get("class")), "userSourcedId": _id(entry.get("user"))}
    elif name == "users":
        row |= {
            "orgSourcedIds": _ids(entry.get("orgs")),
            "primaryOrgSourcedId": _id(entry.get("primaryOrg")),
            "userIds": _user_ids(entry.get("userIds")),
        }
    yield _FILES[name], row
    if name == "users":
        for role in _list(entry.get("roles")):
            yield "roles.csv", _role(role, row.get("sourcedId", ""))


def _role(role: Entry, user: str) -> Mapping[str, str]:
    told = {key: str(role[key]) for key in ("role", "roleType") if isinstance(role.get(key), str)}
    return told | {"userSourcedId": user, "orgSourcedId": _id(role.get("org"))}


def _list(value: object) -> list[Entry]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _id(value: object) -> str:
    told = value.get("sourcedId") if isinstance(value, dict) else None
    return told if isinstance(told, str) else ""


def _ids(value: object) -> str:
    return ",".join(filter(None, map(_id, _list(value))))


def _listed(value: object) -> str:
    return ",".join(str(each) for each in value) if isinstance(value, list) else str(value or "")


def _user_ids(value: object) -> str:
    return ",".join(f"{{{each.get('type')}:{each.get('identifier')}}}" for each in _list(value))
