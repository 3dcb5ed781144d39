"""Rows of a CSV file by column, whatever its separator, encoding and the case of its headers; a file that is no table is refused."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping

from lti_tool.errors import RosterError
from lti_tool.rosters.source import File

Row = Mapping[str, str]
NameOf = Callable[[str], str | None]
"""From a header to the column that is meant; None: it is not read."""
_EVERY = 2000


def read_rows(
    file: File, name_of: NameOf, required: tuple[str, ...], tell: Callable[[int], None]
) -> Iterator[tuple[int, Row]]:
    """Line number and cells of each row that has any. `required` names columns; a bar stands between two of which one is enough. Raises RosterError."""
    before, separator = 0, _separator(file)
    with file.text() as (stream, count):
        reader = csv.reader(stream, delimiter=separator, strict=False)
        try:
            columns = _columns(next(reader, []), name_of, required, file)
            for number, cells in enumerate(reader):
                if number % _EVERY == 0:
                    tell(count() - before)
                    before = count()
                row = {name: cells[at] for name, at in columns if at < len(cells)}
                if any(row.values()):
                    yield reader.line_num, row
        except (csv.Error, UnicodeError) as error:
            raise _no_table(file, reader.line_num) from error
    tell(max(0, file.size - before))


def _no_table(file: File, line_num: int) -> RosterError:
    return RosterError(
        f"{file.name}:{line_num}: the table cannot be read further: a quotation mark is never closed, or it is no text. "
        "Open it in the program it comes from and export it again as CSV (UTF-8)."
    )


def _separator(file: File) -> str:
    """The one that the header has most of."""
    with file.text() as (stream, _):
        try:
            first = stream.readline(20_000)
        except UnicodeError as error:
            raise _no_table(file, 1) from error
    if not first.strip():
        raise RosterError(f"{file.name} is empty: its first row must name the columns. Export it again.")
    return max(",;\t|", key=first.count)


def _columns(
    header: list[str], name_of: NameOf, required: tuple[str, ...], file: File
) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for at, cell in enumerate(header):
        name = name_of(cell.strip().lstrip("\ufeff"))
        if name is not None:
            found.setdefault(name, at)
    missing = [name for name in required if not set(name.split("|")) & set(found)]
    if missing:
        raise RosterError(
            f"{file.name} has no column “{'”, “'.join(missing).replace('|', '” or “')}”. Its first row must name the columns as docs/rosters.md lists them."
        )
    return list(found.items())
