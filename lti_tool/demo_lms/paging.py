"""Pages of a list, with the next one in a Link header.

The page mark is opaque and case-sensitive, as Canvas's bookmarks are: a client has to follow the address verbatim.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

from flask import Response, request

from lti_tool.demo_lms.answers import ApiError

Item = TypeVar("Item")
PAGE_SIZE = 50


def cut_page(items: Sequence[Item], base_url: str, *, most: int = PAGE_SIZE) -> tuple[list[Item], str | None]:
    """The items asked for, and the address of the next page."""
    start, size = _read_mark(), _read_limit(most)
    page = list(items[start : start + size])
    if start + size >= len(items):
        return page, None
    values = {**request.args.to_dict(), "page": _make_mark(start + size)}
    return page, f"{base_url}{request.path}?{urlencode(values)}"


def link_next(answer: Response, next_url: str | None) -> Response:
    if next_url:
        answer.headers["Link"] = f'<{next_url}>; rel="next"'
    return answer


def _read_limit(most: int) -> int:
    text = request.args.get("limit", str(most))
    if not text.isdecimal() or int(text) < 1:
        raise ApiError(400, "invalid_limit", "limit is a whole number from 1.")
    return min(int(text), most)


def _make_mark(start: int) -> str:
    return "bookmark:" + base64.urlsafe_b64encode(json.dumps(["From", start]).encode()).decode().rstrip("=")


def _read_mark() -> int:
    mark = request.args.get("page")
    if mark is None:
        return 0
    try:
        text = mark.removeprefix("bookmark:")
        word, start = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError) as problem:
        raise _bad_mark() from problem
    if word != "From" or not isinstance(start, int) or start < 0:
        raise _bad_mark()
    return start


def _bad_mark() -> ApiError:
    return ApiError(
        400, "invalid_page", "Follow the address in the Link header as it is, upper and lower case included."
    )
