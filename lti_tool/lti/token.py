"""The signed token of a launch: is it from the LMS, for us, for this login, and of now? Pure: no database, no network, no clock.

Whatever comes in, nothing but a LaunchError goes out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from lti_tool.errors import LaunchError, LaunchExpiredError, LaunchUntrustedError
from lti_tool.facts.launch import Launch
from lti_tool.lti.claims import read_launch
from lti_tool.lti.spec import ALGORITHM, ID_LENGTH, LEEWAY_S
from lti_tool.lti.tables import Platform

LONGEST_TOKEN = 128_000
"""Canvas's token grows with the list of a course's former ids; real ones stay under a tenth of this."""
_END_OF_TIME_S = 1e15
BROKEN = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What a JOSE library raises on bytes that are no token."""


class _Registry(jws.JWSRegistry):
    max_header_length = 8192
    max_payload_length = LONGEST_TOKEN


_REGISTRY = _Registry(algorithms=[ALGORITHM], strict_check_header=False)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the token has to agree with: the registration and the login it answers."""

    platform: Platform
    nonce: str
    target_link_uri: str
    begun_at: datetime
    public_url: str
    browser_key: str | None = None


def read_kid(id_token: str) -> str:
    """Which key the token says it is signed with; nothing is verified yet. RS256 only."""
    if len(id_token) > LONGEST_TOKEN:
        raise LaunchError("The launch's token is too long to be one.", length=len(id_token))
    try:
        header = jws.extract_compact(id_token.encode(), registry=_REGISTRY).headers()
    except BROKEN as error:
        raise LaunchError("The launch's `id_token` is not a signed token.") from error
    if header.get("alg") != ALGORITHM:
        raise LaunchUntrustedError(f"The launch is not signed with {ALGORITHM}, the one way that LTI allows.")
    kid = header.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= ID_LENGTH:
        raise LaunchUntrustedError("The launch does not name the key it is signed with (kid).")
    return kid


def verify_token(id_token: str, *, key: RSAKey, expected: Expected, now: datetime) -> Launch:
    """The launch a token tells of, once signature, addressee, times, nonce and claims are all right."""
    claims = _decode(id_token, key)
    _check_parties(claims, expected.platform)
    _check_times(claims, begun_at=expected.begun_at, now=now)
    if claims.get("nonce") != expected.nonce:
        raise LaunchUntrustedError("The launch does not answer the login it came with (nonce).")
    launch = read_launch(
        claims,
        platform=expected.platform,
        public_url=expected.public_url,
        browser_key=expected.browser_key,
    )
    _check_target(launch.target_link_uri, expected.target_link_uri)
    return launch


def _decode(id_token: str, key: RSAKey) -> Mapping[str, Any]:
    try:
        return jwt.decode(id_token, key, algorithms=[ALGORITHM], registry=_REGISTRY).claims
    except BROKEN as error:
        raise LaunchUntrustedError("The signature of the launch is not right.") from error


def _check_parties(claims: Mapping[str, Any], platform: Platform) -> None:
    """Issuer, audience and authorized party. Of several audiences we have to be the authorized one, else we do not know the others."""
    if claims.get("iss") != platform.issuer:
        raise LaunchUntrustedError("The launch comes from another LMS than the login (iss).")
    audience = claims.get("aud")
    addressed = audience if isinstance(audience, list) else [audience]
    if platform.client_id not in addressed:
        raise LaunchUntrustedError("The launch is meant for another tool (aud).")
    has_others = any(name != platform.client_id for name in addressed)
    if has_others and "azp" not in claims:
        raise LaunchUntrustedError(
            "The launch is meant for others too, and does not say that it is ours (azp)."
        )
    if claims.get("azp", platform.client_id) != platform.client_id:
        raise LaunchUntrustedError("The launch was made for another tool (azp).")


def _check_times(claims: Mapping[str, Any], *, begun_at: datetime, now: datetime) -> None:
    expires_s, issued_s = _get_time(claims, "exp"), _get_time(claims, "iat")
    now_s, leeway_s = now.timestamp(), LEEWAY_S
    if now_s >= expires_s + leeway_s:
        raise LaunchExpiredError("This launch took too long to arrive: its time has run out (exp).")
    if issued_s > now_s + leeway_s:
        raise LaunchError(
            "The launch claims to come from the future (iat): compare the clocks of LMS and tool.",
            claim="iat",
        )
    if issued_s < (begun_at - timedelta(seconds=leeway_s)).timestamp():
        raise LaunchExpiredError("The launch is older than the login it came with (iat).")


def _get_time(claims: Mapping[str, Any], name: str) -> float:
    """Seconds since 1970. Booleans, texts, infinities and absurd numbers are none."""
    value = claims.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(min(value, _END_OF_TIME_S))
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    raise LaunchError(f"The launch's claim `{name}` is missing or is no time.", claim=name)


def _check_target(claimed: str, asked: str) -> None:
    """The login and the token have to open the same address; the claim, being signed, decides about the rest (query)."""
    if urlsplit(claimed).path.rstrip("/") != urlsplit(asked).path.rstrip("/"):
        raise LaunchError(
            "The launch leads to another address than the login did (target_link_uri).",
            claim="target_link_uri",
        )
