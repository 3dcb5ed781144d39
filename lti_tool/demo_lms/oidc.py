"""The launch: a click begins the tool's login, the tool asks for the person, and gets a signed id_token.

Spec: https://www.imsglobal.org/spec/security/v1p0 section 5.1.1.
"""

from __future__ import annotations

import json
import secrets
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool.demo_lms import spec
from lti_tool.demo_lms.auto_post import auto_post
from lti_tool.demo_lms.claims import VERSION, deep_linking_settings, launch_claims
from lti_tool.demo_lms.config import DemoConfig
from lti_tool.demo_lms.district import Course, Person
from lti_tool.demo_lms.lms import DeepLinkRequest, DemoLMS, Hint, current_lms
from lti_tool.demo_lms.log import fields_section, token_sections
from lti_tool.demo_lms.records import Link
from lti_tool.demo_lms.session import find_person

oidc = Blueprint("oidc", __name__)
HINT_TTL_S = 300
DEEP_LINK_TTL_S = 3600
MESSAGE_HINT_BYTES = 24


class AuthError(Exception):
    """The tool's authentication request is refused; the tool is told why when its address is known to be right."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


# The click


@oidc.get("/launch/<link_id>")
def launch(link_id: str) -> BaseResponse:
    """`?as=student-001` names a person for scripts; `?window=1` says that the tool gets its own window."""
    lms = current_lms()
    link = lms.state.find_link(link_id)
    if link is None:
        abort(404, "There is no such link.")
    person = _require_launcher()
    _check_may_open(person, link)
    return _begin(person, _make_hint(person, link, link.course_id))


@oidc.get("/launch/<course_id>/add-content")
def launch_deep_linking(course_id: str) -> BaseResponse:
    course = current_lms().district.find_course(course_id)
    if course is None:
        abort(404, "There is no such course.")
    person = _require_launcher()
    if person.id != course.teacher_id:
        abort(403, "Only the teacher of this course can add content.")
    return _begin(person, _make_hint(person, None, course.id))


def _require_launcher() -> Person:
    named = request.args.get("as")
    person = current_lms().district.find_person(named) if named else find_person()
    if person is None:
        abort(404 if named else 401, "There is no such person." if named else "Pick a person first.")
    return person


def _check_may_open(person: Person, link: Link) -> None:
    if link.kind == "board" and person.kind != "specialist":
        abort(403, "This tool of the district is for specialists.")
    if link.course_id is not None and not current_lms().district.is_member(person, link.course_id):
        abort(403, f"{person.name} is not a member of this course.")


def _make_hint(person: Person, link: Link | None, course_id: str | None) -> Hint:
    return Hint(
        person_id=person.id,
        link=link,
        course_id=course_id,
        document_target="window" if request.args.get("window") else "iframe",
        in_session="as" not in request.args,
        placement=request.args.get("placement", "assignment_selection"),
    )


def _begin(person: Person, hint: Hint) -> BaseResponse:
    """Step 1: send the browser to the tool's login address, by form post or (`?via=get`) by address."""
    lms = current_lms()
    message_hint = _make_message_hint(lms, hint)
    lms.hints.put(message_hint, hint, ttl_s=HINT_TTL_S)
    fields = {
        "iss": lms.config.issuer,
        "login_hint": person.sub,
        "target_link_uri": hint.link.target_url if hint.link else lms.config.launch_url,
        "client_id": lms.config.client_id,
        "lti_deployment_id": lms.config.deployment_id,
        "lti_message_hint": message_hint,
    }
    if lms.config.quirks.storage_target:
        fields["lti_storage_target"] = lms.config.quirks.storage_target
    note = "A click in the LMS. Nothing here is signed: the tool must not believe it, only begin the login with it."
    lms.log.add(
        "login",
        f"{person.name} opens {hint.link.title if hint.link else 'Add content'}",
        [fields_section(f"Form post to {lms.config.login_url}", note, fields)],
        sender="LMS",
        receiver="tool",
    )
    if request.args.get("via") == "get":
        return redirect(f"{lms.config.login_url}?{urlencode(fields)}")
    return auto_post(lms.config.login_url, fields, title="Opening the tool")


def _make_message_hint(lms: DemoLMS, hint: Hint) -> str:
    mark = secrets.token_urlsafe(MESSAGE_HINT_BYTES)
    if not lms.config.quirks.json_message_hint:
        return mark
    return json.dumps({"cmid": hint.link.id if hint.link else None, "launchid": f"ltilaunch_{mark}"})


# The tool's answer to it


@oidc.route("/auth", methods=["GET", "POST"])
def auth() -> Response:
    """Step 2: the tool asks who is there. Step 3: the browser carries the id_token to the tool."""
    lms = current_lms()
    values = request.values.to_dict()
    _log_auth_request(lms, values)
    if values.get("redirect_uri") != lms.config.launch_url:
        abort(
            400,
            f"redirect_uri must be exactly {lms.config.launch_url}; nothing is sent to any other address.",
        )
    try:
        _check_auth_request(lms, values)
        hint, person = _take_hint(lms, values)
    except AuthError as problem:
        return _refuse(lms, values, problem)
    return _deliver(lms, values, person, hint)


