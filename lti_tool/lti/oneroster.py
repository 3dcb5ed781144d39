"""Asking a OneRoster server, 1.1 or 1.2: a token by client credentials, lists page by page, and patience where it asks for some.

It stands in `lti`, beside the gateway, because this package is the one that speaks HTTP to other systems: the bounded client, `Retry-After`
and the sealed secrets are here. Spec: https://www.imsglobal.org/spec/oneroster/v1p1 (section 3) and the REST bindings of v1p2.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import httpx

from lti_tool.errors import DeliveryRetryError, RosterError
from lti_tool.facts.rosters import RosterPage
from lti_tool.lti.http import Answer, find_retry_after_s, is_same_origin, send
from lti_tool.lti.oneroster_rows import rows_of

SCOPE = "https://purl.imsglobal.org/spec/or/v1p1/scope/roster-core.readonly"
"""The least that reads what we read: neither demographics nor results. Both versions call it so."""
PAGE_SIZE = 1000
MOST_BYTES = 64 * 1024 * 1024
TRIES = 6
LONGEST_WAIT_S = 300.0
_EARLY = timedelta(seconds=30)


class OneRosterServer:
    """`facts.rosters.RosterServer` towards a real server. Not to be called within a transaction that others wait for."""

    def __init__(
        self,
        *,
        root: str,
        token_url: str,
        client_id: str,
        secret: str,
        client: httpx.Client,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._root, self._token_url = root, token_url
        self._credentials = (client_id, secret)
        self._client, self._clock, self._sleep = client, clock, sleep
        self._token: tuple[str, datetime] | None = None

    def read_page(self, name: str, *, since: datetime | None, url: str | None) -> RosterPage:
        here = url or self._first_url(name, since)
        answer = self._get(here)
        body = answer.find_json()
        entries = body.get(name) if isinstance(body, dict) else None
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise RosterError(
                f"The roster server answered with something else than a list of {name}. Compare the address: {self._root}"
            )
        rows = [row for entry in entries for row in rows_of(name, entry)]
        total = _number(answer.headers.get("x-total-count"))
        following = self._next_url(here, answer, len(entries), total)
        return RosterPage(rows=rows, entries=len(entries), next_url=following, total=total)

    def _first_url(self, name: str, since: datetime | None) -> str:
        asked: dict[str, str] = {
            "limit": str(PAGE_SIZE),
            "offset": "0",
            "sort": "sourcedId",
            "orderBy": "asc",
        }
        if since is not None:
            moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            asked["filter"] = f"dateLastModified>'{moment}'"
        return str(httpx.URL(f"{self._root}/{name}").copy_merge_params(asked))

    def _next_url(self, here: str, answer: Answer, entries: int, total: int | None) -> str | None:
        """As the server's Link says; else by offset, until a page is empty: a server may give fewer than were asked for."""
        if answer.next_url is not None:
            told = urljoin(here, answer.next_url)
            if not is_same_origin(told, self._root):
                raise RosterError(
                    "The roster server named another server for the rest of a list, so it was not read. Tell its administrator."
                )
            if told == here:
                raise RosterError(
                    "The roster server's list does not end, so it was not read. Tell its administrator."
                )
            return told
        if "link" in answer.headers or entries == 0:
            return None
        url = httpx.URL(here)
        offset = int(url.params.get("offset", "0")) + entries
        if total is not None and offset >= total:
            return None
        return str(url.copy_merge_params({"offset": str(offset)}))

    def _get(self, url: str) -> Answer:
        """With a token; a refused one is replaced once."""
        token = self._get_token()
        answer = self._send(lambda: self._request(url, token))
        if answer.status == 401:
            token = self._get_token(instead_of=token)
            answer = self._send(lambda: self._request(url, token))
        if answer.is_success:
            return answer
        raise RosterError(_refusal(answer.status))

    def _request(self, url: str, token: str) -> httpx.Request:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return self._client.build_request("GET", url, headers=headers)

    def _get_token(self, *, instead_of: str | None = None) -> str:
        held = self._token
        if held is not None and held[0] != instead_of and self._clock() < held[1]:
            return held[0]
        answer = self._send(self._token_request)
        body = answer.find_json()
        value = body.get("access_token") if isinstance(body, dict) else None
        if (
            not answer.is_success
            or not isinstance(value, str)
            or not value.isascii()
            or not value.isprintable()
        ):
            raise RosterError(
                f"The roster server gave no access token (HTTP {answer.status}). Compare the client id, the secret and --token-url with what its administrator gave you."
            )
        life_s = _number(str(body.get("expires_in", ""))) or 300
        self._token = (value, self._clock() + max(timedelta(seconds=life_s) - _EARLY, timedelta(seconds=1)))
        return value

    def _token_request(self) -> httpx.Request:
        form = {"grant_type": "client_credentials", "scope": SCOPE}
        request = self._client.build_request(
            "POST", self._token_url, data=form, headers={"Accept": "application/json"}
        )
        return next(httpx.BasicAuth(*self._credentials).auth_flow(request))

    def _send(self, make: Callable[[], httpx.Request]) -> Answer:
        """Again after a while, as the server asks or twice as long each time, when it is busy, broken or not there."""
        for tried in range(TRIES):
            wait_s = 2.0**tried
            try:
                answer = send(self._client, make(), most_bytes=MOST_BYTES)
            except DeliveryRetryError as error:
                if tried == TRIES - 1:
                    raise RosterError(
                        "The roster server could not be reached, or did not answer in time. Run the command again later: it goes on where it stopped."
                    ) from error
            else:
                if answer.status not in (429, 500, 502, 503, 504) or tried == TRIES - 1:
                    return answer
                told_s = find_retry_after_s(answer, self._clock())
                wait_s = wait_s if told_s is None else told_s
            if wait_s > LONGEST_WAIT_S:
                raise RosterError(
                    f"The roster server asks to wait {wait_s:.0f} seconds. Run the command again then: it goes on where it stopped."
                )
            self._sleep(wait_s)
        raise AssertionError("unreachable")


def _refusal(status: int) -> str:
    if status in (401, 403):
        return f"The roster server refused to tell the roster (HTTP {status}). Ask its administrator for the permission roster-core.readonly."
    if status == 404:
        return "The roster server has no such list (HTTP 404). Compare the address and --version with what its administrator gave you."
    return f"The roster server did not answer as it should (HTTP {status}). Run the command again later: it goes on where it stopped."


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None
