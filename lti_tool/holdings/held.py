"""What a district has: the shipped library and its own banks, remembered until the district changes one of them.

Everything a district ever kept is here, so that what is assigned goes on; what is offered, and to whom, `Held.offers` says.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.content.library import Library
from lti_tool.content.model import Item, Media
from lti_tool.content.served import Shelf
from lti_tool.content.snapshot import Snapshot
from lti_tool.errors import ContentError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.holdings.reading import ReadEdition, Texts, Unread, merge
from lti_tool.holdings.tables import OwnBank, OwnEdition, OwnPicture, OwnRevision


@dataclass(frozen=True, kw_only=True)
class Own:
    """One bank of the district, as its present edition says."""

    bank_id: str
    title: str
    edition_id: uuid.UUID
    brought_by: uuid.UUID | None
    is_shared: bool
    is_offered: bool
    """Not withdrawn."""
    edition: Unread

    @property
    def read(self) -> ReadEdition:
        return self.edition.read

    def is_seen_by(self, access: Access) -> bool:
        """Its teacher and every specialist see it in any case, others what is shared and not withdrawn."""
        is_mine = access.person_id is not None and access.person_id == self.brought_by
        return (self.is_shared and self.is_offered) or access.is_specialist or is_mine

    @cached_property
    def shelf(self) -> Shelf:
        """Snapshots of its quiz. Raises ContentError where it is broken."""
        if self.read.library is None:
            raise ContentError(problems=list(self.read.problems), content=self.bank_id)
        return Shelf(self.read.library)


@dataclass(frozen=True, kw_only=True)
class Held:
    """The shipped content and a district's own together."""

    shipped: Library
    shelf: Shelf
    """Of the shipped content."""
    own: Mapping[str, Own] = field(default_factory=dict)
    """By the id of bank and quiz; broken ones, too."""

    @cached_property
    def library(self) -> Library:
        """All of it, to look things up in."""
        read = [each.read.library for each in self.own.values() if each.read.library is not None]
        return merge(self.shipped, read) if read else self.shipped

    def find_own(self, kind: str, content_id: str) -> Own | None:
        return self.own.get(content_id) if kind == "quiz" else None

    def questions_of(self, bank_id: str) -> Mapping[str, Item]:
        """Of an own bank, by id; none where it cannot be read."""
        own = self.own.get(bank_id)
        library = own.read.library if own else None
        return library.banks[bank_id].items if library else {}

    def has(self, kind: str, content_id: str) -> bool:
        """Whether it can be played."""
        own = self.find_own(kind, content_id)
        if own is not None:
            return own.read.library is not None
        return content_id in (self.shipped.modules if kind == "module" else self.shipped.quizzes)

    def shows(self, access: Access, kind: str, content_id: str) -> bool:
        """Whether this person may look at it, print and export it."""
        own = self.find_own(kind, content_id)
        return self.has(kind, content_id) and (own is None or own.is_seen_by(access))

    def offers(self, access: Access, kind: str, content_id: str) -> bool:
        """Whether it stands in this person's library, to be assigned."""
        own = self.find_own(kind, content_id)
        return self.shows(access, kind, content_id) and (own is None or own.is_offered)

    def get(self, kind: str, content_id: str) -> Snapshot:
        """Its newest snapshot. Raises NotFoundError, or ContentError where a district's own is broken."""
        own = self.find_own(kind, content_id)
        return (own.shelf if own else self.shelf).get(kind, content_id)

    def library_of(self, kind: str, content_id: str) -> Library:
        """The one that has it: the shipped, or of an own bank that bank's alone, in which its pictures have their names."""
        own = self.find_own(kind, content_id)
        return own.read.library if own and own.read.library else self.shipped

    def list_media(self, kind: str, content_id: str) -> list[Media]:
        """The pictures it may show."""
        library = self.library_of(kind, content_id)
        lesson = library.modules[content_id].media.values() if kind == "module" else ()
        return [*lesson, *library.quiz_media.values()]

    def reader(self, session: Session, kind: str, content_id: str) -> Callable[[Media], bytes]:
        """Gives the bytes of its pictures: of a file, or of the database where the district keeps them."""
        own = self.find_own(kind, content_id)
        if own is None:
            return lambda media: Path(media.path).read_bytes()
        return lambda media: _body(session, own.edition_id, media.name)


def _body(session: Session, edition_id: uuid.UUID, name: str) -> bytes:
    body = session.scalar(
        select(OwnPicture.body).where(OwnPicture.edition_id == edition_id, OwnPicture.name == name)
    )
    if body is None:
        raise NotFoundError(picture=name)
    return body


class Holdings:
    """What each district has, read once for each of its revisions. Threads share it: the worst of a race is reading twice."""

    def __init__(self) -> None:
        self._known: dict[uuid.UUID, tuple[int, Held]] = {}

    def get(self, session: Session, tenant_id: uuid.UUID, library: Library, shelf: Shelf) -> Held:
        """The district's content on top of a shipped library; one small query where nothing was changed."""
        revision = session.scalar(select(OwnRevision.revision).where(OwnRevision.tenant_id == tenant_id)) or 0
        known = self._known.get(tenant_id)
        if known is not None and known[0] == revision and known[1].shelf is shelf:
            return known[1]
        kept = known[1].own.values() if known is not None and known[1].shelf is shelf else ()
        editions = {each.edition_id: each.edition for each in kept}
        held = Held(shipped=library, shelf=shelf, own=_list_own(session, tenant_id, library, editions))
        self._known[tenant_id] = (revision, held)
        return held


def _list_own(
    session: Session, tenant_id: uuid.UUID, library: Library, known: Mapping[uuid.UUID, Unread]
) -> dict[str, Own]:
    """Every bank of the district; `known` editions are not read again, since none ever changes."""
    rows = session.execute(
        select(OwnBank, OwnEdition)
        .join(OwnEdition, (OwnEdition.own_bank_id == OwnBank.id) & (OwnEdition.number == OwnBank.edition))
        .where(OwnBank.tenant_id == tenant_id)
        .order_by(OwnBank.bank_id)
    ).all()
    return {
        bank.bank_id: Own(
            bank_id=bank.bank_id,
            title=edition.title,
            edition_id=edition.id,
            brought_by=bank.brought_by,
            is_shared=bank.is_shared,
            is_offered=bank.withdrawn_at is None,
            edition=known.get(edition.id) or Unread(texts=texts_of(session, edition), shipped=library),
        )
        for bank, edition in rows
    }


def texts_of(session: Session, edition: OwnEdition) -> Texts:
    """What stands in an edition, without the bytes of its pictures."""
    columns = (OwnPicture.name, OwnPicture.sha256, OwnPicture.width, OwnPicture.height)
    rows = session.execute(select(*columns).where(OwnPicture.edition_id == edition.id)).all()
    return Texts(
        bank_id=edition.bank_id,
        bank_yaml=edition.bank_yaml,
        quiz_yaml=edition.quiz_yaml or "",
        media={
            name: Media(
                name=name, sha256=sha256, path=name, size=(width, height) if width and height else None
            )
            for name, sha256, width, height in rows
        },
    )
