"""The answer to "add content": what a teacher chose, as a signed message that their browser carries to the LMS.

Spec: https://www.imsglobal.org/spec/lti-dl/v2p0. The library's resource class is not used: it knows neither dates nor targets nor text.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from joserfc import jwt
from sqlalchemy.orm import Session

from lti_tool.facts.launch import DeepLinking
from lti_tool.lti import spec
from lti_tool.lti.keys import signing_key
from lti_tool.lti.seal import Seal
from lti_tool.lti.tables import Platform

LIFE_S = 300
"""How long the LMS may take the answer; it is posted at once."""
FRAME = {"width": 1000, "height": 800}


@dataclass(frozen=True, kw_only=True)
class ChosenLink:
    """One link to add: what it opens and what its assignment is to be."""

    content: str
    """Kind and id, `module:leave-the-page`."""
    offer_id: uuid.UUID
    title: str
    text: str
    points: float
    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Where the browser posts the answer, and its field `JWT`."""

    return_url: str
    jwt: str


def sign_answer(
    session: Session,
    seal: Seal,
    asked: DeepLinking,
    chosen: Sequence[ChosenLink],
    *,
    platform_id: uuid.UUID,
    deployment_id: str,
    public_url: str,
    now: datetime,
) -> Answer:
    """The signed answer; nothing chosen means that the teacher cancelled."""
    platform, key = session.get_one(Platform, platform_id), signing_key(session, seal)
    claims = {
        "iss": platform.client_id,
        "aud": platform.issuer,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + LIFE_S,
        "nonce": secrets.token_urlsafe(24),
        spec.MESSAGE_TYPE: "LtiDeepLinkingResponse",
        spec.VERSION: "1.3.0",
        spec.DEPLOYMENT_ID: deployment_id,
        spec.DEEP_LINKING_ITEMS: [content_item(each, asked, public_url) for each in chosen],
    }
    if asked.data is not None:
        claims[spec.DEEP_LINKING_DATA] = asked.data
    header = {"alg": spec.ALGORITHM, "typ": "JWT", "kid": key.kid}
    return Answer(
        return_url=asked.return_url, jwt=jwt.encode(header, claims, key, algorithms=[spec.ALGORITHM])
    )


def content_item(chosen: ChosenLink, asked: DeepLinking, public_url: str) -> dict[str, Any]:
    """One link in the words of the specification, with nothing in it that the LMS did not say it accepts."""
    item: dict[str, Any] = {
        "type": "ltiResourceLink",
        "url": public_url.rstrip("/") + spec.LAUNCH_PATH,
        "title": chosen.title,
        "text": chosen.text,
        "custom": {"content": chosen.content, "offer": str(chosen.offer_id)},
    }
    if asked.accept_line_item:
        item["lineItem"] = _line_item(chosen)
    return item | _dates(chosen) | _target(asked)


def _line_item(chosen: ChosenLink) -> dict[str, Any]:
    return {
        "scoreMaximum": int(chosen.points) if chosen.points.is_integer() else chosen.points,
        "label": chosen.title,
        "resourceId": chosen.content,
        "tag": chosen.content.partition(":")[0],
    }


def _dates(chosen: ChosenLink) -> dict[str, Any]:
    available = {"startDateTime": _stamp(chosen.opens_at), "endDateTime": _stamp(chosen.closes_at)}
    dates = {
        "available": {name: value for name, value in available.items() if value},
        "submission": {"endDateTime": _stamp(chosen.due_at)} if chosen.due_at else {},
    }
    return {name: value for name, value in dates.items() if value}


def _stamp(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _target(asked: DeepLinking) -> dict[str, Any]:
    """In the LMS's page where it can; else in a window of its own."""
    if "iframe" in asked.accept_targets:
        return {"iframe": dict(FRAME)}
    return {"window": {"targetName": "_blank"}} if "window" in asked.accept_targets else {}
