"""Work on several things, one after the other, of which none holds up the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

from lti_tool.errors import places_of

log = structlog.get_logger("infolit.worker")
Thing = TypeVar("Thing")


def each_apart(things: Iterable[Thing], work: Callable[[Thing], object]) -> None:
    """Do the work for each. What fails is logged by its type and where it happened: its own words may hold a name."""
    for thing in things:
        try:
            work(thing)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
            log.error("failed_apart", thing=str(thing), kind=type(error).__name__, trace=places_of(error))  # noqa: TRY400
