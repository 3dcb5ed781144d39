"""What an LMS says about results, read: one column's list, and one learner in it."""

from __future__ import annotations

import math
from typing import Any

from lti_tool.errors import DeliveryRetryError
from lti_tool.facts.gateway import RecordedResult
from lti_tool.lti.http import Answer


def read_results(answer: Answer) -> list[RecordedResult]:
    """The results of one page; what names no learner is left out. Raises DeliveryRetryError when it is no list."""
    body = answer.find_json()
    if not isinstance(body, list):
        raise DeliveryRetryError("The LMS answered with something else than results.", status=answer.status)
    return [
        _read_result(each) for each in body if isinstance(each, dict) and isinstance(each.get("userId"), str)
    ]


def _read_result(result: dict[str, Any]) -> RecordedResult:
    return RecordedResult(
        subject=result["userId"],
        result_score=_find_number(result.get("resultScore")),
        result_maximum=_find_number(result.get("resultMaximum")),
    )


def _find_number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    number = float(min(value, 1e15))
    return number if math.isfinite(number) else None
