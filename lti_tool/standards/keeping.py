"""Keeping frameworks: by GUID, so that importing again changes nothing; what is gone from a newer package is retired, never deleted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, StandardsError
from lti_tool.standards.model import FrameworkFacts, StandardFacts
from lti_tool.standards.tables import Alignment, Framework, Standard

_ONE_IMPORT = 0x5354414E
"""The lock that imports wait for each other at."""


@dataclass(kw_only=True)
class Kept:
    """What an import did to a framework's standards."""

    title: str
    added: int = 0
    changed: int = 0
    same: int = 0
    retired: int = 0
    back: int = 0
    """Retired before, and in use again."""
    aligned_retired: list[str] = field(default_factory=list)
    """Codes that skills are laid to, and that were retired now: somebody should look."""


def keep(session: Session, facts: FrameworkFacts, *, tenant_id: uuid.UUID | None, now: datetime) -> Kept:
    """Bring a framework of a district (None: of all) to what was read. Raises StandardsError for an older or an emptied package."""
    session.execute(select(func.pg_advisory_xact_lock(_ONE_IMPORT)))
    framework = find_framework(session, facts.guid, tenant_id)
    known: dict[uuid.UUID, Standard] = {}
    if framework is None:
        framework = Framework(id=uuid.uuid4(), tenant_id=tenant_id, guid=facts.guid)
    else:
        _require_newer(framework, facts)
        rows = session.scalars(select(Standard).where(Standard.framework_id == framework.id))
        known = {row.guid: row for row in rows}
    if known and not facts.standards:
        raise StandardsError(
            "The package holds no item, though the framework has some here. Nothing was retired: get the whole package."
        )
    _write(framework, facts, now)
    session.add(framework)
    session.flush()
    kept = Kept(title=facts.title)
    for each in facts.standards:
        _keep_standard(session, framework, known.pop(each.guid, None), each, kept, now)
    for row in known.values():
        _retire(session, row, kept, now)
    session.flush()
    return kept


def find_framework(session: Session, guid: uuid.UUID, tenant_id: uuid.UUID | None) -> Framework | None:
    """The framework with this GUID that was imported for just this district, or for all."""
    return session.scalar(
        select(Framework).where(Framework.guid == guid, Framework.tenant_id.is_not_distinct_from(tenant_id))
    )


def _require_newer(framework: Framework, facts: FrameworkFacts) -> None:
    if framework.source != facts.source:
        raise ConflictError(
            f"“{framework.title}” came from another kind of file. Import it from there again."
        )
    if framework.changed_at and facts.changed_at and facts.changed_at < framework.changed_at:
        raise StandardsError(
            f"This package is of {facts.changed_at:%Y-%m-%d %H:%M}, older than the one of {framework.changed_at:%Y-%m-%d %H:%M}"
            " that was imported already. Nothing was changed."
        )


def _write(framework: Framework, facts: FrameworkFacts, now: datetime) -> None:
    framework.title, framework.uri, framework.source = facts.title, facts.uri, facts.source
    framework.version, framework.adoption_status = facts.version, facts.adoption_status
    framework.license, framework.keeps_statements = facts.license, facts.keeps_statements
    framework.changed_at, framework.imported_at = facts.changed_at, now


def _keep_standard(
    session: Session,
    framework: Framework,
    row: Standard | None,
    facts: StandardFacts,
    kept: Kept,
    now: datetime,
) -> None:
    values = {
        "uri": facts.uri,
        "code": facts.code,
        "kind": facts.kind,
        "grades": list(facts.grades),
        "parent_guid": facts.parent,
        "statement": facts.statement,
        "replaced_by_guid": facts.replaced_by,
    }
    if row is None:
        ended = now if facts.has_ended else None
        session.add(
            Standard(id=uuid.uuid4(), framework_id=framework.id, guid=facts.guid, retired_at=ended, **values)
        )
        kept.added += 1
        return
    is_changed = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    if facts.has_ended:
        if row.retired_at is None:
            _retire(session, row, kept, now)
            return
    elif row.retired_at is not None:
        row.retired_at = None
        kept.back += 1
        return
    kept.changed += is_changed
    kept.same += not is_changed


def _retire(session: Session, row: Standard, kept: Kept, now: datetime) -> None:
    if row.retired_at is not None:
        return
    row.retired_at = now
    kept.retired += 1
    laid = select(Alignment.id).where(Alignment.standard_id == row.id, Alignment.retired_at.is_(None))
    if session.scalar(laid.limit(1)) is not None:
        kept.aligned_retired.append(row.code or str(row.guid))
