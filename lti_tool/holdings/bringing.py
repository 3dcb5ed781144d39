"""A file that was brought in, to an edition that waits; then, once somebody says so, to a bank of the district or its next edition."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, note
from lti_tool.content.changes import Edit, list_edits
from lti_tool.content.library import Library
from lti_tool.content.model import Item
from lti_tool.content.picture_size import picture_size
from lti_tool.content.problems import Problem
from lti_tool.content.served import Shelf
from lti_tool.errors import BadFormError, ConflictError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.holdings.banks import (
    KEEP,
    REPLACE,
    change,
    get_changeable,
    raise_revision,
    require_seen,
    state_of,
)
from lti_tool.holdings.held import Held, texts_of
from lti_tool.holdings.reading import fits, read_edition
from lti_tool.holdings.tables import OwnBank, OwnEdition, OwnPicture
from lti_tool.interchange.archive import MOST_PACKED
from lti_tool.interchange.bank import Imported
from lti_tool.interchange.drafts import slug
from lti_tool.interchange.saving import pack_bank

WAITS = timedelta(days=1)
MOST_WAITING = 3
"""Reports of one person; the oldest give way."""
MOST_BANKS = 300
"""Of one district: all are read when a process meets the district first."""
MOST_OF_ONE = 60
"""Of one teacher, so that nobody fills the district alone."""
LONGEST_STEM = 30


def new_bank_id(title: str, tenant_id: uuid.UUID) -> str:
    """An id for a new bank that no other bank of any district has: item ids begin with it, and they are known everywhere."""
    stem = slug(title)[:LONGEST_STEM].strip("-") or "questions"
    return f"{stem}-{sha256(tenant_id.bytes + uuid.uuid4().bytes).hexdigest()[:8]}"


def hold(session: Session, access: Access, imported: Imported, *, now: datetime) -> OwnEdition:
    """Let what a file became wait to be kept, by whoever brought it; `imported.plan` names a bank that is replaced, or a new id."""
    _refuse_unfit(imported)
    forget_waiting(session, now=now)
    _make_room(session, access)
    replaced = session.scalar(
        select(OwnBank.id).where(
            OwnBank.tenant_id == access.tenant_id, OwnBank.bank_id == imported.plan.bank_id
        )
    )
    edition = OwnEdition(
        id=uuid.uuid4(),
        tenant_id=access.tenant_id,
        own_bank_id=replaced,
        bank_id=imported.plan.bank_id,
        title=imported.plan.title,
        language=imported.plan.language,
        skill=imported.plan.skill,
        questions=sum(item.is_served for item in imported.items),
        bank_yaml=imported.bank_yaml,
        quiz_yaml=imported.quiz_yaml,
        report=json.loads(imported.report),
        made_by=access.person_id,
        made_at=now,
    )
    session.add(edition)
    session.flush()
    for name, body in imported.media.items():
        width, height = picture_size(body) or (None, None)
        picture = {"name": name, "sha256": sha256(body).hexdigest(), "width": width, "height": height}
        session.add(OwnPicture(edition_id=edition.id, body=body, **picture))
    session.flush()
    return edition


def _refuse_unfit(imported: Imported) -> None:
    if not fits(imported.bank_yaml):
        raise BadFormError(
            "The questions are more text than one bank holds (500 KB). Bring them in as several files."
        )
    if sum(map(len, imported.media.values())) > MOST_PACKED:
        raise BadFormError(
            f"The pictures are more than one bank holds ({MOST_PACKED // 1_000_000} MB). Bring the questions in as several files."
        )


def forget_waiting(session: Session, *, now: datetime) -> int:
    """Let go what waited for longer than a day, in every district; gives how many."""
    gone = session.execute(
        delete(OwnEdition)
        .where(OwnEdition.number.is_(None), OwnEdition.made_at < now - WAITS)
        .returning(OwnEdition.id)
    )
    return len(gone.all())


def _make_room(session: Session, access: Access) -> None:
    """Of what waits for this person only the newest stay."""
    own = [OwnEdition.tenant_id == access.tenant_id, OwnEdition.number.is_(None), _made_by(access)]
    newest = select(OwnEdition.id).where(*own).order_by(OwnEdition.made_at.desc()).limit(MOST_WAITING - 1)
    session.execute(delete(OwnEdition).where(*own, OwnEdition.id.not_in(newest)))


def _made_by(access: Access) -> ColumnElement[bool]:
    return OwnEdition.made_by.is_not_distinct_from(access.person_id)


def get_waiting(
    session: Session, access: Access, edition_id: uuid.UUID, *, locked: bool = False
) -> OwnEdition:
    """An edition for whoever made it. Raises NotFoundError."""
    query = select(OwnEdition).where(
        OwnEdition.id == edition_id, OwnEdition.tenant_id == access.tenant_id, _made_by(access)
    )
    edition = session.scalar(query.with_for_update() if locked else query)
    if edition is None:
        raise NotFoundError(
            "This report is not there any more: it waits for a day. Choose the file again to have a new one."
        )
    return edition


def problems_of(session: Session, edition: OwnEdition, shipped: Library) -> tuple[Problem, ...]:
    """Why an edition cannot be used, as the content folder would say it."""
    return read_edition(texts_of(session, edition), shipped).problems


def keep(
    session: Session,
    access: Access,
    edition_id: uuid.UUID,
    shipped: Library,
    *,
    now: datetime,
    seen: int | None = None,
) -> OwnEdition:
    """Make a waiting edition a bank, or the next edition of its bank. Kept already, it stays as it is.

    `seen`: the edition that its report was compared with. Raises BadFormError where nothing in it can be asked, ConflictError where
    another edition holds by now.
    """
    raise_revision(session, access.tenant_id)
    edition = get_waiting(session, access, edition_id, locked=True)
    if edition.number is not None:
        return edition
    problems = problems_of(session, edition, shipped) if edition.quiz_yaml else ()
    if edition.quiz_yaml is None or problems:
        raise BadFormError("These questions cannot be asked as they are. The report says what is missing.")
    if edition.own_bank_id is None:
        _keep_first(session, access, edition, now)
    else:
        _keep_next(session, access, edition, now, seen)
    return edition


def _keep_first(session: Session, access: Access, edition: OwnEdition, now: datetime) -> None:
    offered = [OwnBank.tenant_id == access.tenant_id, OwnBank.withdrawn_at.is_(None)]
    if _count(session, offered) >= MOST_BANKS:
        raise ConflictError(
            f"The district has {MOST_BANKS} banks of its own, the most there can be. Withdraw one, or replace one of them by the new file."
        )
    own = [*offered, OwnBank.brought_as == "teacher", OwnBank.brought_by == access.person_id]
    if _count(session, own) >= MOST_OF_ONE:
        raise ConflictError(
            f"You have {MOST_OF_ONE} banks of questions, the most there can be. Withdraw one, or replace one of them by the new file."
        )
    bank = OwnBank(
        id=uuid.uuid4(),
        tenant_id=access.tenant_id,
        bank_id=edition.bank_id,
        edition=1,
        brought_by=access.person_id,
        brought_as=_part(access),
        is_shared=access.is_specialist,
        created_at=now,
        changed_at=now,
    )
    session.add(bank)
    session.flush()
    edition.own_bank_id, edition.number = bank.id, 1
    session.flush()
    note(session, access, KEEP, Subject(item_id=bank.bank_id), now=now, after=state_of(bank))


def _count(session: Session, limits: Sequence[ColumnElement[bool]]) -> int:
    return session.scalar(select(func.count()).select_from(OwnBank).where(*limits)) or 0


def _part(access: Access) -> str:
    return "command" if access.person_id is None else "specialist" if access.is_specialist else "teacher"


def _keep_next(
    session: Session, access: Access, edition: OwnEdition, now: datetime, seen: int | None
) -> None:
    bank = get_changeable(session, access, edition.bank_id)
    require_seen(bank, seen)
    newest = session.scalar(select(func.max(OwnEdition.number)).where(OwnEdition.own_bank_id == bank.id))
    edition.number = (newest or 0) + 1
    session.flush()
    change(session, access, bank, REPLACE, {"edition": edition.number}, now=now)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What another edition does to the questions of a bank."""

    new: tuple[Item, ...]
    gone: tuple[Item, ...]
    changed: tuple[tuple[Item, Edit], ...]
    same: int

    @property
    def is_rescored(self) -> bool:
        """Whether finished attempts would be scored otherwise."""
        return any(edit == "scoring" for _, edit in self.changed)


