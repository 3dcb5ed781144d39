"""Catalogues: the records that are searched, shipped with this kind or written by an author in a file of their own.

A catalogue is a YAML file with `records` and, if wished, `subjects_in_spanish`. Shipped ones lie in `catalogues/` and are named without
ending; an author's own lies in the module's folder (or beside the banks, in `quizzes/`) and is named with it: `catalogues/town.yaml`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field, ValidationError, model_validator
from ruamel.yaml.error import MarkedYAMLError

from lti_tool import quick_yaml
from lti_tool.interactions.checks import check_unique
from lti_tool.interactions.contract import FilesError, Part

SHIPPED = Path(__file__).parent / "catalogues"
MOST_RECORDS = 1000
Form: TypeAlias = Literal["book", "article", "reference", "video", "website", "podcast", "map", "data"]
Words: TypeAlias = Annotated[str, Field(min_length=1, max_length=400)]
RecordId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=24)]


class Record(Part):
    """One source as a library's catalogue describes it."""

    id: RecordId
    title: Words
    by: Words
    year: int = Field(ge=1000, le=2100)
    form: Form
    grades: tuple[int, int]
    """First and last; kindergarten is 0."""
    lang: Literal["en", "es"] = "en"
    shelf: Words | None = None
    """The call number of what stands on a shelf."""
    subjects: tuple[Words, ...] = Field(min_length=1, max_length=8)
    about: Words


class Catalogue(Part):
    records: tuple[Record, ...] = Field(min_length=12, max_length=MOST_RECORDS)
    subjects_in_spanish: Mapping[str, str] = Field(default_factory=dict)
    fingerprint: str = ""
    """Of the file it was read from; indexes are kept by it."""

    @model_validator(mode="after")
    def check_ids(self) -> Self:
        check_unique((record.id for record in self.records), "the ids of the records")
        return self

    @property
    def widest(self) -> int:
        """A search that finds more than this is too wide to be read: 60 records, or a quarter of a small catalogue."""
        return min(60, len(self.records) // 4)

    def by_id(self) -> dict[str, Record]:
        return {record.id: record for record in self.records}

    def subjects(self) -> frozenset[str]:
        return frozenset(subject for record in self.records for subject in record.subjects)

    def headings(self, record: Record) -> tuple[str, ...]:
        """A record's subjects in the language of the record."""
        if record.lang == "en":
            return record.subjects
        return tuple(self.subjects_in_spanish.get(subject, subject) for subject in record.subjects)


def shipped_names() -> list[str]:
    return sorted(file.stem for file in SHIPPED.glob("*.yaml"))


@cache
def shipped(name: str) -> Catalogue:
    """Raises ValueError for a catalogue that is not shipped."""
    if name not in shipped_names():
        raise ValueError(
            f"There is no catalogue “{name}”: name one of {', '.join(shipped_names())}, or a file of your own ending in .yaml."
        )
    return read(SHIPPED / f"{name}.yaml")


def read(file: Path) -> Catalogue:
    """Raises FilesError with what the file lacks."""
    try:
        text = file.read_text("utf-8")
        data = quick_yaml.load(text)
    except OSError as error:
        raise FilesError(
            f"There is no catalogue {file.name} here.", f"Expected it at {file}.", file=None
        ) from error
    except UnicodeDecodeError as error:
        raise FilesError(
            "The catalogue is not saved as UTF-8.", "Save it again as UTF-8.", file=file
        ) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise FilesError(f"The catalogue is no YAML: {error.problem}.", file=file, line=line) from error
    return _validated(data, file, hashlib.sha256(text.encode()).hexdigest())


def _validated(data: Any, file: Path, fingerprint: str) -> Catalogue:
    if not isinstance(data, dict):
        raise FilesError("A catalogue begins with `records:`.", "See the one that is shipped.", file=file)
    try:
        return Catalogue.model_validate({**data, "fingerprint": fingerprint})
    except ValidationError as error:
        first = error.errors()[0]
        where = " → ".join(_named(data, first["loc"])) or "the file"
        raise FilesError(f"In the catalogue, {where}: {first['msg']}.", file=file) from error


def _named(data: Mapping[str, Any], steps: tuple[int | str, ...]) -> list[str]:
    """The way to a problem, with records by their ids."""
    named = [str(step) for step in steps]
    records = data.get("records")
    if len(steps) > 1 and steps[0] == "records" and isinstance(steps[1], int) and isinstance(records, list):
        record = records[steps[1]]
        named[:2] = [f"record {record.get('id', steps[1] + 1) if isinstance(record, dict) else steps[1] + 1}"]
    return named
