"""A student's own notes and saved evidence at an assignment. They stay over all their attempts there, and are theirs alone.

Everything here starts from an attempt that was fetched for its own person (`attempts.get_own_attempt`): no function finds anybody
else's, and no page of a teacher or specialist asks. A note changed on two devices is never overwritten: both texts are kept.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.errors import BadFormError, ConflictError, NotFoundError
from lti_tool.player.tables import Attempt, Evidence, Notebook

LONGEST_NOTE = 20_000
LONGEST_QUOTE = 2_000
LONGEST_WHY = 2_000
MOST_EVIDENCE = 100
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]+")


@dataclass(frozen=True, kw_only=True)
class Note:
    """The text, and its number: a page says which one it began from."""

    text: str = ""
    version: int = 0

    @property
    def mark(self) -> str:
        """What a page keeps of the note it shows: the number, and a fingerprint that tells whether it was changed there."""
        return f"{self.version}-{fingerprint(self.text)}"


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a piece of evidence is from. `address` is None for what is no web page."""

    title: str
    address: str | None
    page_title: str


def find_note(session: Session, attempt: Attempt) -> Note:
    row = session.get(Notebook, (attempt.placement_id, attempt.person_id))
    return Note(text=row.text, version=row.version) if row else Note()


def list_evidence(session: Session, attempt: Attempt) -> Sequence[Evidence]:
    """Oldest first."""
    return session.scalars(
        select(Evidence)
        .where(Evidence.placement_id == attempt.placement_id, Evidence.person_id == attempt.person_id)
        .order_by(Evidence.kept_at, Evidence.id)
    ).all()


def keep_note(session: Session, attempt: Attempt, told: str, *, mark: str, now: datetime) -> Note:
    """Keep a note that was changed on a page; `mark` is that of the note it began from.

    Gives the note as it is kept now: with what another page wrote meanwhile.
    """
    text, (version, _, was) = clean(told), mark.partition("-")
    if fingerprint(text) == was:
        return find_note(session, attempt)
    if len(text) > LONGEST_NOTE:
        raise BadFormError(
            "Your notes are longer than what fits here (20,000 characters). Save them as a text file, then shorten them."
        )
    row = _locked_notebook(session, attempt, now)
    if str(row.version) != version:
        text = with_both(text, row.text)
    if text != row.text:
        row.text, row.version, row.saved_at = text, row.version + 1, now
    return Note(text=row.text, version=row.version)


def _locked_notebook(session: Session, attempt: Attempt, now: datetime) -> Notebook:
    session.execute(
        insert(Notebook)
        .values(
            placement_id=attempt.placement_id,
            person_id=attempt.person_id,
            tenant_id=attempt.tenant_id,
            text="",
            version=0,
            saved_at=now,
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(Notebook)
        .where(Notebook.placement_id == attempt.placement_id, Notebook.person_id == attempt.person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def with_both(mine: str, theirs: str) -> str:
    r"""One text that holds both, mine first.

    >>> with_both("abc", "xyz"), with_both("abc xyz", "xyz"), with_both("abc", "abc and more"), with_both("", "xyz")
    ('abc\n\nxyz', 'abc xyz', 'abc and more', 'xyz')
    """
    if theirs.strip() in mine:
        return mine
    if theirs.startswith(mine):
        return theirs
    return f"{mine.rstrip()}\n\n{theirs.lstrip()}"


def keep_evidence(
    session: Session, attempt: Attempt, source: Source, quote: str, *, now: datetime
) -> Evidence:
    """Save a source, with the words that were marked in it. The same once more stays one piece."""
    words = clean(quote).strip()[:LONGEST_QUOTE]
    held = list_evidence(session, attempt)
    known = next(
        (row for row in held if (row.title, row.address, row.quote) == (source.title, source.address, words)),
        None,
    )
    if known is not None:
        return known
    if len(held) >= MOST_EVIDENCE:
        raise ConflictError(
            "You have saved 100 pieces of evidence, which is as many as fit. Remove one first."
        )
    row = Evidence(
        id=uuid.uuid4(),
        tenant_id=attempt.tenant_id,
        placement_id=attempt.placement_id,
        person_id=attempt.person_id,
        title=source.title[:255],
        address=source.address[:255] if source.address else None,
        page_title=source.page_title[:255],
        quote=words,
        why="",
        kept_at=now,
    )
    session.add(row)
    session.flush()
    return row


def explain_evidence(session: Session, attempt: Attempt, whys: Mapping[uuid.UUID, str]) -> None:
    """Keep what the student says each piece shows; the newest counts, and what is gone meanwhile is left out."""
    for row in list_evidence(session, attempt):
        if row.id in whys:
            row.why = clean(whys[row.id])[:LONGEST_WHY]


def drop_evidence(session: Session, attempt: Attempt, evidence_id: uuid.UUID) -> None:
    """Remove one of the student's own pieces. Raises NotFoundError for any other."""
    row = session.get(Evidence, evidence_id)
    if row is None or (row.placement_id, row.person_id) != (attempt.placement_id, attempt.person_id):
        raise NotFoundError
    session.delete(row)


def clean(text: str) -> str:
    r"""Line ends as \n, and nothing a database or a page cannot hold.

    >>> clean("a\r\nb\x00c")
    'a\nbc'
    """
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
