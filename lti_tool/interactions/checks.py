"""Checks that the specs of several kinds share. Each raises ValueError with a sentence that tells the author what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol


class Named(Protocol):
    """What an author gives an id."""

    @property
    def id(self) -> str: ...


def check_parts(
    parts: Sequence[Named], what: str, *, at_least: int, at_most: int, unlike: str | None = None
) -> None:
    """As many parts as a screen holds, each with an id of its own; and each with its own `unlike` (a field, such as "text")."""
    check_count(parts, what, at_least=at_least, at_most=at_most)
    check_unique((part.id for part in parts), f"the ids of the {what}")
    if unlike is not None:
        check_unique((getattr(part, unlike) for part in parts), f"the {unlike}s of the {what}")


def check_count(things: Sequence[object], what: str, *, at_least: int, at_most: int) -> None:
    count = len(things)
    if count < at_least:
        raise ValueError(f"There are only {count} {what}: write at least {at_least}.")
    if count > at_most:
        raise ValueError(
            f"There are {count} {what}, more than a screen holds: keep at most {at_most}, or make two items."
        )


def check_unique(values: Iterable[str], what: str) -> None:
    """`what` names the values in the message, as in "the ids of the options"."""
    twice = sorted(value for value, count in Counter(values).items() if count > 1)
    if twice:
        raise ValueError(f"Among {what}, {_quoted(twice)} stands more than once: make each different.")


def _quoted(values: Sequence[str]) -> str:
    return ", ".join(f"“{value}”" for value in values)
