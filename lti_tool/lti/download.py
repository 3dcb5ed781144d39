"""Fetching one JSON file that somebody named by its address, such as a framework of standards.

It stands here, though it is no LTI: the guard against addresses inside the network (`public_http`) is here, and `lti` stays the only package
that speaks HTTP. What is fetched is given on as bytes; who asked (a command) hands them to whoever reads them.
"""

from __future__ import annotations

from lti_tool.errors import DeliveryRetryError, RegistrationError, StandardsError
from lti_tool.lti.http import Answer
from lti_tool.lti.public_http import PublicHTTP
from lti_tool.lti.values import find_origin

MOST_MB = 30
_TIMEOUT_S = 30.0


def download_json(
    url: str, *, allow_loopback: bool = False, most_bytes: int = MOST_MB * 1024 * 1024
) -> bytes:
    """The JSON at an https address of the public internet, at most 30 MB in a minute; no redirect is followed. Raises StandardsError."""
    web = PublicHTTP(timeout_s=_TIMEOUT_S, allow_loopback=allow_loopback, most_bytes=most_bytes)
    try:
        answer = web.get_json(url, bearer=None)
    except RegistrationError as error:
        raise StandardsError(error.message) from error
    except DeliveryRetryError as error:
        raise StandardsError(
            f"{_host(url)} did not answer, or its answer was too slow or too long (at most {MOST_MB} MB in a minute)."
            " Download the file yourself and import that."
        ) from error
    if not answer.is_success:
        raise StandardsError(_refusal(url, answer))
    if "json" not in answer.headers.get("content-type", "").casefold():
        raise StandardsError(f"{_host(url)} answered with something other than JSON. Compare the address.")
    return answer.body


def _refusal(url: str, answer: Answer) -> str:
    if 300 <= answer.status < 400:
        return f"{_host(url)} sends on to another address. Import from there: {answer.headers.get('location', '')[:500]}"
    if answer.status in (401, 403):
        return f"{_host(url)} asks for a key (status {answer.status}). Download the package with yours and import the file."
    return f"{_host(url)} answered with status {answer.status}. Compare the address and its GUID."


def _host(url: str) -> str:
    origin = find_origin(url)
    return origin.host if origin else "The server"
