"""What is wrong in the content files: collected, never raised one by one, each with its place and a way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True, order=True)
class Place:
    """A line in a file, counted from 1."""

    file: Path
    line: int = 1


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """One thing to mend. An error keeps the content from being served, a warning does not."""

    file: Path
    line: int
    severity: Severity
    message: str
    hint: str = ""

    def render(self, base: Path) -> str:
        head = f"{shown_path(self.file, base)}:{self.line}: {self.severity}: {self.message}"
        return f"{head}\n    {self.hint}" if self.hint else head

    def to_json(self, base: Path) -> dict[str, object]:
        return {**asdict(self), "file": shown_path(self.file, base)}


@dataclass(kw_only=True)
class Problems:
    """The collector that every reader and check writes to."""

    found: list[Problem] = field(default_factory=list)

    def error(self, place: Place, message: str, hint: str = "") -> None:
        self._add("error", place, message, hint)

    def warn(self, place: Place, message: str, hint: str = "") -> None:
        self._add("warning", place, message, hint)

    def _add(self, severity: Severity, place: Place, message: str, hint: str) -> None:
        problem = Problem(file=place.file, line=place.line, severity=severity, message=message, hint=hint)
        if problem not in self.found:
            self.found.append(problem)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self.found))


def list_errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


def count_problems(problems: Iterable[Problem]) -> str:
    """For a last line: "3 problems in 2 files"."""
    found = list(problems)
    files = len({problem.file for problem in found})
    return f"{count(len(found), 'problem')} in {count(files, 'file')}"


def count(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}zes" if noun.endswith("z") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def shown_path(file: Path, base: Path) -> str:
    """Relative to `base` where that is shorter to read."""
    return file.relative_to(base).as_posix() if file.is_relative_to(base) else str(file)
