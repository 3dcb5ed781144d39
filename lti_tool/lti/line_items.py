"""Columns of an LMS's gradebook (line items of AGS 2.0): read from its answers, and written as it wants them.

A PUT replaces a column whole, so it sends back everything the LMS told and changes only what was asked.
Spec: https://www.imsglobal.org/spec/lti-ags/v2p0#line-item-service
"""

from __future__ import annotations

import json
import math
from typing import Any

import httpx

from lti_tool.errors import DeliveryRetryError
from lti_tool.facts.gateway import LineItem, NewLineItem
from lti_tool.lti.http import Answer
from lti_tool.lti.values import find_id, find_text, find_url


def with_filters(url: str, **filters: str | None) -> str:
    """The address of a list of columns, asking only for some. LMSs may ignore it.

    >>> with_filters("https://lms.example/items?type_id=1", tag="quiz", resource_id=None)
    'https://lms.example/items?type_id=1&tag=quiz'
    """
    wanted = {name: value for name, value in filters.items() if value}
    return str(httpx.URL(url).copy_merge_params(wanted)) if wanted else url


def read_line_items(answer: Answer) -> list[LineItem]:
    """The columns of one page; what has no address is left out. Raises DeliveryRetryError when it is no list."""
    body = answer.find_json()
    if not isinstance(body, list):
        raise DeliveryRetryError("The LMS answered with something else than columns.", status=answer.status)
    found = [_find_line_item(each) for each in body]
    return [each for each in found if each is not None]


def read_line_item(answer: Answer) -> LineItem:
    """The one column of an answer. Raises DeliveryRetryError when there is none in it."""
    found = _find_line_item(answer.find_json())
    if found is None:
        raise DeliveryRetryError("The LMS answered with something else than a column.", status=answer.status)
    return found


def _find_line_item(told: Any) -> LineItem | None:
    url = find_url(told.get("id")) if isinstance(told, dict) else None
    if url is None:
        return None
    maximum = told.get("scoreMaximum")
    is_number = isinstance(maximum, int | float) and not isinstance(maximum, bool)
    return LineItem(
        url=url,
        label=find_text(told.get("label")) or "",
        score_maximum=float(maximum) if is_number and math.isfinite(min(maximum, 1e15)) else None,
        resource_link_id=find_id(told.get("resourceLinkId")),
        resource_id=find_id(told.get("resourceId")),
        tag=find_id(told.get("tag")),
        told=told,
    )


def new_json(item: NewLineItem) -> str:
    """The body that makes a column; it has no `id`: Schoology refuses one that has."""
    body: dict[str, Any] = {
        "label": item.label,
        "scoreMaximum": _number(item.score_maximum),
        "resourceId": item.resource_id,
        "tag": item.tag,
    }
    if item.resource_link_id is not None:
        body["resourceLinkId"] = item.resource_link_id
    return json.dumps(body)


def changed_json(item: LineItem, *, label: str, score_maximum: float) -> str:
    """The column as the LMS told it, with another title and maximum."""
    return json.dumps({**item.told, "label": label, "scoreMaximum": _number(score_maximum)})


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
