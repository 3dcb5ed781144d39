"""Taking a table in: frameworks that have no package, and which skills their codes, or those of an imported package, ask for."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.errors import StandardsError
from lti_tool.standards.keeping import Kept, keep
from lti_tool.standards.model import FrameworkFacts, Laying, StandardFacts
from lti_tool.standards.rows import Table, guid_of
from lti_tool.standards.tables import Alignment, Framework, Standard


def lay(
    session: Session, table: Table, *, tenant_id: uuid.UUID | None, now: datetime
) -> tuple[list[Kept], dict[str, int]]:
    """Take a table over: what it did to each framework of its own, and how many alignments are new, changed, the same, retired.

    The table is the whole truth about the frameworks it names, for the district (None: for all): alignments it does not hold any more retire.
    """
    kept, counts = [], {"new": 0, "changed": 0, "same": 0, "retired": 0}
    for name, standards in table.standards.items():
        framework = _find(session, name, tenant_id)
        if framework is None or framework.source == "csv":
            facts = _facts(framework, name, tuple(standards.values()))
            kept.append(keep(session, facts, tenant_id=tenant_id, now=now))
            framework = _find(session, name, tenant_id)
        assert framework is not None  # noqa: S101 - it was kept just now
        wanted = [each for each in table.layings if each.framework == name]
        _lay_framework(session, framework, standards, wanted, tenant_id, counts, now)
    return kept, counts


def _facts(known: Framework | None, name: str, standards: tuple[StandardFacts, ...]) -> FrameworkFacts:
    return FrameworkFacts(
        guid=known.guid if known else guid_of(name),
        title=known.title if known else name[:255],
        uri=None,
        source="csv",
        version=None,
        adoption_status=None,
        license=None,
        keeps_statements=False,
        changed_at=None,
        standards=standards,
    )


def _find(session: Session, name: str, tenant_id: uuid.UUID | None) -> Framework | None:
    """The framework of this title or GUID: the district's own, else one imported for all. A table's own is found in its own reach only."""
    try:
        is_named = Framework.guid == uuid.UUID(name)
    except ValueError:
        is_named = func.lower(Framework.title) == name.casefold()
    found = session.scalars(
        select(Framework).where(
            is_named,
            (Framework.tenant_id.is_not_distinct_from(tenant_id))
            | (Framework.tenant_id.is_(None) & (Framework.source == "case")),
        )
    ).all()
    own = [each for each in found if each.tenant_id == tenant_id]
    if len(own or found) > 1:
        raise StandardsError(
            f"Several frameworks are called “{name}”: write the GUID that `infolit standards list` shows."
        )
    return next(iter(own or found), None)


def _lay_framework(
    session: Session,
    framework: Framework,
    standards: dict[str, StandardFacts],
    wanted: list[Laying],
    tenant_id: uuid.UUID | None,
    counts: dict[str, int],
    now: datetime,
) -> None:
    by_code = _by_code(session, framework, standards)
    rows = session.scalars(
        select(Alignment)
        .join(Standard, Standard.id == Alignment.standard_id)
        .where(Standard.framework_id == framework.id, Alignment.tenant_id.is_not_distinct_from(tenant_id))
    )
    known = {(row.standard_id, row.skill): row for row in rows}
    for each in wanted:
        standard = by_code[each.code]
        row = known.pop((standard.id, each.skill), None)
        counts[_lay_one(session, row, standard, each, tenant_id)] += 1
    for row in known.values():
        if row.retired_at is None:
            row.retired_at = now
            counts["retired"] += 1
    session.flush()


def _by_code(
    session: Session, framework: Framework, standards: dict[str, StandardFacts]
) -> dict[str, Standard]:
    """The framework's standards by code or GUID, whichever the table has. Raises StandardsError for codes it does not have, or has twice."""
    found: dict[str, list[Standard]] = {}
    for row in session.scalars(
        select(Standard)
        .where(Standard.framework_id == framework.id)
        .order_by(Standard.retired_at.is_not(None), Standard.guid)
    ):
        for name in {row.code, str(row.guid)} & set(standards):
            found.setdefault(str(name), []).append(row)
    unknown = [code for code in standards if code not in found]
    if unknown:
        raise StandardsError(
            f"“{framework.title}” has no code {_some(unknown)}. Nothing was imported: compare with its package."
        )
    double = [code for code, rows in found.items() if sum(row.retired_at is None for row in rows) > 1]
    if double:
        raise StandardsError(
            f"“{framework.title}” has several standards with the code {_some(double)}. Write their GUIDs in place of it."
        )
    return {code: rows[0] for code, rows in found.items()}


def _some(codes: list[str]) -> str:
    return ", ".join(codes[:10]) + (" …" if len(codes) > 10 else "")


def _lay_one(
    session: Session, row: Alignment | None, standard: Standard, each: Laying, tenant_id: uuid.UUID | None
) -> str:
    values = {
        "strength": each.strength,
        "reviewer": each.reviewer,
        "reviewed": each.reviewed,
        "retired_at": None,
    }
    if row is None:
        session.add(
            Alignment(
                id=uuid.uuid4(), tenant_id=tenant_id, standard_id=standard.id, skill=each.skill, **values
            )
        )
        return "new"
    is_same = all(getattr(row, name) == value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return "same" if is_same else "changed"
