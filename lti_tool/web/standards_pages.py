"""Skills and the standards that ask for them: those of the lessons that ship beside those a district imported. Codes and links; words where they are free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.content.spine import show_grades
from lti_tool.standards.reading import list_frameworks, list_laid
from lti_tool.web.visit import Visit, the_tool, visit_page

pages = Blueprint("standards", __name__)


@dataclass(frozen=True, kw_only=True)
class Code:
    """One code that a skill is laid to, wherever that was said."""

    skill: str
    framework: str
    """Its title."""
    code: str
    uri: str | None
    is_exact: bool
    grades: str = ""
    statement: str | None = None
    reviewer: str
    """Empty for the library's own, whose reviewer the page names once."""
    reviewed: date | None
    is_retired: bool = False
    replaced_by: str | None = None
    lang: str | None = None
    """Of the framework's title, where we know it."""

    @property
    def key(self) -> str:
        """What a form sends to ask for this code."""
        return f"{self.framework} {self.code}"


@pages.get("/at/<token>/standards")
@visit_page("reader")
def standards(session: Session, visit: Visit) -> ResponseReturnValue:
    """By skill, of one framework or all. For teachers and specialists."""
    codes = list_codes(session, visit)
    frameworks = {each.framework: each.lang for each in codes}
    wanted = request.args.get("framework", "")
    chosen = wanted if wanted in frameworks else ""
    library = the_tool().library
    return render_template(
        "library/standards.html",
        visit=visit,
        frameworks=frameworks,
        chosen=chosen,
        crosswalk=library.crosswalk,
        imported=list_frameworks(session, visit.tenant_id),
        lines=[
            (
                library.get_skill(skill, visit.locale).name,
                by_framework(
                    each for each in codes if each.skill == skill and (not chosen or each.framework == chosen)
                ),
            )
            for skill in library.skills
        ],
    )


def list_codes(session: Session, visit: Visit) -> list[Code]:
    """Every code that a skill is laid to: first those of the library's own crosswalk, then the district's."""
    return [*_shipped(), *_imported(session, visit)]


def _shipped() -> Iterable[Code]:
    library = the_tool().library
    crosswalk = library.crosswalk
    if crosswalk is None:
        return
    by_id = {each.id: each for each in crosswalk.frameworks}
    for skill in library.skills:
        for each in crosswalk.alignments(skill):
            framework = by_id[each.framework]
            yield Code(
                skill=skill,
                framework=framework.title,
                code=each.code,
                uri=framework.link,
                is_exact=each.strength == "exact",
                reviewer="",
                reviewed=None,
                lang="en",
            )


def _imported(session: Session, visit: Visit) -> Iterable[Code]:
    for each in list_laid(session, visit.tenant_id):
        yield Code(
            skill=each.skill,
            framework=each.framework,
            code=each.code,
            uri=each.uri,
            is_exact=each.strength == "exact",
            grades=show_grades(list(each.grades)),
            statement=each.statement,
            reviewer=each.reviewer,
            reviewed=each.reviewed,
            is_retired=each.is_retired,
            replaced_by=each.replaced_by,
        )


def by_framework(codes: Iterable[Code]) -> dict[str, list[Code]]:
    """The codes under their framework's title, in the order they come."""
    found: dict[str, list[Code]] = {}
    for each in codes:
        found.setdefault(each.framework, []).append(each)
    return found


def skills_of(codes: Sequence[Code], key: str) -> set[str] | None:
    """The skills that a code asks for; None where no such code is laid to any."""
    found = {each.skill for each in codes if each.key == key}
    return found or None
