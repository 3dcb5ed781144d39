"""What this tool tells an LMS about itself: for registration by the LMS (LTI Dynamic Registration 1.0) and for Canvas's developer key.

Spec: https://www.imsglobal.org/spec/lti-dr/v1p0
Canvas: https://canvas.instructure.com/doc/api/file.registration.html and file.lti_dev_key_config.html (read 2026-11 as doc/api/*.md)
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from lti_tool.lti import spec

TITLE = "InfoLit"
DESCRIPTION = "Information-literacy lessons and quizzes; grades go to the gradebook."
PLACEMENTS = (
    ("assignment_selection", "LtiDeepLinkingRequest"),
    ("link_selection", "LtiDeepLinkingRequest"),
    ("course_navigation", "LtiResourceLinkRequest"),
)
"""Where the tool shows up in Canvas, and what Canvas asks for there."""
CUSTOM = {
    "school": "$Canvas.account.name",
    "points": "$Canvas.assignment.pointsPossible",
    "due": "$Canvas.assignment.dueAt.iso8601",
    "sis_id": "$Person.sourcedId",
    "sections": "$Canvas.course.sectionIds",
    "section_sis_ids": "$Canvas.course.sectionSisSourceIds",
    "course_sis_id": "$Canvas.course.sisSourceId",
    "section_names": "$com.instructure.User.sectionNames",
    "context_history": "$Context.id.history",
    "link_history": "$ResourceLink.id.history",
}
"""Sent with each launch. A variable that an LMS does not know arrives as it is, and counts as not sent."""
PRIVACY = "public"
CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "email", "locale")


def registration_request(public_url: str, *, scopes: tuple[str, ...], is_canvas: bool) -> dict[str, Any]:
    """The body of our request to be registered."""
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": public_url + spec.LOGIN_PATH,
        "redirect_uris": [public_url + spec.LAUNCH_PATH],
        "jwks_uri": public_url + spec.JWKS_PATH,
        "client_name": TITLE,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(scopes),
        spec.TOOL_CONFIGURATION: _tool_configuration(public_url, is_canvas=is_canvas),
    }


def _tool_configuration(public_url: str, *, is_canvas: bool) -> dict[str, Any]:
    target = public_url + spec.LAUNCH_PATH
    configuration: dict[str, Any] = {
        "domain": urlsplit(public_url).netloc,
        "description": DESCRIPTION,
        "target_link_uri": target,
        "claims": list(CLAIMS),
        "custom_parameters": CUSTOM,
        "messages": _canvas_messages(target) if is_canvas else _plain_messages(target),
    }
    if is_canvas:
        configuration[spec.CANVAS + "privacy_level"] = PRIVACY
    return configuration


def _plain_messages(target: str) -> list[dict[str, Any]]:
    return [
        {"type": "LtiDeepLinkingRequest", "target_link_uri": target, "label": TITLE},
        {"type": "LtiResourceLinkRequest", "target_link_uri": target, "label": TITLE},
    ]


def _canvas_messages(target: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for kind in ("LtiDeepLinkingRequest", "LtiResourceLinkRequest"):
        places = [place for place, message in PLACEMENTS if message == kind]
        messages.append({"type": kind, "target_link_uri": target, "label": TITLE, "placements": places})
    messages[-1][spec.CANVAS + "course_navigation/default_enabled"] = False
    return messages


def canvas_key(public_url: str) -> dict[str, Any]:
    """The configuration of a Canvas developer key, to be pasted or fetched ("Enter URL")."""
    parts = urlsplit(public_url)
    target = public_url + spec.LAUNCH_PATH
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "oidc_initiation_url": public_url + spec.LOGIN_PATH,
        "target_link_uri": target,
        "scopes": [*spec.OUR_SCOPES, spec.SCOPE_NOTICES],
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": parts.netloc,
                "tool_id": "infolit",
                "privacy_level": PRIVACY,
                "settings": {"text": TITLE, "placements": [_placement(*each, target) for each in PLACEMENTS]},
            }
        ],
        "public_jwk_url": public_url + spec.JWKS_PATH,
        "custom_fields": CUSTOM,
    }


def _placement(place: str, message: str, target: str) -> dict[str, Any]:
    placement = {"placement": place, "message_type": message, "target_link_uri": target, "text": TITLE}
    if place == "course_navigation":
        return placement | {"default": "disabled"}
    return placement
