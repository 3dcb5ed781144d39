"""Ends of terms: what the worker does at night, and whoever runs InfoLit by hand."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError
from lti_tool.mastery.freeze import due_terms, end_of, ensure_term, freeze, has_evidence
from lti_tool.people.years import school_year
from lti_tool.tool import Tool

LONGEST_NAME = 64


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A term that was frozen just now."""

    name: str
    levels: int


def add_term(tool: Tool, tenant_id: uuid.UUID, name: str, last_day: date) -> datetime:
    """Have the levels of the end of this day kept, in the server's time zone; gives its end. Telling it twice changes nothing."""
    told = name.strip()
    if not told or len(told) > LONGEST_NAME:
        raise BadFormError(f"A term needs a name of at most {LONGEST_NAME} characters, such as “Fall 2026”.")
    ends_at = end_of(last_day, tool.settings.time_zone)
    with transaction(tool.sessions) as session:
        term = ensure_term(session, tenant_id, told, ends_at)
        if term.ends_at != ends_at:
            raise BadFormError(
                f"There is a term “{told}” already, which ends at {term.ends_at:%Y-%m-%d %H:%M} UTC. "
                "Give this one another name."
            )
    return ends_at


def freeze_due(tool: Tool, tenant_id: uuid.UUID) -> list[Frozen]:
    """Freeze each of a district's terms that has ended, and the school year that has. Each is one transaction, and done once."""
    _note_year(tool, tenant_id)
    done: list[Frozen] = []
    while True:
        with transaction(tool.sessions) as session:
            terms = due_terms(session, tenant_id, now=tool.clock())
            if not terms:
                return done
            levels = freeze(session, terms[0], now=tool.clock())
            done.append(Frozen(name=terms[0].name, levels=levels))


def _note_year(tool: Tool, tenant_id: uuid.UUID) -> None:
    """The school year that ended last is a term, if anybody answered in it."""
    starts = tool.settings.school_year_starts
    ended = school_year(tool.clock(), starts) - 1
    last_day = date(ended, starts, 1) - timedelta(days=1)
    with transaction(tool.sessions) as session:
        if has_evidence(session, tenant_id, ended):
            ensure_term(session, tenant_id, f"{ended - 1}–{ended}", end_of(last_day, tool.settings.time_zone))
