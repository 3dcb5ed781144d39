"""The tables of the LTI boundary: registered LMSs, launches under way, our keys, access tokens."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db.base import Base, created, short_str, tenant_fk, uuid_pk

URL = String(2048)


class DeploymentStatus(StrEnum):
    """Whether launches of a deployment are let in."""

    APPROVED = "approved"
    WAITING = "waiting"
    """Seen in a verified launch, and nobody has decided yet."""
    REFUSED = "refused"


class Platform(Base):
    """One registration of the tool in an LMS. Many districts share one `issuer` (all of Canvas's cloud does), each with its client id."""

    __tablename__ = "platform"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)
    id: Mapped[uuid_pk]
    tenant_id: Mapped[tenant_fk]
    name: Mapped[short_str]
    """What people here call it."""
    issuer: Mapped[short_str]
    """`iss` of its tokens."""
    client_id: Mapped[short_str]
    """What the LMS calls this tool: `aud` of its tokens, `iss` of ours."""
    auth_url: Mapped[str] = mapped_column(URL)
    """Where a login is continued (OIDC authorization endpoint)."""
    token_url: Mapped[str] = mapped_column(URL)
    """Where access tokens are given out."""
    jwks_url: Mapped[str] = mapped_column(URL)
    """Where its public keys are."""
    audience: Mapped[str | None] = mapped_column(URL)
    """`aud` of our requests for access tokens where it is not `token_url` (Brightspace)."""
    product: Mapped[str | None] = mapped_column(String(32))
    """Key into `lti.products`, for what this product does differently."""
    granted_scopes: Mapped[str | None] = mapped_column(URL)
    """The permissions the LMS gave when it registered us by itself, with spaces between; None when nobody told."""
    created_at: Mapped[created]
    retired_at: Mapped[datetime | None]
    """Since when launches and grades are no longer exchanged; the records stay."""


class Deployment(Base):
    """One installation of a registration in an LMS: a whole district, a school or a course."""

    __tablename__ = "deployment"
    __table_args__ = (
        UniqueConstraint("platform_id", "deployment_id"),
        CheckConstraint("status IN ('approved', 'waiting', 'refused')", name="status_is_known"),
    )
    id: Mapped[uuid_pk]
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    deployment_id: Mapped[short_str]
    """The LMS's own id, unique within the platform only."""
    status: Mapped[str] = mapped_column(String(12), default=DeploymentStatus.WAITING)
    first_seen_at: Mapped[created]
    notice_url: Mapped[str | None] = mapped_column(URL)
    """Where the LMS lets us say what we want to be told of (platform notification service), as the newest launch said."""
    notice_handler: Mapped[str | None] = mapped_column(URL)
    """Our address that it tells of copied courses; None as long as it has not agreed."""
    notice_tried_at: Mapped[datetime | None]
    """When we asked for that last."""


class RegistrationTicket(Base):
    """An invitation for one LMS to register itself, made by an administrator. Only its hash is here."""

    __tablename__ = "registration_ticket"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[tenant_fk]
    name: Mapped[str | None] = mapped_column(String(255))
    """What people here will call the LMS; None takes what it calls itself."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class MessageLog(Base):
    """One exchange with an LMS and how it ended. Nothing of it tells about whom it was. Kept for a month."""

    __tablename__ = "message_log"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('launch', 'token', 'score', 'result', 'roster', 'registration', 'notice', 'column')",
            name="kind_is_known",
        ),
        CheckConstraint("outcome IN ('ok', 'later', 'refused')", name="outcome_is_known"),
        Index("ix_message_log_platform_id_at", "platform_id", "at"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(8))
    """later: it did not get through and is tried again."""
    status: Mapped[int | None]
    """The HTTP status: the LMS's where we asked, ours where it did."""
    reason: Mapped[str | None] = mapped_column(String(64))
    """The name of the error; its sentence could hold more than it should."""


class LoginState(Base):
    """One launch under way, from the LMS's call to its signed answer. Used once, then kept until it expires to recognise a replay."""

    __tablename__ = "login_state"
    __table_args__ = (Index("ix_login_state_expires_at", "expires_at"),)
    id: Mapped[uuid_pk]
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"), index=True)
    """The registration the answer has to be signed by and addressed to."""
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the state handed to the browser; the state itself is not kept."""
    nonce: Mapped[str] = mapped_column(String(64))
    """Has to come back inside the signed token."""
    target_link_uri: Mapped[str] = mapped_column(URL)
    browser_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the key in the browser's cookie; None when the browser got none."""
    storage_target: Mapped[str | None] = mapped_column(String(255))
    """The frame that keeps data for us where cookies are blocked (lti_storage_target)."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]


class ToolKey(Base):
    """One of our signing keys. The oldest that is not retired signs; a younger one is already published and takes over next."""

    __tablename__ = "tool_key"
    id: Mapped[uuid_pk]
    kid: Mapped[short_str] = mapped_column(unique=True)
    private_pem_encrypted: Mapped[bytes]
    public_jwk: Mapped[dict[str, Any]]
    """What the world may see, ready to be published."""
    created_at: Mapped[datetime]
    published_until: Mapped[datetime | None]
    """Of a retired key: how long LMSs may still need it. None of one in use."""
    retired_at: Mapped[datetime | None]


class AccessToken(Base):
    """A bearer token for one registration and set of scopes, shared by all processes. Losing it costs one request."""

    __tablename__ = "access_token"
    platform_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("platform.id", ondelete="CASCADE"), primary_key=True
    )
    scope_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of client id, token address, audience and the sorted scopes, so that a changed registration never reuses a token."""
    token_encrypted: Mapped[bytes]
    expires_at: Mapped[datetime]


class RosterFeed(Base):
    """A OneRoster server of a district: where it is, and what it needs to know us by."""

    __tablename__ = "roster_feed"
    tenant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    """What this roster is called here: its ids are unique within it."""
    url: Mapped[str] = mapped_column(URL)
    token_url: Mapped[str] = mapped_column(URL)
    client_id: Mapped[short_str]
    version: Mapped[str] = mapped_column(String(3))
    """1.1 or 1.2: they have other paths."""
    secret_encrypted: Mapped[bytes]
    fetched_at: Mapped[datetime | None]
    """When the newest fetch that was applied to its end began: a delta asks for what changed since then."""
