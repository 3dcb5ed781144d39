"""What a district says of itself: the e-mail domains it gives out every address of, and how small a group may be shown.

An e-mail links two accounts only in such a domain, and only where exactly one record has it and nothing stronger speaks against it
(`linking`). So a domain that anybody can get an address of, or that two districts claim, must not be one.
"""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import any_, literal, select
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, note
from lti_tool.errors import BadFormError, ConflictError
from lti_tool.facts.people import Access
from lti_tool.people.tables import Tenant

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
_OPEN_TO_ALL = frozenset(
    [
        "aol.com",
        "fastmail.com",
        "gmail.com",
        "gmx.com",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "mac.com",
        "mail.com",
        "me.com",
        "msn.com",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "yahoo.com",
        "ymail.com",
        "zoho.com",
    ]
)
"""Well-known domains in which everybody gets an address."""
_SMALLEST, _LARGEST = 5, 30


def read_domain(text: str) -> str:
    """A domain in lower case, in ASCII. Raises BadFormError for what is none, or is open to everybody."""
    domain = text.strip().casefold().removeprefix("@").removesuffix(".")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if not _DOMAIN.fullmatch(domain) or len(domain) > 253 or domain.replace(".", "").isdigit():
        raise BadFormError(
            f"“{text}” is no e-mail domain. Write what stands behind the @, such as students.district.example."
        )
    if domain in _OPEN_TO_ALL:
        raise BadFormError(
            f"Anybody can get an address at {domain}, so it says nothing about who somebody is."
        )
    return domain


def vouch_for(session: Session, tenant: Tenant, text: str, *, reason: str, now: datetime) -> str | None:
    """Say that the district gives out every address of a domain. Gives the domain; None where it was said before."""
    domain = read_domain(text)
    _lock(session, tenant)
    if domain in tenant.email_domains:
        return None
    other = select(Tenant.id).where(Tenant.id != tenant.id, literal(domain) == any_(Tenant.email_domains))
    if session.scalar(other.limit(1)) is not None:
        raise ConflictError(
            f"Another district vouches for {domain} already, and an address can be given out by one only."
        )
    _set(session, tenant, sorted([*tenant.email_domains, domain]), reason, now)
    return domain


def stop_vouching(session: Session, tenant: Tenant, text: str, *, reason: str, now: datetime) -> str:
    """Say it no longer. Accounts that were linked stay so. Raises BadFormError for a domain nobody vouched for."""
    domain = text.strip().casefold().removeprefix("@")
    _lock(session, tenant)
    if domain not in tenant.email_domains:
        known = ", ".join(tenant.email_domains) or "none"
        raise BadFormError(f"The district does not vouch for {domain}. It vouches for: {known}.")
    _set(session, tenant, [each for each in tenant.email_domains if each != domain], reason, now)
    return domain


def set_smallest_group(session: Session, tenant: Tenant, size: int, *, reason: str, now: datetime) -> None:
    """Hide groups of fewer students than this in figures for principals and coordinators."""
    if not _SMALLEST <= size <= _LARGEST:
        raise BadFormError(f"The smallest group shown may be {_SMALLEST} to {_LARGEST} students.")
    before = {"smallest_group": tenant.smallest_group}
    tenant.smallest_group = size
    by = Access(tenant_id=tenant.id, person_id=None, is_administrator=True)
    note(
        session,
        by,
        "set group",
        Subject(),
        now=now,
        reason=reason,
        before=before,
        after={"smallest_group": size},
    )


def _lock(session: Session, tenant: Tenant) -> None:
    session.refresh(tenant, with_for_update=True)


def _set(session: Session, tenant: Tenant, domains: list[str], reason: str, now: datetime) -> None:
    before = {"email_domains": list(tenant.email_domains)}
    tenant.email_domains = domains
    session.flush()
    by = Access(tenant_id=tenant.id, person_id=None, is_administrator=True)
    note(
        session,
        by,
        "vouch",
        Subject(),
        now=now,
        reason=reason,
        before=before,
        after={"email_domains": domains},
    )
