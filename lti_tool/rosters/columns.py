"""Every column that is read of a roster's files, and what for. What does not stand here is never read; docs/rosters.md is made from it."""

from __future__ import annotations

from collections.abc import Mapping

_COMMON = {
    "sourcedId": "The id (required); it must never be given to another thing",
    "status": "`tobedeleted` ends it here; nothing is deleted",
    "dateLastModified": "In a delta: what is older than what is held is passed over",
}
ONEROSTER: Mapping[str, Mapping[str, str]] = {
    "orgs.csv": _COMMON
    | {
        "name": "The school's name (required)",
        "type": "`school` is taken; a district or other level is passed over",
    },
    "academicsessions.csv": _COMMON
    | {
        "schoolYear": "The year in which the school year ends",
        "type": "Of a `term` or `semester` the end is kept: its levels are frozen then",
        "title": "The term's name; schools that end it on different days share it until the last",
        "endDate": "The term's last day; also the school year where there is no schoolYear",
    },
    "classes.csv": _COMMON
    | {
        "title": "The class's name (required)",
        "grades": "The first of K to 12",
        "schoolSourcedId": "Its school",
        "termSourcedIds": "Its school year: that of the first",
    },
    "users.csv": _COMMON
    | {
        "givenName": "First name",
        "familyName": "Last name",
        "email": "An id by the rules of docs/people.md",
        "role": "OneRoster 1.1: who learns and who teaches; guardians, parents and relatives are passed over",
        "grades": "Students: the grade of this school year",
        "orgSourcedIds": "OneRoster 1.1: the school, the first that is one",
        "primaryOrgSourcedId": "OneRoster 1.2: the school",
        "identifier": "With `--sis-id identifier`: what the LMS sends as SIS id",
        "username": "With `--sis-id username`: what the LMS sends as SIS id",
        "userIds": "`{State:…}` and `{Clever:…}`; others are passed over",
        "userMasterIdentifier": "OneRoster 1.2: an id of the person",
    },
    "roles.csv": {
        "status": "`tobedeleted` is passed over",
        "userSourcedId": "OneRoster 1.2: whose role (required)",
        "roleType": "`primary` says the school, where several are told",
        "role": "Who learns and who teaches",
        "orgSourcedId": "The school",
    },
    "enrollments.csv": _COMMON
    | {
        "classSourcedId": "The class (required)",
        "userSourcedId": "The person (required)",
        "role": "`student`, `teacher`, `aide`, `proctor` or `administrator`",
        "beginDate": "Kept",
        "endDate": "A day that is past ends it",
    },
}
"""By the file's name in lower case. Headers are read whatever their case."""
NEVER_READ: Mapping[str, str] = {
    "demographics.csv": "race, sex and birth date: not needed to teach information literacy",
    "userProfiles.csv": "accounts of other programs and their passwords",
    "courses.csv": "nothing of it is needed",
    "users.csv: password, phone, sms, middleName, agentSourcedIds, pronouns, preferred names": "not needed",
}
TABLE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "student_id": (
        "What the SIS and the LMS call the person. Required, unless there is an e-mail",
        ("id", "sis id", "student number", "person id", "local id"),
    ),
    "first_name": ("First name", ("given name", "first", "forename")),
    "last_name": ("Last name", ("family name", "last", "surname")),
    "email": ("An id by the rules of docs/people.md", ("e-mail", "mail", "email address", "student email")),
    "state_id": ("The state's student id", ("state student id", "ssid", "sasid")),
    "role": ("`student` or `teacher`; empty is `student`", ()),
    "grade": ("K, KG, 0 to 12", ("grade level", "year level")),
    "school": ("The school's name, as the board shall show it", ("school name", "building")),
    "class": (
        "The class's name; a student of several classes has a row for each",
        ("class name", "section", "course"),
    ),
    "class_id": ("Where two classes of a school have the same name", ("section id", "class code")),
}
"""Columns of the one plain table, with other names that are understood. Case, spaces, underscores and hyphens do not matter."""
