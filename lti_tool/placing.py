"""What an assignment shows: found by its launch's link, named, and kept as it stands in the library now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.columns import note_launch
from lti_tool.content.snapshot import Snapshot
from lti_tool.content.store import find_newest, save_snapshot
from lti_tool.errors import NotFoundError
from lti_tool.facts.launch import Launch
from lti_tool.facts.people import Access, Arrival
from lti_tool.holdings.held import Held
from lti_tool.people.copies import list_origin_sections
from lti_tool.people.standing import teachers_of
from lti_tool.player.attempts import place
from lti_tool.player.copies import find_original, find_placed, is_foreign_column
from lti_tool.player.offers import find_offer
from lti_tool.player.tables import Placement
from lti_tool.tool import Tool


def find_placement_of(
    session: Session, tool: Tool, launched: Launch, arrival: Arrival, now: datetime
) -> Placement | None:
    """What the launch's link shows: as it was placed before, as the link says, or as the link it was copied from."""
    if arrival.section_id is None or launched.link is None:
        return None
    content = _told_content(launched)
    known = find_placed(session, launched, arrival.section_id)
    offer = find_offer(session, launched, content_kind=content[0], content_id=content[1]) if content else None
    origins = list_origin_sections(session, launched)
    original = None
    if known is None:
        original = find_original(
            session, launched, section_id=arrival.section_id, origin_ids=origins, content=content, offer=offer
        )
    source = known or original
    if content is None and source is not None:
        content = (source.content_kind, source.content_id)
    if content is None:
        return None
    held = tool.held(session, launched.tenant_id)
    if source is None and offer is None:
        _require_offered(session, held, arrival, *content)
    if original is not None and original.section_id not in origins:
        origins.append(original.section_id)
    was_url = known.line_item_url if known else None
    is_foreign = is_foreign_column(session, launched, section_id=arrival.section_id, origin_ids=origins)
    placed = place(
        session,
        launched,
        arrival,
        content_kind=content[0],
        content_id=content[1],
        title=title_of(held, *content),
        now=now,
        offer=offer,
        original=original,
        line_item_url=None if is_foreign else launched.services.line_item_url,
    )
    if is_foreign and placed.line_item_url == launched.services.line_item_url:
        placed.line_item_url = None
    if placed.line_item_url is not None and not is_foreign:
        note_launch(session, placed, launched, arrival.person_id, was_url=was_url, now=now)
    return placed


def _told_content(launched: Launch) -> tuple[str, str] | None:
    """The custom parameter `content`, such as module:leave-the-page."""
    kind, _, content_id = launched.custom.get("content", "").partition(":")
    return (kind, content_id) if kind in ("module", "quiz") else None


def _require_offered(session: Session, held: Held, arrival: Arrival, kind: str, content_id: str) -> None:
    """A link that names content by itself, chosen by nobody in the library, opens what is offered to whoever comes or teaches there.

    Such links come with an exported cartridge. Raises NotFoundError.
    """
    if held.find_own(kind, content_id) is None:
        return
    teachers = teachers_of(session, arrival.section_id) if arrival.section_id else []
    people = (Access(tenant_id=arrival.tenant_id, person_id=each) for each in (arrival.person_id, *teachers))
    if not any(held.offers(somebody, kind, content_id) for somebody in people):
        raise _unknown_content(kind, content_id)


def title_of(held: Held, kind: str, content_id: str) -> str:
    """What a module or quiz is called in its source language. Raises NotFoundError for what the district does not have."""
    own = held.find_own(kind, content_id)
    if own is not None:
        return own.title
    if not held.has(kind, content_id):
        raise _unknown_content(kind, content_id)
    return (held.shipped.modules if kind == "module" else held.shipped.quizzes)[content_id].title


def _unknown_content(kind: str, content_id: str) -> NotFoundError:
    return NotFoundError(
        f"This assignment asks for the {kind} “{content_id}”, which this server does not have. "
        "Ask your library media specialist which name is right.",
    )


def publish(session: Session, tool: Tool, placement: Placement) -> Snapshot:
    """The placement's content as it stands in the library now, kept as an immutable snapshot.

    Where a district's own cannot be read any more, it goes on as it was last.
    """
    kind, content_id = placement.content_kind, placement.content_id
    held = tool.held(session, placement.tenant_id)
    own = held.find_own(kind, content_id)
    last = find_newest(session, kind, content_id) if own is not None and own.read.library is None else None
    return last or publish_content(session, held, kind, content_id)


def publish_content(session: Session, held: Held, kind: str, content_id: str) -> Snapshot:
    """A module or quiz as it stands in the district's library now, kept as an immutable snapshot. Raises NotFoundError."""

    def read(sha256: str) -> bytes:
        media = next(each for each in held.list_media(kind, content_id) if each.sha256 == sha256)
        return held.reader(session, kind, content_id)(media)

    snapshot = held.get(kind, content_id)
    save_snapshot(session, snapshot, read)
    return snapshot