def compare(session: Session, held: Held, edition: OwnEdition) -> Changes | None:
    """Beside what the district has under this id; None for a new bank, and where one of the two cannot be read."""
    own = held.own.get(edition.bank_id)
    library = read_edition(texts_of(session, edition), held.shipped).library
    if own is None or own.read.library is None or library is None:
        return None
    old, new = own.shelf.get("quiz", edition.bank_id), Shelf(library).get("quiz", edition.bank_id)
    both = [item_id for item_id in new.item_ids if item_id in old.document["items"]]
    edits = list_edits(old, new)
    changed = tuple((new.item(item_id), edits[item_id]) for item_id in both if item_id in edits)
    return Changes(
        new=tuple(new.item(item_id) for item_id in new.item_ids if item_id not in both),
        gone=tuple(old.item(item_id) for item_id in old.item_ids if item_id not in both),
        changed=changed,
        same=len(both) - len(changed),
    )


def pack(session: Session, edition: OwnEdition) -> bytes:
    """An edition as the files of a content folder, with its report: a ZIP."""
    pictures = session.execute(
        select(OwnPicture.name, OwnPicture.body)
        .where(OwnPicture.edition_id == edition.id)
        .order_by(OwnPicture.name)
    )
    return pack_bank(
        edition.bank_id,
        bank_yaml=edition.bank_yaml,
        quiz_yaml=edition.quiz_yaml,
        report=json.dumps(edition.report, ensure_ascii=False, indent=2) + "\n",
        media={row.name: row.body for row in pictures},
    )
