"""Grades as people write them: `K-2, 6` for kindergarten to second grade, and sixth."""

from __future__ import annotations

import re

from lti_tool.errors import BadFormError

_RANGE = re.compile(r"(K|1[0-2]|[0-9])(?:\s*[-–]\s*(K|1[0-2]|[0-9]))?", re.IGNORECASE)


def read_grades(text: str) -> frozenset[int] | None:
    """The grades somebody wrote, kindergarten being 0; None for none, which stands for all of them. Raises BadFormError.

    >>> sorted(read_grades("K-2, 6"))
    [0, 1, 2, 6]
    """
    found: set[int] = set()
    for part in filter(None, (each.strip() for each in text.split(","))):
        match = _RANGE.fullmatch(part)
        first, last = (_number(match[1]), _number(match[2] or match[1])) if match else (1, 0)
        if first > last:
            raise BadFormError(f"“{part}” is no grade. Write grades as K-5 or 6, 7, 8.")
        found |= set(range(first, last + 1))
    return frozenset(found) or None


def _number(text: str) -> int:
    return 0 if text in "kK" else int(text)
