"""The worker's part in an uploaded roster: try it out, or import it, and say on its row how far that is.

Whoever takes an upload up finds where it stands: a dry run begins anew, an import goes on where it stopped (`work.Work`).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lti_tool.db.connect import transaction
from lti_tool.errors import InfoLitError, RosterLaterError
from lti_tool.lti.seal import Seal
from lti_tool.rosters.importing import import_files
from lti_tool.rosters.oneroster import Reading
from lti_tool.rosters.runs import find_done
from lti_tool.rosters.tables import RosterProblem, RosterUpload
from lti_tool.rosters.uploads import AT_WORK, open_upload, settle
from lti_tool.rosters.values import clean
from lti_tool.rosters.work import Means, Order, Outcome

log = structlog.get_logger("infolit.rosters")
MOST_KEPT = 200
"""Problems kept of a dry run; all are counted."""
_EVERY_S = 1.0
_SILENT = timedelta(seconds=20)
NOT_UNDERSTOOD = (
    "The database refused a row of this file, and InfoLit does not know why. Nothing of it was kept. "
    "Tell whoever runs the server the time; the log says more."
)
UNFORESEEN = (
    "InfoLit could not go on with this file, and does not know why. "
    "Tell whoever runs the server the time; the log says more."
)


class _EndedError(Exception):
    """The worker stops, or the file was thrown away, or another worker was quicker."""


def go_on(
    means: Means, seal: Seal, upload_id: uuid.UUID, *, is_stopping: Callable[[], bool] = lambda: False
) -> str:
    """Take an upload up where it stands. Gives the state it is in then; what cannot be done now is done later."""
    with transaction(means.sessions) as session:
        upload = session.get(RosterUpload, upload_id)
        if upload is None or not _is_wanted(session, upload, means):
            return upload.state if upload else "thrown"
    marks = _Marks(means, upload, is_stopping)
    try:
        outcome = _take(replace(means, progress=marks), seal, upload)
    except _EndedError:
        return "stopped"
    except RosterLaterError:
        marks.wait()
        return upload.state
    except InfoLitError as error:
        return _fail(means, upload, error.message)
    except Exception as error:  # noqa: BLE001 - a file that is left as it is would be taken up again each minute
        _log_failure(upload_id, error)
        return _fail(means, upload, NOT_UNDERSTOOD if isinstance(error, DBAPIError) else UNFORESEEN)
    return _keep(means, upload, outcome)


def _log_failure(upload_id: uuid.UUID, error: Exception) -> None:
    """Its type alone: its words may hold a name."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    log.error("roster_upload_failed", upload_id=str(upload_id), kind=type(cause).__name__)


def _take(means: Means, seal: Seal, upload: RosterUpload) -> Outcome:
    with means.sessions() as session:
        given = open_upload(seal, session.get_one(RosterUpload, upload.id))

    def check() -> None:
        """Another worker may have been quicker."""
        with transaction(means.sessions) as session:
            now = session.get_one(RosterUpload, upload.id, with_for_update=True)
            is_wanted = now.state == upload.state and _is_wanted(session, now, means)
        if not is_wanted:
            raise _EndedError

    order = Order(
        tenant_id=upload.tenant_id,
        source=upload.source,
        reading=Reading(sis_field=upload.sis_field),
        is_dry=upload.state == "checking",
        check=check,
    )
    return import_files(means, order, given)


def _is_wanted(session: Session, upload: RosterUpload, means: Means) -> bool:
    return upload.state in AT_WORK and not _was_imported(session, upload, means)


def _was_imported(session: Session, upload: RosterUpload, means: Means) -> bool:
    """Whether a worker came to the end of the import and was killed before it could say so."""
    if upload.state != "importing" or upload.decided_at is None or upload.fingerprint is None:
        return False
    run = find_done(
        session,
        upload.tenant_id,
        source=upload.source,
        fingerprint=upload.fingerprint,
        since=upload.decided_at,
    )
    if run is None:
        return False
    upload.run_id = run.id
    settle(session, upload, "done", means.clock())
    return True


def _keep(means: Means, taken: RosterUpload, outcome: Outcome) -> str:
    with transaction(means.sessions) as session:
        upload = session.get_one(RosterUpload, taken.id, with_for_update=True)
        if upload.state != taken.state:
            return upload.state
        run = outcome.run
        upload.counts, upload.problems = run.counts, run.problems
        if upload.state == "checking":
            upload.state, upload.fingerprint = "checked", run.fingerprint
            upload.findings = [_finding(each) for each in outcome.problems[:MOST_KEPT]]
        else:
            upload.run_id = run.id
            settle(session, upload, "done", means.clock())
        return upload.state


def _finding(problem: RosterProblem) -> dict[str, str | int]:
    return {
        "file": problem.file,
        "line": problem.line,
        "sentence": problem.sentence,
        "remedy": problem.remedy,
    }


def _fail(means: Means, taken: RosterUpload, sentence: str) -> str:
    """A file that cannot be tried out is deleted; one whose import stopped is kept, to go on or to be thrown away."""
    with transaction(means.sessions) as session:
        upload = session.get_one(RosterUpload, taken.id, with_for_update=True)
        if upload.state == taken.state:
            upload.error = clean(sentence, 500)
            if upload.state == "checking":
                settle(session, upload, "refused", means.clock())
            else:
                upload.state = "stopped"
        return upload.state


class _Marks:
    """Writes to the upload's row how far the work is, at most once a second, and ends work that nobody wants any more."""

    def __init__(self, means: Means, upload: RosterUpload, is_stopping: Callable[[], bool]) -> None:
        self._means, self._id, self._state, self._is_stopping = means, upload.id, upload.state, is_stopping
        self._part, self._done, self._total, self._told_at = "reading", 0, 1, 0.0

    def begin(self, label: str, total: int) -> None:
        self._part, self._done, self._total = label.casefold(), 0, max(total, 1)
        self._write()

    def advance(self, done: int) -> None:
        self._done += done
        if self._is_stopping():
            raise _EndedError
        if self._part != "reading" or time.monotonic() - self._told_at > _EVERY_S:
            self._write()

    def wait(self) -> None:
        """Say that another import holds this one up, unless a worker is at it."""
        long_ago = self._means.clock() - _SILENT
        with transaction(self._means.sessions) as session:
            session.execute(
                update(RosterUpload)
                .where(
                    RosterUpload.id == self._id,
                    RosterUpload.seen_at.is_(None) | (RosterUpload.seen_at < long_ago),
                )
                .values(part="waiting", done=0, total=0)
            )

    def _write(self) -> None:
        self._told_at = time.monotonic()
        with transaction(self._means.sessions) as session:
            written = session.scalar(
                update(RosterUpload)
                .where(RosterUpload.id == self._id, RosterUpload.state == self._state)
                .values(
                    part=self._part,
                    done=min(self._done, self._total),
                    total=self._total,
                    seen_at=self._means.clock(),
                )
                .returning(RosterUpload.id)
            )
        if written is None:
            raise _EndedError
