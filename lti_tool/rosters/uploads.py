"""Files that an administrator gives on a page: kept sealed until they are imported, thrown away or too old, and looked at before.

A file is first tried out by the worker (checking); what would be done is shown (checked) until the administrator says so (importing).
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, note
from lti_tool.db.jobs import enqueue
from lti_tool.errors import ConflictError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.lti.seal import Seal
from lti_tool.rosters.runs import give_up_open
from lti_tool.rosters.source import GivenFile, glance
from lti_tool.rosters.tables import RosterUpload, SISField
from lti_tool.rosters.values import clean

IMPORT_TASK = "import_roster_upload"
MOST_UPLOAD = 60_000_000
KEPT = timedelta(days=7)
SHOWN = 5
AT_WORK = ("checking", "importing")
OPEN = (*AT_WORK, "checked", "stopped")
Decision = Literal["import", "throw"]


def keep_upload(
    session: Session,
    seal: Seal,
    access: Access,
    given: GivenFile,
    *,
    source: str,
    sis_field: SISField,
    now: datetime,
) -> RosterUpload:
    """Take a file and have it tried out. Raises RosterError or PackageError for what is no roster, ConflictError beside another one."""
    glance(given)
    upload_id = uuid.uuid4()
    upload = RosterUpload(
        id=upload_id,
        tenant_id=access.tenant_id,
        source=source,
        sis_field=sis_field,
        file_name=clean(given.name, 120) or "file",
        sealed=seal.close(given.raw, purpose="roster-upload", about=str(upload_id)),
        state="checking",
        by_person_id=access.person_id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(upload)
    except IntegrityError as error:
        raise ConflictError(
            "Another file for this roster is here already. Import it or throw it away first; this one was not kept."
        ) from error
    _note(session, access, "upload_roster", upload, now)
    _queue(session, upload)
    return upload


def open_upload(seal: Seal, upload: RosterUpload) -> GivenFile:
    """The file as it was given."""
    raw = seal.open(upload.sealed or b"", purpose="roster-upload", about=str(upload.id))
    return GivenFile(name=upload.file_name, raw=raw)


def get_upload(
    session: Session, access: Access, upload_id: uuid.UUID, *, for_update: bool = False
) -> RosterUpload:
    """An upload of the administrator's own district. Raises NotFoundError for any other."""
    query = select(RosterUpload).where(
        RosterUpload.id == upload_id, RosterUpload.tenant_id == access.tenant_id
    )
    upload = session.scalar(query.with_for_update() if for_update else query)
    if upload is None:
        raise NotFoundError
    return upload


def find_open(session: Session, tenant_id: uuid.UUID, source: str) -> RosterUpload | None:
    """The upload of a roster that is not settled."""
    return session.scalar(
        select(RosterUpload).where(
            RosterUpload.tenant_id == tenant_id, RosterUpload.source == source, RosterUpload.state.in_(OPEN)
        )
    )


def list_uploads(session: Session, tenant_id: uuid.UUID, *, most: int = SHOWN) -> list[RosterUpload]:
    """The newest first."""
    return list(
        session.scalars(
            select(RosterUpload)
            .where(RosterUpload.tenant_id == tenant_id)
            .order_by(RosterUpload.created_at.desc(), RosterUpload.id)
            .limit(most)
        )
    )


def list_at_work(session: Session) -> list[uuid.UUID]:
    """Uploads that wait for a worker, the oldest first."""
    query = select(RosterUpload.id).where(RosterUpload.state.in_(AT_WORK))
    return list(session.scalars(query.order_by(RosterUpload.created_at)))


def decide(
    session: Session, access: Access, upload_id: uuid.UUID, decision: Decision, *, now: datetime
) -> None:
    """Import what was tried out, or go on with what stopped; or throw it away. Raises ConflictError where it is too late or too early."""
    upload = get_upload(session, access, upload_id, for_update=True)
    if decision == "import" and upload.state in ("checked", "stopped"):
        if upload.state == "checked":
            upload.decided_at = now
        upload.state, upload.error, upload.part, upload.done, upload.total = "importing", None, None, 0, 0
        _note(session, access, "import_roster", upload, now)
        _queue(session, upload)
    elif decision == "throw" and upload.state in ("checking", "checked", "stopped"):
        settle(session, upload, "thrown", now, reason="The file was thrown away.")
        _note(session, access, "throw_roster", upload, now)
    elif (decision, upload.state) not in (("import", "importing"), ("import", "done"), ("throw", "thrown")):
        raise ConflictError("This file stands otherwise now. Load the page again to see how.")


def settle(
    session: Session, upload: RosterUpload, state: str, now: datetime, *, reason: str | None = None
) -> None:
    """Nothing more is done with this file: it is deleted. With a `reason`, a cut-off run of it ends as well, if its import was wanted."""
    if reason is not None and upload.fingerprint and upload.decided_at is not None:
        give_up_open(
            session,
            upload.tenant_id,
            source=upload.source,
            fingerprint=upload.fingerprint,
            reason=reason,
            now=now,
        )
    upload.state, upload.sealed, upload.ended_at = state, None, now


def expire_uploads(session: Session, now: datetime) -> int:
    """Delete files that nobody settled in a week, and that are not being imported; gives how many."""
    query = select(RosterUpload).where(
        RosterUpload.state.in_(OPEN),
        RosterUpload.state != "importing",
        func.coalesce(RosterUpload.decided_at, RosterUpload.created_at) < now - KEPT,
    )
    found = list(session.scalars(query.with_for_update()))
    for upload in found:
        settle(session, upload, "expired", now, reason="Its file was deleted after a week.")
    return len(found)


def _note(session: Session, access: Access, action: str, upload: RosterUpload, now: datetime) -> None:
    told = {"upload": str(upload.id), "roster": upload.source}
    note(session, access, action, Subject(), now=now, after=told)


def _queue(session: Session, upload: RosterUpload) -> None:
    enqueue(session, IMPORT_TASK, {"upload_id": str(upload.id)}, queue="upkeep")
