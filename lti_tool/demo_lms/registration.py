"""Dynamic registration, the LMS's side: an administrator pastes the tool's link, the tool asks to be registered, and gets a client id.

From then on launches go out under the new client id. Spec: https://www.imsglobal.org/spec/lti-dr/v1p0
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from lti_tool.demo_lms.answers import ApiError, json_answer
from lti_tool.demo_lms.lms import DemoLMS, current_lms
from lti_tool.demo_lms.log import fields_section
from lti_tool.demo_lms.session import is_loopback

registration = Blueprint("registration", __name__)
TOKEN_TTL_S = 3600
CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"


@registration.get("/register-tool")
def form() -> str:
    """Where the administrator of this LMS pastes the tool's registration link."""
    return render_template("register_tool.html", address=None)


@registration.post("/register-tool")
def start() -> str:
    """Show the tool's registration page in a frame."""
    _require_this_machine()
    address = _open(current_lms(), request.form.get("link", ""))
    return render_template("register_tool.html", address=address)


@registration.post("/api/registration")
def start_by_script() -> Response:
    """`{"link": …}` gives the address to open, with configuration and token in it."""
    _require_this_machine()
    wish = request.get_json(silent=True)
    link = wish.get("link") if isinstance(wish, dict) else None
    return json_answer({"address": _open(current_lms(), link if isinstance(link, str) else "")})


def _require_this_machine() -> None:
    own = current_lms().config.base_url
    if not is_loopback() or request.headers.get("Origin", own) != own:
        raise ApiError(403, "loopback_only", "This may be called from the machine that the demo runs on.")


def _open(lms: DemoLMS, link: str) -> str:
    if not link.startswith(f"{lms.config.tool_url}/"):
        raise ApiError(400, "foreign_link", f"The link begins with {lms.config.tool_url}/.")
    token = secrets.token_urlsafe(24)
    lms.registration_tokens.put(token, True, ttl_s=TOKEN_TTL_S)
    added = {
        "openid_configuration": f"{lms.config.base_url}/.well-known/openid-configuration",
        "registration_token": token,
    }
    return f"{link}{'&' if '?' in link else '?'}{urlencode(added)}"


@registration.post("/register")
def register() -> Response:
    """The tool's request. The token is good for one registration."""
    lms = current_lms()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wish: Any = request.get_json(silent=True)
    problem = _find_problem(lms, wish)
    if problem:
        raise ApiError(400, "invalid_client_metadata", problem)
    if scheme != "Bearer" or lms.registration_tokens.take(token) is None:
        raise ApiError(401, "invalid_token", "The registration token is unknown or was used already.")
    lms.registered_with = wish
    answer = _register(lms, wish)
    lms.log.add(
        "registration",
        "The tool registers itself",
        [fields_section("POST /register", "What the tool says about itself.", _shown(wish))],
    )
    return json_answer(answer, 201)


def _find_problem(lms: DemoLMS, wish: Any) -> str | None:
    if not isinstance(wish, dict) or not isinstance(wish.get(CONFIGURATION), dict):
        return "Send a JSON object that holds a tool configuration."
    config = lms.config
    if wish.get("redirect_uris") != [config.launch_url]:
        return f"redirect_uris has to be [{config.launch_url}]."
    for name, value in (("initiate_login_uri", config.login_url), ("jwks_uri", config.tool_jwks_url)):
        if wish.get(name) != value:
            return f"{name} has to be {value}."
    if wish.get("token_endpoint_auth_method") != "private_key_jwt":
        return "token_endpoint_auth_method has to be private_key_jwt."
    return None


def _register(lms: DemoLMS, wish: dict[str, Any]) -> dict[str, Any]:
    """The tool is known under a new client id, with the permissions that this LMS gives out."""
    client_id = f"registered-{secrets.token_hex(6)}"
    asked = str(wish.get("scope", "")).split()
    scopes = tuple(scope for scope in lms.config.scopes if scope in asked)
    lms.config = replace(lms.config, client_id=client_id, scopes=scopes)
    return wish | {"client_id": client_id, "scope": " ".join(scopes)}


def _shown(wish: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in wish.items()}
