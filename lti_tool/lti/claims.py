"""From the claims of a verified token to `facts.Launch`: our words, cleaned values, nothing that cannot be stored.

What the specification requires is checked and refused by name; what is optional and malformed counts as absent.
pylti1p3's message classes are not used here: they need a web framework's session and judge institution roles as course roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar
from urllib.parse import unquote

from lti_tool.errors import LaunchError
from lti_tool.facts.launch import (
    DeepLinking,
    Launch,
    LaunchContext,
    LaunchLink,
    LaunchPerson,
    LaunchServices,
)
from lti_tool.lti import spec
from lti_tool.lti.person_ids import (
    find_class_ids,
    find_graduation,
    find_section_names,
    find_sourced_id,
    find_state_id,
)
from lti_tool.lti.products import get_product
from lti_tool.lti.roles import is_test_student, read_role
from lti_tool.lti.tables import Platform
from lti_tool.lti.values import (
    VARIABLE,
    as_text,
    find_id,
    find_locale,
    find_object,
    find_text,
    find_told,
    find_url,
    is_answerable,
    is_encodable,
    is_under,
    undo_encoding,
)

Claims = Mapping[str, Any]
Message = Literal["resource_link", "deep_linking"]
_MESSAGES: dict[str, Message] = {
    "LtiResourceLinkRequest": "resource_link",
    "LtiDeepLinkingRequest": "deep_linking",
}
_MOST_CUSTOM, _CUSTOM_LENGTH = 100, 4096
_MOST_ORIGINS = 100
"""Of former ids: Canvas tells up to a thousand."""
_MOST_NAMES, _DATA_LENGTH = 32, 65536
T = TypeVar("T")


def read_launch(claims: Claims, *, platform: Platform, public_url: str, browser_key: str | None) -> Launch:
    """Raises LaunchError naming the claim that is missing or cannot be used."""
    if claims.get(spec.VERSION) != "1.3.0":
        raise LaunchError(
            "The launch is not LTI 1.3.0: the claim `version` says something else.", claim="version"
        )
    message = _read_message(claims)
    roles = _read_roles(claims)
    presentation = find_object(claims, spec.PRESENTATION)
    locale = find_locale(claims.get("locale")) or find_locale(presentation.get("locale"))
    custom = _read_custom(claims)
    return Launch(
        tenant_id=platform.tenant_id,
        platform_id=platform.id,
        deployment_id=get_id(claims, spec.DEPLOYMENT_ID, "deployment_id"),
        message=message,
        target_link_uri=_read_target(claims, public_url),
        person=_read_person(claims, locale=locale, is_test=is_test_student(roles)),
        role=read_role(roles),
        context=_find_context(claims, custom),
        link=_read_link(claims, message, platform, custom),
        services=_find_services(claims),
        custom=custom,
        deep_linking=_read_deep_linking(claims, platform) if message == "deep_linking" else None,
        return_url=find_url(presentation.get("return_url")),
        document_target=_find_target_kind(presentation),
        locale=locale,
        browser_key=browser_key,
    )


def get_id(claims: Claims, claim: str, name: str) -> str:
    return _required(find_id(claims.get(claim)), name, "be an id of at most 255 plain characters")


def _required(value: T | None, name: str, rule: str) -> T:
    if value is None:
        raise LaunchError(f"The launch's claim `{name}` is missing or wrong; it has to {rule}.", claim=name)
    return value


def _read_message(claims: Claims) -> Message:
    value = claims.get(spec.MESSAGE_TYPE)
    found = _MESSAGES.get(value) if isinstance(value, str) else None
    return _required(found, "message_type", f"be {' or '.join(_MESSAGES)}")


def _read_deep_linking(claims: Claims, platform: Platform) -> DeepLinking:
    settings = find_object(claims, spec.DEEP_LINKING)
    url = find_url(settings.get("deep_link_return_url"))
    if url is not None and not is_answerable(url, platform.auth_url):
        url = None
    data = settings.get("data")
    return DeepLinking(
        return_url=_required(url, "deep_link_return_url", "be a web address that starts with https"),
        accept_types=_read_names(settings.get("accept_types")),
        accept_targets=_read_names(settings.get("accept_presentation_document_targets")),
        accept_multiple=settings.get("accept_multiple") in (True, "true"),
        accept_line_item=settings.get("accept_lineitem") not in (False, "false"),
        data=_read_data(data),
        title=find_text(settings.get("title")),
        text=find_text(settings.get("text"), limit=1000),
    )


def _read_data(data: object) -> str | None:
    """Whole or not at all: a changed one is worth nothing to the LMS."""
    if data is None:
        return None
    is_kept = isinstance(data, str) and len(data) <= _DATA_LENGTH and "\0" not in data and is_encodable(data)
    return _required(data if is_kept and isinstance(data, str) else None, "data", "be a text")


def _read_names(value: object) -> frozenset[str]:
    """A list of names; some LMSs write them as one text with commas."""
    names = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(name.strip() for name in names[:_MOST_NAMES] if isinstance(name, str) and len(name) < 64)


def _read_roles(claims: Claims) -> list[str]:
    """The list may be empty and may hold names we do not know, but it has to be there."""
    roles = claims.get(spec.ROLES)
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        roles = None
    return _required(roles, "roles", "be a list of names")


def _read_target(claims: Claims, public_url: str) -> str:
    told = claims.get(spec.TARGET_LINK_URI)
    value = find_url(undo_encoding(told)) if isinstance(told, str) else None
    if value is not None and not is_under(value, public_url):
        value = None
    return _required(value, "target_link_uri", f"lead to an address below {public_url}")


def _read_person(claims: Claims, *, locale: str | None, is_test: bool) -> LaunchPerson:
    return LaunchPerson(
        subject=get_id(claims, "sub", "sub"),
        name=find_told(claims.get("name")),
        given_name=find_told(claims.get("given_name")),
        family_name=find_told(claims.get("family_name")),
        email=find_email(claims.get("email")),
        sourced_id=find_sourced_id(claims),
        state_id=find_state_id(claims),
        graduates=find_graduation(claims),
        section_names=find_section_names(claims),
        locale=locale,
        is_test_student=is_test,
    )


def _find_context(claims: Claims, custom: Mapping[str, str]) -> LaunchContext | None:
    context = find_object(claims, spec.CONTEXT)
    context_id = find_id(context.get("id"))
    if context_id is None:
        return None
    label, title = find_told(context.get("label")), find_told(context.get("title"))
    origin_ids = read_history(custom.get("context_history", ""), but=context_id)
    return LaunchContext(
        context_id=context_id,
        label=label,
        title=title,
        origin_ids=origin_ids,
        sis_ids=find_class_ids(claims),
    )


def read_history(text: str, *, but: str) -> tuple[str, ...]:
    """Former ids, the nearest first, each percent-encoded and with commas between.

    Canvas ends a long list with the word "truncated", and we take no more than `_CUSTOM_LENGTH` characters: a last id that may
    have been cut is left out, since its beginning could be somebody else's whole id.

    >>> read_history("c%2C1, b ,$Context.id.history,b,a", but="a")
    ('c,1', 'b')
    """
    parts = text.split(",")
    if len(text) >= _CUSTOM_LENGTH:
        parts = parts[:-1]
    ids = (find_id(unquote(part.strip())) for part in parts[:_MOST_ORIGINS])
    told = (each for each in ids if each and each not in (but, "truncated") and not VARIABLE.fullmatch(each))
    return tuple(dict.fromkeys(told))


def _read_link(
    claims: Claims, message: Message, platform: Platform, custom: Mapping[str, str]
) -> LaunchLink | None:
    link = find_object(claims, spec.RESOURCE_LINK)
    link_id = find_id(link.get("id"))
    may_lack = message == "deep_linking" or get_product(platform.product).launches_without_link
    if link_id is None and may_lack and not link.get("id"):
        return None
    link_id = _required(link_id, "resource_link", "hold the id of the link that was opened")
    return LaunchLink(
        resource_link_id=link_id,
        title=find_told(link.get("title")),
        origin_ids=read_history(custom.get("link_history", ""), but=link_id),
    )


def _find_services(claims: Claims) -> LaunchServices:
    grades, roster = find_object(claims, spec.AGS), find_object(claims, spec.NRPS)
    scopes = grades.get("scope")
    return LaunchServices(
        line_item_url=find_url(grades.get("lineitem")),
        line_items_url=find_url(grades.get("lineitems")),
        scopes=frozenset(s for s in scopes if find_id(s)) if isinstance(scopes, list) else frozenset(),
        memberships_url=find_url(roster.get("context_memberships_url")),
        notices_url=_find_notices_url(find_object(claims, spec.NOTICES)),
    )


def _find_notices_url(service: Claims) -> str | None:
    types = service.get("notice_types_supported")
    can_tell = isinstance(types, list) and spec.COPY_NOTICE in types
    return find_url(service.get("platform_notification_service_url")) if can_tell else None


def _read_custom(claims: Claims) -> dict[str, str]:
    """Lower-case keys (Schoology sends no others); values that say nothing are left out."""
    pairs = list(find_object(claims, spec.CUSTOM).items())[:_MOST_CUSTOM]
    told = ((find_text(key), find_told(as_text(value), limit=_CUSTOM_LENGTH)) for key, value in pairs)
    return {key.lower(): value for key, value in told if key and value}


def find_email(value: object) -> str | None:
    """Whole or not at all: a shortened address would be somebody else's."""
    email = find_told(value, limit=spec.ID_LENGTH + 1)
    return email if email and "@" in email and len(email) <= spec.ID_LENGTH else None


def _find_target_kind(presentation: Claims) -> str | None:
    value = presentation.get("document_target")
    return value if value in ("iframe", "window", "frame") else None
