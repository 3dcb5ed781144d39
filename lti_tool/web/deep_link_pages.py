"""Adding content to a course: settings for what was ticked, then the signed answer, which the browser carries to the LMS.

The answer belongs to the visit that the LMS's request began, and goes out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.errors import BadFormError, ForbiddenError
from lti_tool.facts.launch import DeepLinking
from lti_tool.lti.deep_link import ChosenLink, sign_answer
from lti_tool.player.attempts import DEFAULT_POINTS
from lti_tool.player.offers import (
    Chosen,
    Rules,
    find_request,
    make_offer,
    read_asked,
    take_request,
)
from lti_tool.player.tables import DeepLinkRequest, PlacementOffer
from lti_tool.web.headers import origin_of
from lti_tool.web.i18n import gettext as _
from lti_tool.web.library_cards import Card, list_cards
from lti_tool.web.library_pages import find_asked, picked_cards, show_library
from lti_tool.web.rules_form import RulesForm, read_rules, show_rules
from lti_tool.web.visit import Visit, held_by, the_tool, visit_page

pages = Blueprint("adding", __name__)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One ticked card and its form; the names of its fields begin with `prefix`."""

    prefix: str
    card: Card
    form: RulesForm


@pages.get("/at/<token>/library/settings")
@visit_page()
def settings(session: Session, visit: Visit) -> ResponseReturnValue:
    """Title, points, attempts, dates and feedback of each thing ticked, with sensible values in place."""
    asked = _require_asked(session, visit)
    cards = picked_cards(list_cards(held_by(session, visit), visit.access, visit.locale))
    if not cards:
        return show_library(session, visit, problem=_("Tick what you would like to add first."))
    if len(cards) > 1 and not asked.accept_multiple:
        return show_library(session, visit, problem=_("Your course takes one thing at a time: pick one."))
    zone = the_tool().settings.time_zone
    entries = [
        Entry(prefix=f"{place}.", card=card, form=show_rules(_defaults(card), zone))
        for place, card in enumerate(cards)
    ]
    return _show_settings(visit, asked, entries, 200)


def _require_asked(session: Session, visit: Visit) -> DeepLinking:
    """Raises ForbiddenError where nobody asked, or the answer went out already."""
    asked = find_asked(session, visit)
    if asked is None:
        raise ForbiddenError(
            "Content is added from within a course: open InfoLit there with its “add” button."
        )
    return asked


def _defaults(card: Card) -> Rules:
    return Rules(title=card.title[:255], points=DEFAULT_POINTS)


def _show_settings(
    visit: Visit, asked: DeepLinking, entries: Sequence[Entry], status: int
) -> ResponseReturnValue:
    page = render_template(
        "library/settings.html",
        visit=visit,
        asked=asked,
        entries=entries,
        zone=the_tool().settings.time_zone,
        has_problems=any(entry.form.problems for entry in entries),
    )
    return make_response(page, status)


@pages.post("/at/<token>/library/send")
@visit_page()
def send(session: Session, visit: Visit) -> ResponseReturnValue:
    """Keep the offers and send the answer; with something to mend, the form again and nothing sent."""
    if find_request(session, visit.access, visit.session_id) is None:
        _require_asked(session, visit)
    entries = _read_entries(session, visit)
    asked = find_asked(session, visit)
    if asked is not None and len(entries) > 1 and not asked.accept_multiple:
        raise BadFormError("Your course takes one thing at a time.")
    if asked is not None and not asked.takes_links:
        raise BadFormError("This place of your course takes no links, so InfoLit cannot add anything here.")
    if asked is not None and any(entry.form.problems for entry in entries):
        return _show_settings(visit, asked, entries, 400)
    taken = take_request(session, visit.access, visit.session_id, now=the_tool().clock())
    chosen = [_keep(session, visit, taken, entry) for entry in entries]
    session.flush()
    return _answer(session, visit, taken, chosen)


def _read_entries(session: Session, visit: Visit) -> list[Entry]:
    tool = the_tool()
    form, picks = request.form.to_dict(), request.form.getlist("pick")
    cards = picked_cards(list_cards(held_by(session, visit), visit.access, visit.locale), picks)
    if not cards or len(cards) != len(picks):
        raise BadFormError("Something that was ticked is not in the library any more. Choose again.")
    return [
        Entry(
            prefix=f"{place}.",
            card=card,
            form=read_rules(form, tool.settings.time_zone, prefix=f"{place}."),
        )
        for place, card in enumerate(cards)
    ]


def _keep(session: Session, visit: Visit, taken: DeepLinkRequest, entry: Entry) -> ChosenLink:
    rules = entry.form.rules
    if rules is None:
        raise BadFormError
    chosen = Chosen(kind=entry.card.kind, content_id=entry.card.content_id, rules=rules)
    offer = make_offer(session, visit.access, taken, chosen, now=the_tool().clock())
    return _as_link(offer, entry.card)


def _as_link(offer: PlacementOffer, card: Card) -> ChosenLink:
    return ChosenLink(
        content=card.key,
        offer_id=offer.id,
        title=offer.title,
        text=card.summary,
        points=offer.points,
        opens_at=offer.opens_at,
        due_at=offer.due_at,
        closes_at=offer.closes_at,
    )


@pages.post("/at/<token>/library/cancel")
@visit_page()
def cancel(session: Session, visit: Visit) -> ResponseReturnValue:
    """Back to the course with nothing: the LMS waits for an answer, so it gets an empty one."""
    taken = take_request(session, visit.access, visit.session_id, now=the_tool().clock())
    return _answer(session, visit, taken, [])


def _answer(
    session: Session, visit: Visit, taken: DeepLinkRequest, chosen: Sequence[ChosenLink]
) -> ResponseReturnValue:
    tool = the_tool()
    answer = sign_answer(
        session,
        tool.seal,
        read_asked(taken),
        chosen,
        platform_id=taken.platform_id,
        deployment_id=taken.deployment_id,
        public_url=tool.settings.public_url,
        now=tool.clock(),
    )
    g.form_targets = (origin_of(answer.return_url),)
    return render_template("library/sent.html", visit=visit, answer=answer, chosen=chosen)
