"""Importing files: a folder or ZIP of OneRoster's CSV files, or one plain table."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from lti_tool.errors import RosterError
from lti_tool.rosters.columns import ONEROSTER
from lti_tool.rosters.manifest import NAME, Mode, read_manifest
from lti_tool.rosters.oneroster import READERS, REQUIRED, Read
from lti_tool.rosters.plain import TableReader, column_of
from lti_tool.rosters.runs import note_rows, only_one
from lti_tool.rosters.source import File, GivenFile, Source, open_source
from lti_tool.rosters.staging import Desk
from lti_tool.rosters.table_rows import read_rows
from lti_tool.rosters.work import Means, Order, Outcome, Work

_TABLE_MODES: dict[str, Mode] = dict.fromkeys(
    ("orgs.csv", "users.csv", "classes.csv", "enrollments.csv"), "bulk"
)


def import_files(means: Means, order: Order, given: Path | GivenFile) -> Outcome:
    """Import a folder, a ZIP or a CSV file. Raises RosterError, or PackageError for an unsafe archive; run again, it goes on where it stopped."""
    with open_source(given) as source, only_one(means.sessions, order.tenant_id):
        table = _find_table(source)
        if table is not None:
            modes, kind, files = _TABLE_MODES, "table", [table]
        else:
            modes = read_manifest(source).modes
            kind, files = "oneroster", [source.files[name] for name in READERS if name in modes]
        work = Work(means, order)
        with work.whole(kind, source.fingerprint) as run_id:
            means.progress.begin("Reading", sum(file.size for file in files))
            for file in files:
                _read_file(work, run_id, file, is_table=table is not None)
            return work.apply(run_id, modes, only_file=table.name if table else None)


def _find_table(source: Source) -> File | None:
    """The one plain table, where it is no OneRoster roster."""
    if len(source.files) != 1 or NAME in source.files:
        return None
    (file,) = source.files.values()
    return None if file.name in READERS else file


def _read_file(work: Work, run_id: uuid.UUID, file: File, *, is_table: bool) -> None:
    with work.transaction() as session:
        run = work.get_run(session, run_id)
        if file.name in run.position["read"]:
            work.means.progress.advance(file.size)
            return
        desk = Desk(session, run, file.name)
        read, name_of, required = _table_reader() if is_table else _oneroster_reader(file)
        count = 0
        for line, row in read_rows(file, name_of, required, work.means.progress.advance):
            read(row, line, desk, work.order.reading)
            count += 1
        if is_table and not count:
            raise RosterError(f"{file.name} has no rows below its header. Export it again.")
        desk.flush()
        run.position = {**run.position, "read": {**run.position["read"], file.name: count}}
        run.seen_at = work.means.clock()
        note_rows(session, run)


def _table_reader() -> tuple[Read, Callable[[str], str | None], tuple[str, ...]]:
    return TableReader(), column_of, ("student_id|email",)


def _oneroster_reader(file: File) -> tuple[Read, Callable[[str], str | None], tuple[str, ...]]:
    columns = {name.casefold(): name for name in ONEROSTER[file.name]}
    return READERS[file.name], lambda header: columns.get(header.casefold()), REQUIRED[file.name]
