"""Questions to other programs: what a lesson or quiz becomes in each format. The files hold the keys, so they are for teachers and specialists."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.errors import NotFoundError
from lti_tool.interchange.formats import FORMATS, prepare
from lti_tool.interchange.packing import Parcel
from lti_tool.interchange.selecting import make_links, make_parcel
from lti_tool.lti.spec import LAUNCH_PATH
from lti_tool.web.library_cards import find_card
from lti_tool.web.visit import Visit, held_by, the_tool, visit_page

pages = Blueprint("exchange", __name__)


@pages.get("/at/<token>/library/<any(module, quiz):kind>/<content_id>/export")
@visit_page("reader")
def formats(session: Session, visit: Visit, kind: str, content_id: str) -> ResponseReturnValue:
    """Every format, with what is lost in it question by question."""
    parcel = _parcel(session, visit, kind, content_id)
    card = find_card(held_by(session, visit), visit.access, kind, content_id, visit.locale)
    found = [prepare(parcel, name) for name in FORMATS]
    return render_template(
        "library/export.html", visit=visit, card=card, formats=found, count=len(parcel.items)
    )


@pages.get("/at/<token>/library/<any(module, quiz):kind>/<content_id>/export/<format_name>")
@visit_page("reader")
def download(
    session: Session, visit: Visit, kind: str, content_id: str, format_name: str
) -> ResponseReturnValue:
    """The file itself."""
    exported = prepare(_parcel(session, visit, kind, content_id), format_name)
    launch_url = the_tool().settings.public_url + LAUNCH_PATH
    library = held_by(session, visit).library_of(kind, content_id)
    links = make_links(library, kind, content_id, launch_url)
    return as_file(exported.to_bytes(links), exported.format.media_type, exported.file_name)


def _parcel(session: Session, visit: Visit, kind: str, content_id: str) -> Parcel:
    held = held_by(session, visit)
    if not held.shows(visit.access, kind, content_id):
        raise NotFoundError
    library, read = held.library_of(kind, content_id), held.reader(session, kind, content_id)
    return make_parcel(library, kind, content_id, read)


def as_file(raw: bytes, media_type: str, name: str) -> ResponseReturnValue:
    response = make_response(raw)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
