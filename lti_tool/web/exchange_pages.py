"""Questions to other programs and from them: what a lesson or quiz becomes in each format, and what a file from elsewhere would become here.

An exported file holds the keys, so it is for teachers and specialists alone. A file that is brought in is read, reported on and given back as
a bank; nothing of it is kept on the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from lti_tool.content.model import Media
from lti_tool.errors import BadFormError, ForbiddenError, PackageError
from lti_tool.interchange.archive import MOST_PACKED
from lti_tool.interchange.bank import Imported, Plan, bank_id_from
from lti_tool.interchange.formats import FORMATS, prepare
from lti_tool.interchange.packing import Parcel
from lti_tool.interchange.reading import import_questions, title_of
from lti_tool.interchange.saving import pack_bank
from lti_tool.interchange.selecting import make_links, make_parcel
from lti_tool.lti.spec import LAUNCH_PATH
from lti_tool.web.i18n import LOCALES
from lti_tool.web.library_cards import BANDS, list_cards
from lti_tool.web.visit import Visit, the_tool, visit_page

pages = Blueprint("exchange", __name__)
AROUND_THE_FILE = 100_000
"""Bytes that a form has besides the file in it."""
ALL_GRADES = (0, 12)


@pages.get("/at/<token>/library/<any(module, quiz):kind>/<content_id>/export")
@visit_page()
def formats(session: Session, visit: Visit, kind: str, content_id: str) -> ResponseReturnValue:
    """Every format, with what is lost in it question by question."""
    parcel = _parcel(visit, kind, content_id)
    card = next(each for each in list_cards(the_tool(), visit.locale) if each.key == f"{kind}:{content_id}")
    found = [prepare(parcel, name) for name in FORMATS]
    return render_template(
        "library/export.html", visit=visit, card=card, formats=found, count=len(parcel.items)
    )


@pages.get("/at/<token>/library/<any(module, quiz):kind>/<content_id>/export/<format_name>")
@visit_page()
def download(
    session: Session, visit: Visit, kind: str, content_id: str, format_name: str
) -> ResponseReturnValue:
    """The file itself."""
    exported = prepare(_parcel(visit, kind, content_id), format_name)
    tool = the_tool()
    links = make_links(tool.library, kind, content_id, tool.settings.public_url + LAUNCH_PATH)
    return _as_file(exported.to_bytes(links), exported.format.media_type, exported.file_name)


def _parcel(visit: Visit, kind: str, content_id: str) -> Parcel:
    if not (visit.is_teacher or visit.access.is_specialist):
        raise ForbiddenError
    return make_parcel(the_tool().library, kind, content_id, _read_media)


def _read_media(media: Media) -> bytes:
    return Path(media.path).read_bytes()


def _as_file(raw: bytes, media_type: str, name: str) -> ResponseReturnValue:
    response = make_response(raw)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.get("/at/<token>/library/bring-in")
@visit_page("specialist")
def bring_in(session: Session, visit: Visit) -> ResponseReturnValue:
    """The form for a file from elsewhere."""
    return _form(visit, told={})


@pages.post("/at/<token>/library/bring-in")
@visit_page("specialist")
def look(session: Session, visit: Visit) -> ResponseReturnValue:
    """The report on a file, or (`take`) the bank that it makes."""
    request.max_content_length = MOST_PACKED + AROUND_THE_FILE
    try:
        imported = _read_upload()
    except RequestEntityTooLarge:
        problem = "The file is larger than what is taken at once. Export fewer questions at a time."
        return make_response(_form(visit, problem=problem, told={}), 413)
    except (PackageError, BadFormError) as error:
        return make_response(_form(visit, problem=error.message, told=request.form), 400)
    if request.form.get("do") == "take" and imported.items:
        return _as_file(pack_bank(imported), "application/zip", f"{imported.plan.bank_id}.bank.zip")
    return _form(visit, imported=imported, told=request.form)


def _read_upload() -> Imported:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise BadFormError("Choose a file first.")
    raw = sent.read()
    library = the_tool().library
    skill, language = request.form.get("skill", ""), request.form.get("language", "en")
    if skill not in library.skills or language not in LOCALES:
        raise BadFormError("Choose a skill and a language from the lists.")
    title = request.form.get("title", "").strip()[:120] or title_of(raw, sent.filename)
    plan = Plan(
        bank_id=bank_id_from(title, [*library.banks, *library.quizzes]),
        title=title,
        skill=skill,
        language=language,
        grades=BANDS.get(request.form.get("grades", ""), ALL_GRADES),
        skills=frozenset(library.skills),
    )
    return import_questions(raw, sent.filename, plan)


def _form(
    visit: Visit, *, told: Mapping[str, str], imported: Imported | None = None, problem: str = ""
) -> str:
    library = the_tool().library
    skills = [(skill_id, library.get_skill(skill_id, visit.locale).name) for skill_id in library.skills]
    return render_template(
        "library/bring_in.html",
        visit=visit,
        imported=imported,
        problem=problem,
        skills=skills,
        bands=BANDS,
        told=told,
        most_mb=MOST_PACKED // 1_000_000,
    )
