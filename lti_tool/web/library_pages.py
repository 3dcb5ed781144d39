"""The library: search it, look into a module or quiz with its key, and, where the LMS asked for content, tick what to add.

Ticks live in the address, so that a new search keeps them without scripts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.content.model import Item, Page
from lti_tool.content.snapshot import Snapshot
from lti_tool.errors import ForbiddenError
from lti_tool.facts.launch import DeepLinking
from lti_tool.interactions import get_kind
from lti_tool.interactions.contract import ItemView
from lti_tool.placing import publish_content
from lti_tool.player.offers import find_request, read_asked
from lti_tool.player.responses import item_seed
from lti_tool.web.library_cards import BANDS, MINUTES, Card, find_card, list_cards, read_filters
from lti_tool.web.rendering import show_pictures
from lti_tool.web.visit import Visit, held_by, visit_page

pages = Blueprint("library", __name__)
MOST_PICKS = 20


@dataclass(frozen=True, kw_only=True)
class KeyedItem:
    """An activity or question with its answer, for teachers."""

    view: ItemView
    key: str
    key_lang: str | None = None
    """The language the key is in, where the item itself says so: a citation is that of its source."""
    message: str
    difficulty: int | str | None
    skill: str


def find_asked(session: Session, visit: Visit) -> DeepLinking | None:
    """What the LMS asked for, while it waits for the answer of this visit."""
    found = find_request(session, visit.access, visit.session_id)
    return read_asked(found) if found is not None and found.answered_at is None else None


def may_browse(session: Session, visit: Visit) -> bool:
    """Teachers and specialists; also who came to add content, such as a course designer."""
    is_staff = visit.is_teacher or visit.access.is_specialist
    return is_staff or find_request(session, visit.access, visit.session_id) is not None


@pages.get("/at/<token>/library")
@visit_page()
def library(session: Session, visit: Visit) -> ResponseReturnValue:
    """Every module and quiz that fits the filters."""
    if not may_browse(session, visit):
        return make_response(render_template("library/students.html", visit=visit), 403)
    return show_library(session, visit)


def show_library(session: Session, visit: Visit, *, problem: str = "") -> ResponseReturnValue:
    cards, filters = (
        list_cards(held_by(session, visit), visit.access, visit.locale),
        read_filters(request.args),
    )
    shown = [card for card in cards if filters.fits(card)]
    picked = picked_cards(cards)
    page = render_template(
        "library/library.html",
        visit=visit,
        asked=find_asked(session, visit),
        filters=filters,
        cards=shown,
        picked={card.key for card in picked},
        elsewhere=[card for card in picked if card not in shown],
        skills=sorted({pair for card in cards for pair in card.skills.items()}, key=lambda pair: pair[1]),
        languages=sorted({each for card in cards for each in card.languages}),
        bands=BANDS,
        minutes=MINUTES,
        problem=problem,
    )
    return make_response(page, 400 if problem else 200)


def picked_cards(cards: Sequence[Card], picks: Sequence[str] | None = None) -> list[Card]:
    """The cards that were ticked, each once; what the library does not have is left out."""
    wanted = request.args.getlist("pick") if picks is None else picks
    known = {card.key: card for card in cards}
    return [known[key] for key in dict.fromkeys(wanted[: MOST_PICKS * 2]) if key in known][:MOST_PICKS]


@pages.get("/at/<token>/library/<any(module, quiz):kind>/<content_id>")
@visit_page()
def preview(session: Session, visit: Visit, kind: str, content_id: str) -> ResponseReturnValue:
    """A whole module or quiz to read, with the key to every activity and question."""
    if not may_browse(session, visit):
        raise ForbiddenError
    held = held_by(session, visit)
    card = find_card(held, visit.access, kind, content_id, visit.locale)
    snapshot = publish_content(session, held, kind, content_id)
    show_pictures(snapshot, visit)
    shown = list(snapshot.pages(visit.locale))
    return render_template(
        "library/preview.html",
        visit=visit,
        asked=find_asked(session, visit),
        card=card,
        goals=snapshot.goals(visit.locale),
        credits=snapshot.credits(visit.locale),
        content=shown,
        items=_keyed(snapshot, shown, visit.locale),
        questions=_questions(snapshot, visit.locale),
    )


def _keyed(snapshot: Snapshot, shown: Sequence[Page], lang: str) -> dict[str, KeyedItem]:
    return {item_id: _with_key(snapshot, item_id, lang) for page in shown for item_id in page.item_ids}


def _questions(snapshot: Snapshot, lang: str) -> list[KeyedItem]:
    """Every question the quiz may ask, by skill and difficulty."""
    activities = set(snapshot.activity_ids)
    items = [_with_key(snapshot, item_id, lang) for item_id in snapshot.item_ids if item_id not in activities]
    return sorted(items, key=lambda item: (item.skill, str(item.difficulty)))


def _with_key(snapshot: Snapshot, item_id: str, lang: str) -> KeyedItem:
    item: Item = snapshot.item(item_id, lang)
    kind = get_kind(item.kind)
    view = ItemView(
        item_id=item.id,
        kind=item.kind,
        number=None,
        public=kind.public(item.spec, item_seed(0, item.id)),
        response={},
        score=None,
        is_locked=True,
        shown_hints=tuple(item.spec.hints),
        lang=item.lang if item.lang != lang else None,
    )
    return KeyedItem(
        view=view,
        key=kind.key_text(item.spec),
        key_lang=getattr(item.spec, "language", None),
        message=item.spec.feedback.correct,
        difficulty=item.difficulty,
        skill=snapshot.get_skill(item.skill, lang).name,
    )