_REQUIRED_VALUES = {
    "response_type": "id_token",
    "response_mode": "form_post",
    "prompt": "none",
}


def _check_auth_request(lms: DemoLMS, values: dict[str, str]) -> None:
    if values.get("client_id") != lms.config.client_id:
        raise AuthError(
            "unauthorized_client", f"client_id {values.get('client_id')!r} is not registered here"
        )
    if "openid" not in values.get("scope", "").split():
        raise AuthError("invalid_scope", "scope must contain openid")
    for name, wanted in _REQUIRED_VALUES.items():
        if values.get(name) != wanted:
            raise AuthError("invalid_request", f"{name} must be {wanted}")
    for name in ("nonce", "login_hint", "lti_message_hint"):
        if not values.get(name):
            raise AuthError("invalid_request", f"{name} is missing")


def _take_hint(lms: DemoLMS, values: dict[str, str]) -> tuple[Hint, Person]:
    use = lms.hints.take if lms.config.quirks.single_use_hint else lms.hints.find
    hint = use(values["lti_message_hint"])
    if hint is None:
        raise AuthError(
            "launch_no_longer_valid", "lti_message_hint was used already, has expired or is unknown"
        )
    person = lms.district.find_person(hint.person_id)
    if person is None or values["login_hint"] != person.sub:
        raise AuthError("login_required", "login_hint is not the person who began this launch")
    signed_in = find_person()
    if hint.in_session and signed_in and signed_in != person:
        raise AuthError("login_required", "somebody else has signed in to this browser since")
    return hint, person


def _deliver(lms: DemoLMS, values: dict[str, str], person: Person, hint: Hint) -> Response:
    claims = launch_claims(lms, person, hint, values["nonce"])
    course = lms.district.find_course(hint.course_id)
    if hint.link is None and course:
        claims[f"{spec.DL_CLAIM}deep_linking_settings"] = _open_deep_linking(
            lms, person, course, hint.placement
        )
    id_token = lms.keys.sign(claims)
    fields = {"id_token": id_token}
    if "state" in values:
        fields["state"] = values["state"]
    lms.log.add(
        "launch",
        f"{person.name} → {hint.link.title if hint.link else 'deep linking'}",
        token_sections(id_token, "id_token"),
        sender="LMS",
        receiver="tool",
    )
    return auto_post(lms.config.launch_url, fields, title="Opening the tool")


def _open_deep_linking(lms: DemoLMS, person: Person, course: Course, placement: str) -> dict[str, object]:
    data = secrets.token_urlsafe(MESSAGE_HINT_BYTES)
    lms.deep_link_requests.put(
        data,
        DeepLinkRequest(person_id=person.id, course_id=course.id, placement=placement),
        ttl_s=DEEP_LINK_TTL_S,
    )
    return deep_linking_settings(lms, data, course, placement)


def _refuse(lms: DemoLMS, values: dict[str, str], problem: AuthError) -> Response:
    fields = {"error": problem.error, "error_description": problem.description}
    if "state" in values:
        fields["state"] = values["state"]
    note = "The launch is refused. The tool learns of it at its launch address, and should show a page that helps."
    lms.log.add(
        "launch",
        f"Refused: {problem.error}",
        [fields_section(f"Form post to {lms.config.launch_url}", note, fields)],
        sender="LMS",
        receiver="tool",
        status=400,
    )
    return auto_post(lms.config.launch_url, fields, title="The launch was refused")


def _log_auth_request(lms: DemoLMS, values: dict[str, str]) -> None:
    note = "The tool asks who is there. redirect_uri must be registered; state and nonce come back in the answer."
    section = fields_section(f"{request.method} /auth", note, values)
    lms.log.add("auth", "The tool asks for an id_token", [section])


# What the tool may read about this LMS


@oidc.get("/.well-known/jwks.json")
def jwks() -> Response:
    answer = jsonify(current_lms().keys.public())
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


def _known_scopes(config: DemoConfig) -> list[str]:
    return [each for each in spec.ALL_SCOPES if each != spec.SCOPE_NOTICES or config.quirks.copy_notices]


@oidc.get("/.well-known/openid-configuration")
def openid_configuration() -> Response:
    config = current_lms().config
    return jsonify(
        {
            "issuer": config.issuer,
            "authorization_endpoint": f"{config.base_url}/auth",
            "token_endpoint": config.token_url,
            "registration_endpoint": f"{config.base_url}/register",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": f"{config.base_url}/.well-known/jwks.json",
            "scopes_supported": ["openid", *_known_scopes(config)],
            "response_types_supported": ["id_token"],
            "response_modes_supported": ["form_post"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email", "locale"],
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": config.quirks.product_family,
                "version": VERSION,
                "messages_supported": [{"type": "LtiResourceLinkRequest"}, {"type": "LtiDeepLinkingRequest"}],
                "variables": [],
            },
        }
    )
