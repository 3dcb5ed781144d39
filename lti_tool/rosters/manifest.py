"""manifest.csv of OneRoster: the version, and for each file whether it is the whole (bulk), what changed (delta), or not there (absent)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lti_tool.errors import RosterError
from lti_tool.rosters.oneroster import READERS
from lti_tool.rosters.source import Source
from lti_tool.rosters.table_rows import read_rows

Mode = Literal["bulk", "delta", "absent"]
NAME = "manifest.csv"
_NOTHING = ("", "absent", "none")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What is to be read, and how."""

    version: str
    modes: dict[str, Mode] = field(default_factory=dict)
    """By file name in lower case; only those that are read and there."""


def read_manifest(source: Source) -> Manifest:
    """Without a manifest, every known file that is there counts as bulk. Raises RosterError."""
    there = [name for name in READERS if name in source.files]
    if NAME not in source.files:
        if "users.csv" not in there and "enrollments.csv" not in there:
            raise RosterError(
                "This is no OneRoster roster: it has neither manifest.csv nor users.csv. Give the folder or ZIP that the SIS exported, or one plain CSV."
            )
        return Manifest(version="1.2" if "roles.csv" in there else "1.1", modes=dict.fromkeys(there, "bulk"))
    told = dict(_properties(source))
    version = told.get("oneroster.version", "1.1").strip()
    if version not in ("1.1", "1.2"):
        raise RosterError(
            f"The manifest says OneRoster {version[:10]}; 1.1 and 1.2 are read. Choose one of them where the SIS exports."
        )
    modes = {name: _mode(name, told.get(f"file.{name.removesuffix('.csv')}", "")) for name in READERS}
    for name, mode in modes.items():
        if mode != "absent" and name not in source.files:
            raise RosterError(
                f"The manifest says that {name} is there ({mode}), and it is not, so nothing was read. Export the roster again."
            )
    return Manifest(version=version, modes={name: mode for name, mode in modes.items() if mode != "absent"})


def _properties(source: Source) -> list[tuple[str, str]]:
    names = {"propertyname": "name", "value": "value"}
    rows = read_rows(source.files[NAME], lambda told: names.get(told.casefold()), ("name", "value"), _ignore)
    return [(row.get("name", "").strip().casefold(), row.get("value", "").strip()) for _, row in rows]


def _ignore(done: int) -> None:
    """The manifest is too short for a progress bar."""


def _mode(name: str, told: str) -> Mode:
    word = told.casefold()
    if word in _NOTHING:
        return "absent"
    if word == "bulk":
        return "bulk"
    if word == "delta":
        return "delta"
    raise RosterError(
        f"The manifest says “{told[:20]}” of {name}; it must be bulk, delta or absent. Export the roster again."
    )
