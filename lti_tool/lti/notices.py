"""Notices: what an LMS tells by itself, outside of any launch (platform notification service). Only copied courses are asked for.

Each notice is a token signed by the LMS; whoever posts it is nobody in particular. Telling twice changes nothing, so no notice is
remembered. Spec: https://www.imsglobal.org/spec/lti-pns/v1p0. Canvas: doc/api/pns.md in canvas-lms, read 2026-11; it tells once only.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jwt
from sqlalchemy import select

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.errors import LaunchError, NoticeError
from lti_tool.facts.copies import CourseCopied
from lti_tool.lti import spec
from lti_tool.lti.message_log import note, noting_failure
from lti_tool.lti.platform_keys import KeySource
from lti_tool.lti.tables import Deployment, DeploymentStatus, Platform
from lti_tool.lti.token import BROKEN, read_kid
from lti_tool.lti.values import find_id

MOST_AT_ONCE = 50
_LONGEST_TOKEN = 32_768
_MOST_ORIGINS = 50


def read_tokens(body: object) -> list[str]:
    """The tokens in what was posted: `{"notices": [{"jwt": …}]}`. Raises NoticeError for anything else."""
    listed = body.get("notices") if isinstance(body, dict) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_AT_ONCE:
        raise NoticeError(f"Send a list of 1 to {MOST_AT_ONCE} notices, each with its signed token.")
    tokens = [each.get("jwt") if isinstance(each, dict) else None for each in listed]
    found = [each for each in tokens if isinstance(each, str) and len(each) <= _LONGEST_TOKEN]
    if len(found) < len(listed):
        raise NoticeError("A notice is not a signed token.")
    return found


def read_notice(
    sessions: SessionFactory, token: str, *, keys: KeySource, now: datetime
) -> CourseCopied | None:
    """A verified notice; None for one of a type that nobody asked for. Raises NoticeError. May ask the LMS for its keys."""
    platform = _find_platform(sessions, _peek(token))
    with noting_failure(sessions, platform.id, "notice", at=now):
        claims = _verify(token, platform, keys, now)
        _check_deployment(sessions, platform, claims)
        copied = _read_copy(platform, claims) if _type_of(claims) == spec.COPY_NOTICE else None
    with transaction(sessions) as session:
        note(session, platform.id, "notice", at=now, status=200)
    return copied


def _peek(token: str) -> Mapping[str, Any]:
    """The claims as they stand there, only to choose the key."""
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError, RecursionError) as error:
        raise NoticeError("A notice is not a signed token.") from error
    if not isinstance(claims, dict):
        raise NoticeError("A notice is not a signed token.")
    return claims


def _audience(claims: Mapping[str, Any]) -> list[str]:
    value = claims.get("aud")
    named = (find_id(each) for each in (value if isinstance(value, list) else [value]))
    return [each for each in named if each]


def _find_platform(sessions: SessionFactory, claims: Mapping[str, Any]) -> Platform:
    """The registration it is meant for, by issuer and client id: districts share an issuer."""
    with transaction(sessions) as session:
        found = session.scalars(
            select(Platform)
            .where(
                Platform.issuer == (find_id(claims.get("iss")) or ""),
                Platform.client_id.in_(_audience(claims)[:2]),
                Platform.retired_at.is_(None),
            )
            .limit(2)
        ).all()
    if len(found) != 1:
        raise NoticeError("The notice comes from no LMS that is registered here.")
    return found[0]


def _verify(token: str, platform: Platform, keys: KeySource, now: datetime) -> Mapping[str, Any]:
    try:
        key = keys.get_key(platform, read_kid(token), now)
        claims: Mapping[str, Any] = jwt.decode(token, key, algorithms=[spec.ALGORITHM]).claims
    except LaunchError as error:
        raise NoticeError("The notice's signature could not be checked.", about=error.message) from error
    except BROKEN as error:
        raise NoticeError("The signature of the notice is not right.") from error
    if claims.get("iss") != platform.issuer or _audience(claims) != [platform.client_id]:
        raise NoticeError("The notice is meant for another tool.")
    if claims.get("azp", platform.client_id) != platform.client_id:
        raise NoticeError("The notice is meant for another tool.")
    _check_times(claims, now)
    if claims.get(spec.VERSION) != "1.3.0":
        raise NoticeError("The notice is not LTI 1.3.0.")
    return claims


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    times = [claims.get(name) for name in ("iat", "exp")]
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in times):
        raise NoticeError("The notice does not say from when it is.")
    issued_s, expires_s = (float(min(each, 1e15)) for each in times if each is not None)
    if not issued_s - spec.LEEWAY_S <= now.timestamp() < expires_s + spec.LEEWAY_S:
        raise NoticeError("The notice is too old, or from the future.")


def _check_deployment(sessions: SessionFactory, platform: Platform, claims: Mapping[str, Any]) -> None:
    with transaction(sessions) as session:
        status = session.scalar(
            select(Deployment.status).where(
                Deployment.platform_id == platform.id,
                Deployment.deployment_id == (find_id(claims.get(spec.DEPLOYMENT_ID)) or ""),
            )
        )
    if status != DeploymentStatus.APPROVED:
        raise NoticeError("The notice comes from an installation that is not approved.")


def _type_of(claims: Mapping[str, Any]) -> object:
    notice = claims.get(spec.NOTICE)
    return notice.get("type") if isinstance(notice, dict) else None


def _read_copy(platform: Platform, claims: Mapping[str, Any]) -> CourseCopied:
    context = claims.get(spec.CONTEXT)
    context_id = find_id(context.get("id")) if isinstance(context, dict) else None
    listed = claims.get(spec.ORIGIN_CONTEXTS)
    if isinstance(listed, dict):
        listed = listed.get("contexts")
    listed = listed[:_MOST_ORIGINS] if isinstance(listed, list) else []
    named = (find_id(each.get("id") if isinstance(each, dict) else each) for each in listed)
    origins = tuple(dict.fromkeys(each for each in named if each))
    if context_id is None or not origins:
        raise NoticeError("The notice does not say which course was copied from which.")
    return CourseCopied(
        tenant_id=platform.tenant_id, platform_id=platform.id, context_id=context_id, origin_ids=origins
    )
