"""`infolit quiz import --district`: questions into a district's own library, as its specialists do it by the pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.orm import Session

from lti_tool.app.assemble import content_of
from lti_tool.cli.database import open_tool
from lti_tool.cli.quiz_report import echo_report, read_bytes
from lti_tool.db.connect import transaction
from lti_tool.errors import BadRequestError, NotFoundError, PackageError
from lti_tool.facts.people import Access
from lti_tool.holdings.banks import OwnLine, get_line
from lti_tool.holdings.bringing import hold, keep, new_bank_id
from lti_tool.interchange.bank import Plan
from lti_tool.interchange.reading import import_questions, title_of
from lti_tool.people.grants import get_tenant
from lti_tool.settings import read_settings


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the command says besides the file."""

    skill: str
    title: str | None
    grades: tuple[int, int]
    language: str


def _find_line(session: Session, access: Access, bank_id: str) -> OwnLine:
    try:
        return get_line(session, access, bank_id)
    except NotFoundError as error:
        raise BadRequestError(
            f"The district has no bank “{bank_id}” of its own. Its page in the library shows its id in the address."
        ) from error


def import_for_district(file: Path, district: str, told: Told, *, replaces: str | None) -> None:
    """Keep the questions of a file for every teacher of a district; `replaces`: the id of a bank of its own."""
    raw = read_bytes(file)
    with open_tool(content_of(read_settings().content)) as tool:
        if told.skill not in tool.library.skills:
            raise BadRequestError(
                f"There is no skill “{told.skill}”. There are: {', '.join(tool.library.skills)}."
            )
        with transaction(tool.sessions) as session:
            tenant_id = get_tenant(session, district).id
            access = Access(tenant_id=tenant_id, person_id=None, is_district_specialist=True)
            line = _find_line(session, access, replaces) if replaces is not None else None
            title = told.title or (line.edition.title if line else title_of(raw, file.name))
            plan = Plan(
                bank_id=replaces or new_bank_id(title, tenant_id),
                title=title,
                skill=told.skill,
                language=told.language,
                grades=told.grades,
                skills=frozenset(tool.library.skills),
                known=tool.held(session, tenant_id).questions_of(replaces or ""),
            )
            imported = import_questions(raw, file.name, plan)
            echo_report(imported)
            if not imported.items:
                raise PackageError("No question could be taken over, so nothing was kept.")
            waiting = hold(session, access, imported, now=tool.clock())
            kept = keep(session, access, waiting.id, tool.library, now=tool.clock())
            click.echo(f"quiz:{kept.bank_id} is in the district's library.")
