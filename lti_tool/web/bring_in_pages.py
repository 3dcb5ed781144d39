"""Questions from other programs: the file, the report on each question, then keeping them in the district's library.

What a file became waits for a day, for whoever brought it alone; so looking at the report loses nothing, and keeping needs no second upload.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from lti_tool.errors import BadFormError, ConflictError, ForbiddenError, PackageError
from lti_tool.holdings.banks import OwnLine, get_line, list_banks
from lti_tool.holdings.bringing import compare, get_waiting, hold, keep, new_bank_id, pack, problems_of
from lti_tool.holdings.tables import OwnEdition
from lti_tool.interchange.archive import MOST_PACKED
from lti_tool.interchange.bank import Imported, Plan
from lti_tool.interchange.drafts import clean
from lti_tool.interchange.reading import import_questions, title_of
from lti_tool.web.exchange_pages import as_file
from lti_tool.web.given_file import allow_file, read_file
from lti_tool.web.i18n import LOCALES
from lti_tool.web.library_cards import BANDS
from lti_tool.web.visit import Visit, held_by, the_tool, visit_page

pages = Blueprint("bringing", __name__)
ALL_GRADES = (0, 12)
LONGEST_TITLE = 120


@pages.get("/at/<token>/library/bring-in")
@visit_page("reader")
def bring_in(session: Session, visit: Visit) -> ResponseReturnValue:
    """The form for a file from elsewhere; with `?bank=` for a newer one in place of a bank's questions."""
    line = _replaced(session, visit, request.args.get("bank", ""))
    return _form(session, visit, line, told=_as_before(session, visit, line))


@pages.post("/at/<token>/library/bring-in")
@visit_page("reader")
def look(session: Session, visit: Visit) -> ResponseReturnValue:
    """Read the file and go to its report; with nothing in it that can be taken, the form again with the reasons."""
    allow_file(MOST_PACKED)
    try:
        line = _replaced(session, visit, request.form.get("bank", ""))
    except RequestEntityTooLarge:
        problem = "The file is larger than what is taken at once. Export fewer questions at a time."
        return make_response(_form(session, visit, None, problem=problem, told={}), 413)
    try:
        imported = _read_upload(session, visit, line)
        if not imported.items:
            return _form(session, visit, line, imported=imported, told=request.form)
        with session.begin_nested():
            waiting = hold(session, visit.access, imported, now=the_tool().clock())
    except (PackageError, BadFormError) as error:
        page = _form(session, visit, line, problem=error.message, told=request.form)
        return make_response(page, 400)
    return redirect(visit.link("bringing.report", edition_id=waiting.id), 303)


def _replaced(session: Session, visit: Visit, bank_id: str) -> OwnLine | None:
    """The bank that the file is for. Raises NotFoundError, or ForbiddenError where it may only be seen."""
    if not bank_id:
        return None
    line = get_line(session, visit.access, bank_id)
    if not line.may_change:
        raise ForbiddenError("These questions are shared by a specialist, who alone can change them.")
    return line


def _as_before(session: Session, visit: Visit, line: OwnLine | None) -> dict[str, str]:
    """What the form holds at first: of a bank that is replaced, what it was made with."""
    if line is None:
        return {"language": visit.locale}
    own = held_by(session, visit).own.get(line.bank.bank_id)
    library = own.read.library if own else None
    grades = library.banks[line.bank.bank_id].grades if library else ALL_GRADES
    band = next((name for name, each in BANDS.items() if each == grades), "")
    edition = line.edition
    return {"title": edition.title, "skill": edition.skill, "language": edition.language, "grades": band}


def _read_upload(session: Session, visit: Visit, line: OwnLine | None) -> Imported:
    name, raw = read_file()
    skills = the_tool().library.skills
    skill, language = request.form.get("skill", ""), request.form.get("language", "en")
    if skill not in skills or language not in LOCALES:
        raise BadFormError("Choose a skill and a language from the lists.")
    told = clean(request.form.get("title", "")).strip()[:LONGEST_TITLE]
    title = told or (line.edition.title if line else title_of(raw, name))
    plan = Plan(
        bank_id=line.bank.bank_id if line else new_bank_id(title, visit.tenant_id),
        title=title,
        skill=skill,
        language=language,
        grades=BANDS.get(request.form.get("grades", ""), ALL_GRADES),
        skills=frozenset(skills),
        known=held_by(session, visit).questions_of(line.bank.bank_id) if line else {},
    )
    return import_questions(raw, name, plan)


def _form(
    session: Session,
    visit: Visit,
    line: OwnLine | None,
    *,
    told: Mapping[str, str],
    imported: Imported | None = None,
    problem: str = "",
) -> str:
    library = the_tool().library
    skills = [(skill_id, library.get_skill(skill_id, visit.locale).name) for skill_id in library.skills]
    return render_template(
        "library/bring_in.html",
        visit=visit,
        replaced=line,
        lines=imported.lines if imported else (),
        problem=problem,
        skills=skills,
        bands=BANDS,
        told=told,
        longest=LONGEST_TITLE,
        most_mb=MOST_PACKED // 1_000_000,
    )


@pages.get("/at/<token>/library/bring-in/<uuid:edition_id>")
@visit_page("reader")
def report(session: Session, visit: Visit, edition_id: uuid.UUID) -> ResponseReturnValue:
    """What became of each question, and what keeping them would do."""
    waiting = get_waiting(session, visit.access, edition_id)
    if waiting.number is not None:
        return redirect(visit.link("own.bank", bank_id=waiting.bank_id), 303)
    return make_response(_report(session, visit, waiting))


def _report(session: Session, visit: Visit, waiting: OwnEdition, *, problem: str = "") -> str:
    held, access = held_by(session, visit), visit.access
    seen = list_banks(session, access)
    line = next((each for each in seen if each.bank.id == waiting.own_bank_id), None)
    alike = [each for each in seen if each.edition.title.casefold() == waiting.title.casefold()]
    is_new = line is None
    return render_template(
        "library/report.html",
        visit=visit,
        waiting=waiting,
        replaced=line,
        alike=[each for each in alike if each.may_change] if is_new else [],
        counts={name: sum(each["outcome"] == name for each in waiting.report) for name in _OUTCOMES},
        changes=None if is_new else compare(session, held, waiting),
        problems=problems_of(session, waiting, held.shipped) if waiting.quiz_yaml else (),
        problem=problem,
    )


_OUTCOMES = ("taken", "changed", "refused")


@pages.get("/at/<token>/library/bring-in/<uuid:edition_id>/zip")
@visit_page("reader")
def as_zip(session: Session, visit: Visit, edition_id: uuid.UUID) -> ResponseReturnValue:
    """The files of a content folder, for servers whose content is kept there."""
    waiting = get_waiting(session, visit.access, edition_id)
    return as_file(pack(session, waiting), "application/zip", f"{waiting.bank_id}.bank.zip")


@pages.post("/at/<token>/library/bring-in/<uuid:edition_id>/keep")
@visit_page("reader")
def keep_it(session: Session, visit: Visit, edition_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the questions in the district's library. Pressed twice, they are kept once."""
    tool = the_tool()
    try:
        with session.begin_nested():
            seen = request.form.get("edition", type=int)
            kept = keep(session, visit.access, edition_id, tool.library, now=tool.clock(), seen=seen)
    except (BadFormError, ConflictError) as error:
        waiting = get_waiting(session, visit.access, edition_id)
        return make_response(_report(session, visit, waiting, problem=error.message), error.status)
    return redirect(visit.link("own.bank", bank_id=kept.bank_id, kept=kept.number), 303)
