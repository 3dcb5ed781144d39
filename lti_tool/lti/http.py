"""HTTP towards LMSs: one shared client with time-outs, a size limit, no redirects, no cookies, and a name of its own.

Some LMSs refuse requests without a User-Agent (Canvas announced it for January 2026), hence the name.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from lti_tool import __version__
from lti_tool.errors import DeliveryRetryError
from lti_tool.lti.values import find_origin

USER_AGENT = f"InfoLit/{__version__} (LTI 1.3 tool)"
MAX_BODY_BYTES = 2 * 1024 * 1024
_LONGEST_RETRY_AFTER_S = 3600.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an LMS answered. `headers` has lower-case names."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    next_url: str | None = None
    """The next page of a list, as its Link header says."""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def find_json(self) -> Any:
        """The body as JSON; None when it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def mentions(self, *words: str) -> bool:
        """Whether the body holds any of these words, in any case."""
        text = self.body[:4096].decode("utf-8", "replace").lower()
        return any(word in text for word in words)


def open_client(timeout_s: float) -> httpx.Client:
    """The client all traffic of a process shares. Threads may share it too."""
    return httpx.Client(
        timeout=httpx.Timeout(timeout_s),
        follow_redirects=False,
        headers={"User-Agent": USER_AGENT},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=30),
    )


def send(client: httpx.Client, request: httpx.Request, *, most_bytes: int = MAX_BODY_BYTES) -> Answer:
    """Send one request and read the whole answer. Raises DeliveryRetryError when there is none, or it is too slow or too long."""
    host = request.url.host
    try:
        response = client.send(request, stream=True)
        try:
            body = _read_body(response, deadline_s=_deadline_s(client), most_bytes=most_bytes)
            next_url = response.links.get("next", {}).get("url")
        finally:
            response.close()
    except httpx.TimeoutException as error:
        raise DeliveryRetryError(
            f"The LMS at {host} did not answer in time.", reason=type(error).__name__
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise DeliveryRetryError(
            f"The LMS at {host} could not be reached.", reason=type(error).__name__
        ) from error
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status_code, body=body, headers=headers, next_url=next_url)


def _deadline_s(client: httpx.Client) -> float:
    """When a dripping answer is given up: twice the time one read may take."""
    return time.monotonic() + 2 * (client.timeout.read or 10.0)


def _read_body(response: httpx.Response, *, deadline_s: float, most_bytes: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > most_bytes or time.monotonic() > deadline_s:
            raise DeliveryRetryError(
                f"The LMS at {response.url.host} sent an answer that was too long or too slow."
            )
    return bytes(body)


def add_to_path(url: str, suffix: str) -> str:
    """Append to the path, before the query string that Moodle and others put at the end.

    >>> add_to_path("https://lms.example/items/7?type_id=1", "/scores")
    'https://lms.example/items/7/scores?type_id=1'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + suffix, fragment=""))


def is_same_origin(url: str, other: str) -> bool:
    origin = find_origin(url)
    return origin is not None and origin == find_origin(other)


def find_retry_after_s(answer: Answer, now: datetime) -> float | None:
    """Seconds the LMS asks to wait, given as a number or as a date; at most an hour."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:9])
    else:
        try:
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER_S)
