"""Registering LMSs: what an administrator enters, checked field by field with words for each mistake."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import BadFormError, ConflictError, NotFoundError
from lti_tool.lti.deployments import approve_deployment
from lti_tool.lti.products import PRODUCTS
from lti_tool.lti.tables import Platform
from lti_tool.lti.values import LOOPBACK_HOSTS, find_id, find_origin, find_text


@dataclass(frozen=True, kw_only=True)
class PlatformFacts:
    """A registration as an administrator enters it."""

    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    audience: str | None = None
    product: str | None = None


_LABELS = {
    "issuer": "Issuer",
    "client_id": "Client id",
    "auth_url": "Authorization address",
    "token_url": "Token address",
    "jwks_url": "Key list address (JWKS)",
    "audience": "Audience",
    "product": "Product",
    "name": "Name",
}
_HTTP_HINT = (
    "Plain http is allowed only for an LMS on this machine, and only with INFOLIT_ALLOW_HTTP_PLATFORMS=true."
)


def add_platform(
    session: Session,
    facts: PlatformFacts,
    *,
    tenant_id: uuid.UUID,
    now: datetime,
    allow_http: bool,
    deployment_ids: Sequence[str] = (),
) -> Platform:
    """Register an LMS and approve the deployments named. Raises BadFormError naming the field, or ConflictError if it exists."""
    clean = check_facts(facts, allow_http=allow_http)
    ids = [_check_deployment_id(value) for value in deployment_ids]
    if find_platform(session, clean.issuer, clean.client_id) is not None:
        raise ConflictError(f"The client id {clean.client_id} of {clean.issuer} is registered already.")
    platform = Platform(tenant_id=tenant_id, created_at=now, **_as_values(clean))
    session.add(platform)
    session.flush()
    for deployment_id in ids:
        approve_deployment(session, platform.id, deployment_id, now=now)
    return platform


def change_platform(
    session: Session, platform_id: uuid.UUID, facts: PlatformFacts, *, allow_http: bool
) -> Platform:
    """Replace the entries of a registration. Tokens obtained under the old ones are not used again (see lti.tokens)."""
    clean = check_facts(facts, allow_http=allow_http)
    platform = get_platform(session, platform_id)
    other = find_platform(session, clean.issuer, clean.client_id)
    if other is not None and other.id != platform_id:
        raise ConflictError(f"The client id {clean.client_id} of {clean.issuer} is registered already.")
    for name, value in _as_values(clean).items():
        setattr(platform, name, value)
    session.flush()
    return platform


def retire_platform(session: Session, platform_id: uuid.UUID, *, now: datetime) -> None:
    """End launches and grades of a registration; its records stay."""
    platform = get_platform(session, platform_id)
    platform.retired_at = platform.retired_at or now


def restore_platform(session: Session, platform_id: uuid.UUID) -> None:
    """Take a retired registration into use again."""
    get_platform(session, platform_id).retired_at = None


def get_platform(session: Session, platform_id: uuid.UUID) -> Platform:
    platform = session.get(Platform, platform_id)
    if platform is None:
        raise NotFoundError("There is no such platform.")
    return platform


def find_platform(session: Session, issuer: str, client_id: str) -> Platform | None:
    """The registration with this issuer and client id, retired or not."""
    query = select(Platform).where(Platform.issuer == issuer, Platform.client_id == client_id)
    return session.scalars(query).one_or_none()


def get_platform_of(session: Session, tenant_id: uuid.UUID, platform_id: uuid.UUID) -> Platform:
    """A district's own platform. Raises NotFoundError for another district's as for one that is not there."""
    platform = get_platform(session, platform_id)
    if platform.tenant_id != tenant_id:
        raise NotFoundError
    return platform


def list_platforms(session: Session, *, tenant_id: uuid.UUID | None = None) -> list[Platform]:
    """All registrations, or one district's, by name."""
    query = select(Platform).order_by(Platform.name, Platform.created_at)
    if tenant_id is not None:
        query = query.where(Platform.tenant_id == tenant_id)
    return list(session.scalars(query))


def list_frame_origins(session: Session) -> list[str]:
    """Origins that may show our pages in a frame: those of registered LMSs, for `frame-ancestors`."""
    query = select(Platform.issuer, Platform.auth_url).where(Platform.retired_at.is_(None))
    origins = {find_origin(url) for row in session.execute(query) for url in row}
    return sorted(str(origin) for origin in origins if origin is not None)


def check_facts(facts: PlatformFacts, *, allow_http: bool) -> PlatformFacts:
    """The entries without stray spaces. Raises BadFormError for the first that cannot be used."""
    name = find_text(facts.name)
    if name is None:
        raise _wrong("name", "is empty. Write what people here call this LMS.")
    return PlatformFacts(
        name=name,
        issuer=_check_id("issuer", facts.issuer),
        client_id=_check_id("client_id", facts.client_id),
        auth_url=_check_url("auth_url", facts.auth_url, allow_http=allow_http),
        token_url=_check_url("token_url", facts.token_url, allow_http=allow_http),
        jwks_url=_check_url("jwks_url", facts.jwks_url, allow_http=allow_http),
        audience=_check_audience(facts.audience),
        product=_check_product(facts.product),
    )


def _check_id(field: str, value: str) -> str:
    clean = find_id(value.strip())
    if clean is None:
        raise _wrong(
            field, "is empty or holds characters that no LMS uses. Copy it from the LMS as it stands there."
        )
    return clean


def _check_deployment_id(value: str) -> str:
    clean = find_id(value.strip())
    if clean is None:
        raise BadFormError(
            "The deployment id is empty or too long. Copy it from the LMS.", field="deployment_id"
        )
    return clean


def _check_url(field: str, value: str, *, allow_http: bool) -> str:
    clean = value.strip()
    origin = find_origin(clean)
    if origin is None or "#" in clean:
        raise _wrong(
            field,
            f"is not a web address: “{clean[:80]}”. It starts with https:// and is copied from the LMS.",
        )
    if origin.scheme == "http" and not (allow_http and origin.host in LOOPBACK_HOSTS):
        raise _wrong(field, f"starts with http://, so others could read along. Use https://. {_HTTP_HINT}")
    return clean


def _check_audience(value: str | None) -> str | None:
    clean = (value or "").strip()
    return _check_id("audience", clean) if clean else None


def _check_product(value: str | None) -> str | None:
    clean = (value or "").strip().lower()
    known = [product.key for product in PRODUCTS]
    if clean and clean not in known:
        raise _wrong("product", f"is none of {', '.join(known)}. Leave it empty for any other LMS.")
    return clean or None


def _wrong(field: str, problem: str) -> BadFormError:
    return BadFormError(f"{_LABELS[field]} {problem}", field=field)


def _as_values(facts: PlatformFacts) -> dict[str, str | None]:
    return {entry.name: getattr(facts, entry.name) for entry in fields(facts)}
