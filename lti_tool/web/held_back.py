"""How long ago a page was given an answer that it could not send then. A device's clock may be wrong; how much time went by on it is not."""

from __future__ import annotations

from datetime import datetime, timedelta

HELD_BACK = timedelta(seconds=2)
"""From what age on an answer counts as held back: before that, it was simply on its way."""
LONGEST_HELD = timedelta(days=2)


def read_ages(told: object) -> dict[str, timedelta]:
    """From JSON `{item id: milliseconds}`; what is no sensible age is left out."""
    if not isinstance(told, dict):
        return {}
    ages = {str(item_id): _read_age(age) for item_id, age in told.items()}
    return {item_id: age for item_id, age in ages.items() if age is not None}


def age_since(text: str | None, now: datetime) -> timedelta | None:
    """The age of answers that wait on a page of ours since a time it was given."""
    moment = read_moment(text)
    return _read_age((now - moment).total_seconds() * 1000) if moment else None


def read_moment(text: object) -> datetime | None:
    """A time that a page of ours was given, with its zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _read_age(age_ms: object) -> timedelta | None:
    """How long an answer was held back, when it was; what is no sensible age counts as none."""
    if isinstance(age_ms, bool) or not isinstance(age_ms, int | float) or not 0 <= age_ms < 1e12:
        return None
    age = min(timedelta(milliseconds=age_ms), LONGEST_HELD)
    return age if age >= HELD_BACK else None
