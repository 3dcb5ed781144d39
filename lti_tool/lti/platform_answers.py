"""Reading what an LMS says while it registers us: its configuration, and the answer with our client id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lti_tool.errors import RegistrationError
from lti_tool.lti import spec
from lti_tool.lti.http import Answer
from lti_tool.lti.values import find_id, find_origin, find_text, find_url


@dataclass(frozen=True, kw_only=True)
class PlatformConfiguration:
    """An LMS as its openid-configuration describes it."""

    issuer: str
    auth_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    product: str | None
    name: str | None
    """What its account calls itself (Canvas)."""
    scopes: tuple[str, ...]
    """The permissions to ask for: ours, as far as the LMS knows them."""
    audience: str | None


@dataclass(frozen=True, kw_only=True)
class Registered:
    """The LMS has registered us."""

    client_id: str
    scopes: tuple[str, ...]
    """The permissions it gave."""
    deployment_id: str | None


_PRODUCTS = {
    "canvas": "canvas",
    "schoology": "schoology",
    "moodle": "moodle",
    "desire2learn": "brightspace",
    "brightspace": "brightspace",
    "blackboardlearn": "blackboard",
    "infolit-demo-lms": "demo",
}


def read_configuration(answer: Answer, url: str) -> PlatformConfiguration:
    """The configuration behind `url`. Raises RegistrationError for one that is incomplete or speaks for another host."""
    body = _object(answer, "its configuration")
    about = body.get(spec.PLATFORM_CONFIGURATION)
    about = about if isinstance(about, dict) else {}
    configuration = PlatformConfiguration(
        issuer=_required(find_id(body.get("issuer")), "issuer"),
        auth_url=_url(body, "authorization_endpoint"),
        token_url=_url(body, "token_endpoint"),
        jwks_url=_url(body, "jwks_uri"),
        registration_url=_url(body, "registration_endpoint"),
        product=_product(about.get("product_family_code")),
        name=find_text(about.get(spec.CANVAS + "account_name") or about.get("name")),
        scopes=_scopes_to_ask(body.get("scopes_supported")),
        audience=find_id(body.get("authorization_server")),
    )
    _check_hosts(configuration, url)
    return configuration


def _check_hosts(configuration: PlatformConfiguration, url: str) -> None:
    """The configuration speaks for its own host only, and our registration token goes to that host or a relative of it."""
    asked, issuer = _host(url), _host(configuration.issuer)
    if not asked or asked != issuer:
        raise RegistrationError(
            f"The configuration at {asked} speaks for {issuer or 'nobody'}. Both have to be the same server."
        )
    target = _host(configuration.registration_url)
    if not are_related(issuer, target):
        raise RegistrationError(
            f"The configuration at {asked} sends the registration to {target}, which is another organisation's server."
        )


def are_related(host: str, other: str) -> bool:
    """Whether two hosts are the same, one within the other, or side by side within a domain of two names or more.

    >>> are_related("canvas.instructure.com", "harbor.instructure.com"), are_related("lms.example", "evil.example")
    (True, False)
    """
    if host == other or host.endswith("." + other) or other.endswith("." + host):
        return True
    parent, other_parent = host.partition(".")[2], other.partition(".")[2]
    return "." in parent and parent == other_parent


def _host(url: str) -> str:
    origin = find_origin(url)
    return origin.host if origin else ""


def read_registered(answer: Answer, asked: tuple[str, ...]) -> Registered:
    """The LMS's answer to our request. Raises RegistrationError when it did not register us."""
    body = _object(answer, "our registration")
    told = body.get("scope")
    given = tuple(told.split()) if isinstance(told, str) else asked
    about = body.get(spec.TOOL_CONFIGURATION)
    return Registered(
        client_id=_required(find_id(_as_text(body.get("client_id"))), "client_id"),
        scopes=tuple(scope for scope in (*spec.OUR_SCOPES, *spec.EXTRA_SCOPES) if scope in given),
        deployment_id=find_id(_as_text(about.get("deployment_id"))) if isinstance(about, dict) else None,
    )


def _as_text(value: object) -> object:
    """Ids are texts; some LMSs write them as numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _object(answer: Answer, about: str) -> Mapping[str, Any]:
    if 300 <= answer.status < 400:
        raise RegistrationError(
            "The LMS sent us on to another address, which is not followed.", status=answer.status
        )
    if not answer.is_success:
        code = str(answer.status)
        raise RegistrationError(
            f"The LMS refused the registration (HTTP {code}). Its link may have been used already.",
            status=answer.status,
        )
    body = answer.find_json()
    if not isinstance(body, dict):
        raise RegistrationError("The LMS answered with something else than a registration.", about=about)
    return body


def _required(value: str | None, field: str) -> str:
    if value is None:
        raise RegistrationError(f"The LMS left out or garbled “{field}”, which a registration needs.")
    return value


def _url(body: Mapping[str, Any], field: str) -> str:
    return _required(find_url(body.get(field)), field)


def _product(code: object) -> str | None:
    return _PRODUCTS.get(code.strip().lower()) if isinstance(code, str) else None


def _scopes_to_ask(supported: object) -> tuple[str, ...]:
    """All of ours, unless the LMS lists what it knows: asking for more makes some refuse."""
    known = [each for each in supported if isinstance(each, str)] if isinstance(supported, list) else []
    wanted = tuple(scope for scope in (*spec.OUR_SCOPES, *spec.EXTRA_SCOPES) if scope in known)
    return wanted or spec.OUR_SCOPES
