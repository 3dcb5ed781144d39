"""The gateway over HTTP: scores out, results and class lists in, and what the LMS's answers mean for the one who waits for them.

Specs: https://www.imsglobal.org/spec/lti-ags/v2p0 and https://www.imsglobal.org/spec/lti-nrps/v2p0
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from urllib.parse import urljoin

import httpx

from lti_tool.db.base import utcnow
from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.errors import DeliveryRefusedError
from lti_tool.facts.gateway import LineItem, NewLineItem, OutgoingScore, RecordedResult, RosterMember
from lti_tool.lti.answers import check_answer, check_column, check_list, unexpected_answer
from lti_tool.lti.http import Answer, add_to_path, is_same_origin, open_client, send
from lti_tool.lti.line_items import (
    changed_json,
    new_json,
    read_line_item,
    read_line_items,
    with_filters,
)
from lti_tool.lti.message_log import Kind, note_answer, noting_failure
from lti_tool.lti.pace import Pace
from lti_tool.lti.products import get_product
from lti_tool.lti.results import read_results
from lti_tool.lti.roster import read_members
from lti_tool.lti.score_message import score_json
from lti_tool.lti.seal import Seal
from lti_tool.lti.spec import (
    MEDIA_LINE_ITEM,
    MEDIA_LINE_ITEMS,
    MEDIA_MEMBERS,
    MEDIA_RESULTS,
    MEDIA_SCORE,
    SCOPE_LINE_ITEM,
    SCOPE_LINE_ITEM_READ,
    SCOPE_MEMBERS,
    SCOPE_NOTICES,
    SCOPE_RESULT,
    SCOPE_SCORE,
)
from lti_tool.lti.tables import Platform
from lti_tool.lti.tokens import Clock, TokenStore
from lti_tool.lti.values import is_secure
from lti_tool.settings import Settings

_MOST_PAGES = 50
_KINDS: dict[str, Kind] = {
    SCOPE_SCORE: "score",
    SCOPE_RESULT: "result",
    SCOPE_MEMBERS: "roster",
    SCOPE_NOTICES: "notice",
    SCOPE_LINE_ITEM: "column",
    SCOPE_LINE_ITEM_READ: "column",
}
"""How the message log calls what a permission is used for."""
_MOST_LIST_PAGES = 400
"""Of fifty each, as Canvas sends them: twenty thousand members or results."""


class HTTPGateway:
    """`facts.gateway.Gateway` towards real LMSs. One for a process, shared by its threads; never called within a transaction."""

    def __init__(
        self,
        sessions: SessionFactory,
        seal: Seal,
        settings: Settings,
        *,
        client: httpx.Client | None = None,
        clock: Clock = utcnow,
    ) -> None:
        self._sessions, self._clock = sessions, clock
        self.client = client or open_client(settings.lms_timeout_s)
        self.tokens = TokenStore(sessions, seal, self.client, clock)
        self._public_url = settings.public_url
        self._pace = Pace(settings.lms_requests_per_s)

    def close(self) -> None:
        """Let go of open connections."""
        self.client.close()

    def send_score(self, platform_id: uuid.UUID, score: OutgoingScore) -> None:
        product = get_product(self._get_platform(platform_id).product)
        request = self.client.build_request(
            "POST",
            add_to_path(score.line_item_url, "/scores"),
            content=score_json(score, product, public_url=self._public_url),
            headers={"Content-Type": MEDIA_SCORE, "Accept": "application/json"},
        )
        answer = self._call(platform_id, SCOPE_SCORE, request)
        check_answer(answer, self._clock())
        if answer.body.lstrip().startswith(b"<"):
            raise unexpected_answer(answer)

    def find_result(self, platform_id: uuid.UUID, line_item_url: str, subject: str) -> RecordedResult | None:
        url: str | None = str(
            httpx.URL(add_to_path(line_item_url, "/results")).copy_merge_params({"user_id": subject})
        )
        for _ in range(_MOST_PAGES):
            if url is None:
                return None
            request = self.client.build_request("GET", url, headers={"Accept": MEDIA_RESULTS})
            answer = self._call(platform_id, SCOPE_RESULT, request)
            if answer.status == 404:
                return None
            check_answer(answer, self._clock())
            found = [each for each in read_results(answer) if each.subject == subject]
            if found:
                return found[0]
            url = _next_page(url, answer.next_url)
        return None

    def list_results(self, platform_id: uuid.UUID, line_item_url: str) -> list[RecordedResult]:
        url = add_to_path(line_item_url, "/results")
        pages = self._read_pages(platform_id, SCOPE_RESULT, url, accept=MEDIA_RESULTS)
        return [result for answer in pages for result in read_results(answer)]

    def list_line_items(
        self, platform_id: uuid.UUID, line_items_url: str, *, resource_link_id: str | None = None
    ) -> list[LineItem]:
        url = with_filters(line_items_url, resource_link_id=resource_link_id)
        scope = self._reading_scope(platform_id)
        pages = self._read_pages(platform_id, scope, url, accept=MEDIA_LINE_ITEMS)
        found = [item for answer in pages for item in read_line_items(answer)]
        return [each for each in found if resource_link_id in (None, each.resource_link_id)]

    def get_line_item(self, platform_id: uuid.UUID, line_item_url: str) -> LineItem:
        request = self.client.build_request("GET", line_item_url, headers={"Accept": MEDIA_LINE_ITEM})
        answer = self._call(platform_id, self._reading_scope(platform_id), request)
        check_list(answer, self._clock())
        return read_line_item(answer)

    def make_line_item(self, platform_id: uuid.UUID, line_items_url: str, item: NewLineItem) -> LineItem:
        return self._write_line_item(platform_id, "POST", line_items_url, new_json(item))

    def change_line_item(
        self, platform_id: uuid.UUID, line_item_url: str, *, label: str, score_maximum: float
    ) -> LineItem:
        held = self.get_line_item(platform_id, line_item_url)
        body = changed_json(held, label=label, score_maximum=score_maximum)
        return self._write_line_item(platform_id, "PUT", line_item_url, body)

    def _write_line_item(self, platform_id: uuid.UUID, method: str, url: str, body: str) -> LineItem:
        headers = {"Content-Type": MEDIA_LINE_ITEM, "Accept": MEDIA_LINE_ITEM}
        request = self.client.build_request(method, url, content=body, headers=headers)
        answer = self._call(platform_id, SCOPE_LINE_ITEM, request)
        check_column(answer, self._clock())
        return read_line_item(answer)

    def _reading_scope(self, platform_id: uuid.UUID) -> str:
        """Moodle reads columns with its own permission for reading, which not every LMS knows. Asks for no more than a token."""
        platform = self._get_platform(platform_id)
        if get_product(platform.product).reads_columns_apart:
            return SCOPE_LINE_ITEM_READ
        return SCOPE_LINE_ITEM

    def list_members(
        self, platform_id: uuid.UUID, memberships_url: str, *, resource_link_id: str | None = None
    ) -> list[RosterMember]:
        url = memberships_url
        if resource_link_id is not None:
            url = str(httpx.URL(url).copy_merge_params({"rlid": resource_link_id}))
        pages = self._read_pages(platform_id, SCOPE_MEMBERS, url, accept=MEDIA_MEMBERS)
        return [member for answer in pages for member in read_members(answer)]

    def ask_for_notices(
        self, platform_id: uuid.UUID, notices_url: str, *, notice_type: str, handler: str
    ) -> None:
        request = self.client.build_request(
            "PUT",
            notices_url,
            content=json.dumps({"notice_type": notice_type, "handler": handler}),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        check_list(self._call(platform_id, SCOPE_NOTICES, request), self._clock())

    def _read_pages(self, platform_id: uuid.UUID, scope: str, url: str, *, accept: str) -> Iterator[Answer]:
        """Every page of a list, or an error in the end: a list that breaks off is not taken for a whole one."""
        seen: set[str] = set()
        following: str | None = url
        while following is not None:
            seen.add(following)
            request = self.client.build_request("GET", following, headers={"Accept": accept})
            answer = self._call(platform_id, scope, request)
            check_list(answer, self._clock())
            yield answer
            following = urljoin(following, answer.next_url) if answer.next_url is not None else None
            if following is not None:
                _check_next(following, url, seen)

    def _call(self, platform_id: uuid.UUID, scope: str, request: httpx.Request) -> Answer:
        """Send with a bearer token; a refused token is replaced once."""
        platform = self._get_platform(platform_id)
        _check_address(str(request.url), platform)
        self._pace.wait(platform_id)
        token = self.tokens.get(platform, [scope])
        answer = self._send_as(platform_id, scope, request, token)
        if answer.status == 401:
            newer = self.tokens.get(platform, [scope], instead_of=token)
            answer = self._send_as(platform_id, scope, request, newer)
        return answer

    def _send_as(self, platform_id: uuid.UUID, scope: str, request: httpx.Request, token: str) -> Answer:
        request.headers["Authorization"] = f"Bearer {token}"
        kind, now = _KINDS.get(scope, "score"), self._clock()
        with noting_failure(self._sessions, platform_id, kind, at=now):
            answer = send(self.client, request)
        note_answer(self._sessions, platform_id, kind, answer.status, at=now)
        return answer

    def _get_platform(self, platform_id: uuid.UUID) -> Platform:
        with transaction(self._sessions) as session:
            platform = session.get(Platform, platform_id)
        if platform is None or platform.retired_at is not None:
            raise DeliveryRefusedError("The connection to this LMS was ended, so nothing can be sent to it.")
        return platform


def _check_address(url: str, platform: Platform) -> None:
    """A bearer token goes over https only, or to an LMS that is registered with plain http on this machine."""
    if not is_secure(url):
        raise DeliveryRefusedError(
            "The LMS gave an address for grades that is not secure (https), so nothing is sent there.",
            platform_id=str(platform.id),
        )


def _next_page(url: str, next_url: str | None) -> str | None:
    """Followed as the LMS wrote it, and only on its own origin: our token is for nobody else."""
    if next_url is None:
        return None
    absolute = urljoin(url, next_url)
    return absolute if absolute != url and is_same_origin(absolute, url) else None


def _check_next(next_url: str, first_url: str, seen: set[str]) -> None:
    """The next page is followed as the LMS wrote it, but neither elsewhere nor for ever."""
    if not is_same_origin(next_url, first_url):
        raise DeliveryRefusedError(
            "The LMS named another server for the rest of the list, so it was not read. Tell your LMS administrator."
        )
    if next_url in seen or len(seen) >= _MOST_LIST_PAGES:
        raise DeliveryRefusedError(
            "The LMS's list does not end, so it was not read. Tell your LMS administrator."
        )
