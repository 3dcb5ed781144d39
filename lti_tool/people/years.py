"""School years and grades as numbers."""

from __future__ import annotations

from datetime import datetime

_KINDERGARTEN = {"k", "kg", "kindergarten", "ka"}


def school_year(now: datetime, starts_in_month: int = 7) -> int:
    """The school year `now` falls in, named by the year it ends in: November 2026 is 2027."""
    return now.year + 1 if now.month >= starts_in_month else now.year


def parse_grade(text: str | None) -> int | None:
    """A grade from what LMSs and rosters write ("4", "04", "K", "Grade 4"); None when it is none of K to 12."""
    if text is None:
        return None
    word = text.strip().casefold().removeprefix("grade").strip()
    if word in _KINDERGARTEN:
        return 0
    return int(word) if word.isascii() and word.isdigit() and int(word) <= 12 else None
