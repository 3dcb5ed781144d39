"""Asking for standards: what was imported for a district, and what its skills are laid to."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from lti_tool.standards.tables import Alignment, Framework, Standard


@dataclass(frozen=True, kw_only=True)
class FrameworkLine:
    """A framework with how many standards and alignments it has."""

    framework: Framework
    in_use: int
    retired: int
    alignments: int


@dataclass(frozen=True, kw_only=True)
class LaidStandard:
    """A standard that a skill is laid to."""

    skill: str
    framework: str
    code: str
    uri: str | None
    statement: str | None
    """Only where its licence lets us show it."""
    grades: tuple[int, ...]
    strength: str
    reviewer: str
    reviewed: date | None
    is_retired: bool
    replaced_by: str | None
    """The code of what came in its place, where that is known here."""


def _reach(tenant_id: uuid.UUID | None) -> ColumnElement[bool]:
    """What was imported for this district, and for all of them."""
    return or_(Framework.tenant_id.is_(None), Framework.tenant_id == tenant_id)


def list_frameworks(session: Session, tenant_id: uuid.UUID | None) -> list[FrameworkLine]:
    """By title. With None only those that hold for all districts."""
    in_use = func.count(Standard.id).filter(Standard.retired_at.is_(None))
    rows = session.execute(
        select(Framework, in_use, func.count(Standard.id))
        .outerjoin(Standard, Standard.framework_id == Framework.id)
        .where(_reach(tenant_id))
        .group_by(Framework.id)
        .order_by(func.lower(Framework.title), Framework.id)
    )
    counts = {
        row[0]: row[1]
        for row in session.execute(
            select(Standard.framework_id, func.count())
            .join(Alignment, Alignment.standard_id == Standard.id)
            .where(
                Alignment.retired_at.is_(None),
                or_(Alignment.tenant_id.is_(None), Alignment.tenant_id == tenant_id),
            )
            .group_by(Standard.framework_id)
        )
    }
    return [
        FrameworkLine(
            framework=framework, in_use=used, retired=every - used, alignments=counts.get(framework.id, 0)
        )
        for framework, used, every in rows
    ]


def list_laid(session: Session, tenant_id: uuid.UUID) -> list[LaidStandard]:
    """What the district's skills are laid to: exact before partial, then by framework and code. A district's own line stands above that of all."""
    rows = session.execute(
        select(Alignment, Standard, Framework)
        .join(Standard, Standard.id == Alignment.standard_id)
        .join(Framework, Framework.id == Standard.framework_id)
        .where(
            _reach(tenant_id),
            or_(Alignment.tenant_id.is_(None), Alignment.tenant_id == tenant_id),
            Alignment.retired_at.is_(None),
        )
        .order_by(Alignment.strength, func.lower(Framework.title), Standard.code, Alignment.tenant_id)
    ).all()
    newer = _codes(
        session, tenant_id, {each.replaced_by_guid for _, each, _ in rows if each.replaced_by_guid}
    )
    found: dict[tuple[uuid.UUID, str], LaidStandard] = {}
    for alignment, standard, framework in rows:
        key = (standard.id, alignment.skill)
        if key in found and alignment.tenant_id is None:
            continue
        found[key] = LaidStandard(
            skill=alignment.skill,
            framework=framework.title,
            code=standard.code or str(standard.guid),
            uri=safe_uri(standard.uri),
            statement=standard.statement,
            grades=tuple(standard.grades),
            strength=alignment.strength,
            reviewer=alignment.reviewer,
            reviewed=alignment.reviewed,
            is_retired=standard.retired_at is not None,
            replaced_by=newer.get(standard.replaced_by_guid) if standard.replaced_by_guid else None,
        )
    return list(found.values())


def safe_uri(uri: str | None) -> str | None:
    """An address a page may link to; packages name others too, such as `urn:` or a path."""
    return uri if uri and uri.startswith("https://") else None


def _codes(session: Session, tenant_id: uuid.UUID, guids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = session.execute(
        select(Standard.guid, Standard.code)
        .join(Framework, Framework.id == Standard.framework_id)
        .where(_reach(tenant_id), Standard.guid.in_(guids), Standard.code.is_not(None))
    )
    return {row.guid: row.code for row in rows}
