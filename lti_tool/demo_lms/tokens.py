"""Access tokens for the services: the tool proves itself with a signed JWT and is given a bearer token for an hour.

Spec: https://www.imsglobal.org/spec/security/v1p0 section 4.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Blueprint, Response, request

from lti_tool.demo_lms import spec
from lti_tool.demo_lms.answers import ApiError, json_answer
from lti_tool.demo_lms.behavior import may_misbehave
from lti_tool.demo_lms.keys import ToolTokenError
from lti_tool.demo_lms.lms import DemoLMS, Grant, current_lms
from lti_tool.demo_lms.log import logged

tokens = Blueprint("tokens", __name__)
LEEWAY_S = 60
MAX_ASSERTION_LIFE_S = 3600
P = ParamSpec("P")


@tokens.post("/token")
@logged("token", "The tool asks for an access token")
@may_misbehave("token")
def token() -> Response:
    lms = current_lms()
    form = request.form
    if form.get("grant_type") != "client_credentials":
        raise ApiError(400, "unsupported_grant_type", "grant_type must be client_credentials.")
    if form.get("client_assertion_type") != spec.ASSERTION_TYPE:
        raise ApiError(400, "invalid_request", f"client_assertion_type must be {spec.ASSERTION_TYPE}.")
    _check_assertion(lms, form.get("client_assertion", ""))
    return _grant(lms, form.get("scope", "").split())


def _grant(lms: DemoLMS, asked: list[str]) -> Response:
    granted = [scope for scope in asked if scope in lms.config.scopes]
    if not granted:
        raise ApiError(400, "invalid_scope", f"Ask for some of: {' '.join(lms.config.scopes)}")
    access_token = secrets.token_urlsafe(32)
    lms.tokens.put(access_token, Grant(scopes=frozenset(granted)), ttl_s=lms.config.token_ttl_s)
    answer = json_answer(
        {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": lms.config.token_ttl_s,
            "scope": " ".join(granted),
        }
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _check_assertion(lms: DemoLMS, assertion: str) -> None:
    try:
        claims = lms.tool_keys.verify(assertion).claims
    except ToolTokenError as problem:
        raise _invalid_client(f"The client assertion was not accepted: {problem}.") from problem
    for name in ("iss", "sub"):
        if claims.get(name) != lms.config.client_id:
            raise _invalid_client(f"{name} must be the client id, {lms.config.client_id!r}.")
    only = lms.config.quirks.token_audience
    if not has_audience(claims, {only} if only else {lms.config.token_url, lms.config.issuer}):
        raise _invalid_client(f"aud must be {only or f'{lms.config.token_url} (or {lms.config.issuer})'}.")
    problem_of_time = find_time_problem(claims, lms.now_s(), max_life_s=MAX_ASSERTION_LIFE_S)
    if problem_of_time:
        raise _invalid_client(problem_of_time)
    _check_first_use(lms, claims)


def _check_first_use(lms: DemoLMS, claims: dict[str, Any]) -> None:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise _invalid_client("jti is missing: each assertion needs an id of its own.")
    if not lms.seen_ids.put(f"jti:{jti}", True, ttl_s=MAX_ASSERTION_LIFE_S + LEEWAY_S):
        raise _invalid_client("jti was used before: make a new assertion for each request.")


def _invalid_client(hint: str) -> ApiError:
    return ApiError(401, "invalid_client", hint)


def has_audience(claims: dict[str, Any], accepted: set[str]) -> bool:
    audience = claims.get("aud")
    values = audience if isinstance(audience, list) else [audience]
    return any(value in accepted for value in values if isinstance(value, str))


def find_time_problem(claims: dict[str, Any], now_s: int, *, max_life_s: int) -> str | None:
    """What is wrong with exp and iat, in a sentence; None when nothing is."""
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int | float) or not isinstance(issued, int | float):
        return "exp and iat must both be there, as seconds since 1970."
    if expires < now_s - LEEWAY_S:
        return "exp has passed."
    if issued > now_s + LEEWAY_S:
        return "iat lies in the future: compare the clocks."
    if expires - issued > max_life_s:
        return f"exp lies more than {max_life_s} seconds after iat."
    return None


def needs_scope(*scopes: str) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """The view is for bearers of a live token with any one of these scopes."""

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> Response:
            _check_bearer(scopes)
            return view(*args, **kwargs)

        return wrapped

    return decorate


def _check_bearer(scopes: tuple[str, ...]) -> None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value:
        raise ApiError(401, "missing_token", "Send Authorization: Bearer …", {"WWW-Authenticate": "Bearer"})
    grant = current_lms().tokens.find(value)
    if grant is None:
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise ApiError(
            401, "invalid_token", "The token is unknown or has expired: get a new one at /token.", challenge
        )
    if spec.SCOPE_LINE_ITEM_READ in scopes and current_lms().config.quirks.needs_read_scope:
        scopes = (spec.SCOPE_LINE_ITEM_READ,)
    if grant.scopes.isdisjoint(scopes):
        challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scopes[0]}"'}
        raise ApiError(403, "insufficient_scope", f"The token lacks the scope {scopes[0]}.", challenge)
