"""Reading values that came from outside: ids, texts, addresses. What cannot be stored or sent safely is refused or left out here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from lti_tool.lti.spec import ID_LENGTH, URL_LENGTH

_ID = re.compile(r"[\x20-\x7e]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
VARIABLE = re.compile(r"\$[A-Za-z][A-Za-z0-9_.:-]*")
"""How a variable that an LMS does not know arrives: as it was asked for."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class Origin(NamedTuple):
    """Scheme, host and port of an address: what browsers compare."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (
            "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        )


def find_id(value: object) -> str | None:
    """An identifier as LTI allows it: 1 to 255 printable ASCII characters, with something in it besides spaces."""
    if not isinstance(value, str) or len(value) > ID_LENGTH or not _ID.fullmatch(value) or not value.strip():
        return None
    return value


def find_text(value: object, *, limit: int = 255) -> str | None:
    """A text for people: control characters dropped, shortened to `limit`; None when nothing is left."""
    if not isinstance(value, str):
        return None
    return _CONTROL.sub(" ", value[: limit * 4]).strip()[:limit] or None


def find_told(value: object, *, limit: int = 255) -> str | None:
    """A text the LMS really told: `$Person.sourcedId` and its like are variables it does not know or will not tell."""
    text = find_text(value, limit=limit)
    return None if text is None or VARIABLE.fullmatch(text) else text


def as_text(value: object) -> object:
    """Custom values are texts; some LMSs send numbers."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def find_object(claims: Mapping[str, Any], claim: str) -> Mapping[str, Any]:
    """A claim that is an object; an empty one for everything else."""
    value = claims.get(claim)
    return value if isinstance(value, dict) else {}


def is_plain(value: str, *, limit: int) -> bool:
    """Whether a text can be handed on as it is."""
    return len(value) <= limit and not _CONTROL.search(value)


def find_locale(value: object) -> str | None:
    """A language tag such as `es` or `es-MX`; LMSs also write `es_MX`."""
    if not isinstance(value, str) or len(value) > 16 or not _LOCALE.fullmatch(value):
        return None
    return value.replace("_", "-")


def find_url(value: object) -> str | None:
    """An http or https address without user name or fragment trickery; None for everything else."""
    if not isinstance(value, str) or find_origin(value) is None:
        return None
    return value


def undo_encoding(address: str) -> str:
    """One of our own addresses as we gave it, where the LMS has percent-encoded it once or twice more.

    SpeedGrader does (instructure/canvas-lms#1486). None of our launch addresses holds a percent sign of its own.
    """
    for _ in range(2):
        address = unquote(address)
    return address


def find_origin(value: str) -> Origin | None:
    """The origin of an http(s) address of printable ASCII; None when it is no such address."""
    if len(value) > URL_LENGTH or not _ID.fullmatch(value) or " " in value or "\\" in value:
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return Origin(parts.scheme, parts.hostname, _DEFAULT_PORTS[parts.scheme] if port is None else port)


def is_under(value: str, base_url: str) -> bool:
    """Whether an address lies on the same origin, at or below the path of `base_url`."""
    origin = find_origin(value)
    if origin is None or origin != find_origin(base_url):
        return False
    base_path, path = urlsplit(base_url).path.rstrip("/"), urlsplit(value).path
    return path == base_path or path.startswith(base_path + "/")


def is_secure(value: str) -> bool:
    """Whether what is sent to an address cannot be read on the way: https, or this very machine."""
    origin = find_origin(value)
    return origin is not None and (origin.scheme == "https" or origin.host in LOOPBACK_HOSTS)


def is_answerable(value: str, registered: str) -> bool:
    """Whether a browser may carry an answer to an address: https, or this very machine for an LMS registered there without https."""
    origin, known = find_origin(value), find_origin(registered)
    if origin is None or known is None or origin.scheme == "https":
        return origin is not None and known is not None
    return known.scheme == "http" and origin.host in LOOPBACK_HOSTS


def is_encodable(value: str) -> bool:
    """Whether a text can be stored and sent: JSON may hold halves of characters."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
