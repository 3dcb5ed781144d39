"""What the benchmarks measure beside the shipped measures of `lti_tool.mastery.quality`, and how they print it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def false_share(decided: Sequence[bool], truths: Sequence[bool]) -> float:
    """Of those declared masters, the share who are not. NaN if nobody was declared one."""
    declared = [truth for yes, truth in zip(decided, truths, strict=True) if yes]
    return declared.count(False) / len(declared) if declared else math.nan


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Plain text in columns, first one flush left."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def shown(number: float | None, digits: int = 3) -> str:
    """A ratio as people print it: .884; a dash for what does not apply.

    >>> shown(0.8841), shown(None)
    ('.884', '–')
    """
    if number is None or math.isnan(number):
        return "–"
    text = f"{number:.{digits}f}"
    return text[1:] if text.startswith("0.") else text
