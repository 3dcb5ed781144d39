"""Whom an LMS speaks of: the rules by which a told person becomes one of our records (docs/people.md has them in words).

Linked without asking is only what cannot be wrong: the LMS's own user id; a state or SIS id that one person of the district has; an e-mail,
if the district owns its domain, one record has it, nothing stronger speaks against it, and the record holds no right over others (an LMS may
let people write their e-mail themselves). Everything else becomes a case that waits for a person with the right to decide, and until then
the told person has a record of their own, in which nothing is lost.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_tool.facts.launch import LaunchPerson, Role
from lti_tool.people.cases import open_case
from lti_tool.people.identity import (
    claim_alias,
    find_alias,
    find_part,
    find_roots,
    holds_another,
    holds_right,
    list_by_email,
    list_by_name,
    part_of_role,
)
from lti_tool.people.tables import Person, Tenant

Alias = tuple[str, str, str]
Doubt = tuple[uuid.UUID, str, str | None]
"""A known record that may be the told person's, why that is not sure, and the value both share."""


def identify(
    session: Session,
    told: LaunchPerson,
    *,
    role: Role,
    tenant_id: uuid.UUID,
    platform_id: uuid.UUID,
    now: datetime,
) -> uuid.UUID:
    """The record of the person an LMS speaks of; made when none is theirs. Safe when two requests tell of one person at once."""
    lti = ("lti", str(platform_id), told.subject)
    person_id = find_alias(session, tenant_id, *lti)
    if person_id is None:
        doubts: list[Doubt] = []
        found = _find_by_ids(session, told, role, tenant_id, doubts)
        if found is None and not doubts:
            found = _find_by_email(session, told, role, tenant_id, platform_id, doubts)
        if found is None and not doubts:
            _suggest_by_name(session, told, role, tenant_id, platform_id, doubts)
        made = found or _make(session, told, tenant_id)
        person_id = claim_alias(session, tenant_id, made, lti, now)
        if person_id != made and found is None:  # another request of the same person was first
            session.execute(delete(Person).where(Person.id == made))
            return person_id
        for other_id, reason, value in doubts:
            open_case(session, tenant_id, other_id, person_id, reason, value=value, now=now)
        if doubts:
            return person_id
    else:
        claim_alias(session, tenant_id, person_id, lti, now)
    for alias in strong_ids(told):
        _keep_id(session, tenant_id, person_id, alias, role, now)
    return person_id


def strong_ids(told: LaunchPerson) -> list[Alias]:
    """The ids that say who somebody is in the whole district, the strongest first."""
    ids = (("state", "state", told.state_id), ("sis", "district", told.sourced_id))
    return [(kind, namespace, value) for kind, namespace, value in ids if value]


def _make(session: Session, told: LaunchPerson, tenant_id: uuid.UUID) -> uuid.UUID:
    person = Person(id=uuid.uuid4(), tenant_id=tenant_id, is_test_student=told.is_test_student)
    session.add(person)
    session.flush()
    return person.id


def _find_by_ids(
    session: Session,
    told: LaunchPerson,
    role: Role,
    tenant_id: uuid.UUID,
    doubts: list[Doubt],
) -> uuid.UUID | None:
    """The one person who has the told ids. Two persons, or one of another part, are doubts."""
    owners = {
        owner: alias[2]
        for alias in reversed(strong_ids(told))
        if (owner := find_alias(session, tenant_id, *alias)) is not None
    }
    if not owners:
        return None
    if len(set(find_roots(session, owners).values())) > 1:
        doubts.extend((owner, "sis_taken", value) for owner, value in owners.items())
        return None
    owner, value = next(reversed(owners.items()))
    if _is_other_part(session, owner, role):
        doubts.append((owner, "role", value))
        return None
    return owner


def _is_other_part(session: Session, person_id: uuid.UUID, role: Role) -> bool:
    """A teacher is never taken for a student, nor a student for a teacher."""
    told, known = part_of_role(role), find_part(session, person_id)
    return told is not None and known is not None and told != known


def _find_by_email(
    session: Session,
    told: LaunchPerson,
    role: Role,
    tenant_id: uuid.UUID,
    platform_id: uuid.UUID,
    doubts: list[Doubt],
) -> uuid.UUID | None:
    if not told.email or told.is_test_student:
        return None
    having = list_by_email(session, tenant_id, told.email)
    candidates = [each for each in having if not _contradicts(session, each, told, role, platform_id)]
    is_sure = len(candidates) == len(having) == 1 and _is_owned(session, tenant_id, told.email)
    if is_sure and not holds_right(session, candidates[0]):
        return candidates[0]
    doubts.extend((each, "email", told.email) for each in candidates)
    return None


def _is_owned(session: Session, tenant_id: uuid.UUID, email: str) -> bool:
    """Whether the district gives out every address of this domain."""
    owned = session.scalars(select(Tenant.email_domains).where(Tenant.id == tenant_id)).one()
    return email.rpartition("@")[2].casefold() in owned


def _contradicts(
    session: Session, person_id: uuid.UUID, told: LaunchPerson, role: Role, platform_id: uuid.UUID
) -> bool:
    """Whether something stronger than an e-mail or a name says that these are two people."""
    if _is_other_part(session, person_id, role):
        return True
    aliases = [*strong_ids(told), ("lti", str(platform_id), told.subject)]
    return any(holds_another(session, person_id, alias) for alias in aliases)


def _suggest_by_name(
    session: Session,
    told: LaunchPerson,
    role: Role,
    tenant_id: uuid.UUID,
    platform_id: uuid.UUID,
    doubts: list[Doubt],
) -> None:
    """Names alone link nobody; they put two records beside each other for somebody who knows the student."""
    if role is not Role.LEARNER or told.is_test_student or not (told.given_name and told.family_name):
        return
    for each in list_by_name(session, tenant_id, told.given_name, told.family_name):
        if not _contradicts(session, each, told, role, platform_id):
            doubts.append((each, "name", None))


def _keep_id(
    session: Session, tenant_id: uuid.UUID, person_id: uuid.UUID, alias: Alias, role: Role, now: datetime
) -> None:
    """Record a told id, unless it is somebody else's or contradicts the one the person has: then it is held."""
    if find_alias(session, tenant_id, *alias) is None and holds_another(session, person_id, alias):
        open_case(session, tenant_id, person_id, None, "sis_changed", value=alias[2], now=now)
        return
    owner = claim_alias(session, tenant_id, person_id, alias, now)
    roots = find_roots(session, [owner, person_id])
    if roots[owner] != roots[person_id]:
        reason = "role" if _is_other_part(session, owner, role) else "sis_taken"
        open_case(session, tenant_id, owner, person_id, reason, value=alias[2], now=now)
