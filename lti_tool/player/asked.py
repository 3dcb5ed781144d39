"""An item as it is asked in one attempt: for somebody with fewer choices, without the options that were left out when it began."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lti_tool.content.model import Item
from lti_tool.content.snapshot import Snapshot
from lti_tool.interactions import get_kind, list_leavable, without
from lti_tool.player.tables import Attempt


def hidden_options(snapshot: Snapshot, item_ids: Iterable[str], fewer: int, seed: int) -> dict[str, Any]:
    """From the id of each item to those of the options to leave out of it, `fewer` wherever that leaves something to decide; never a key."""
    if not fewer:
        return {}
    items = [snapshot.item(item_id) for item_id in item_ids]
    found = {item.id: list_leavable(get_kind(item.kind), item.spec, seed, fewer) for item in items}
    return {item_id: list(options) for item_id, options in found.items() if options}


def asked_item(attempt: Attempt, snapshot: Snapshot, item_id: str, lang: str | None = None) -> Item:
    """The item in a language, as this attempt asks it."""
    item = snapshot.item(item_id, lang)
    hidden = attempt.hidden.get(item_id, ())
    if not hidden:
        return item
    return item.model_copy(update={"spec": without(get_kind(item.kind), item.spec, hidden)})


def asked_versions(attempt: Attempt, snapshot: Snapshot, item_id: str) -> tuple[Item, ...]:
    """The item in each language it may have been read in, the original first: words that are right in one of them are right."""
    return tuple(
        asked_item(attempt, snapshot, item_id, None if lang == snapshot.language else lang)
        for lang in (snapshot.language, *(each for each in snapshot.languages if each != snapshot.language))
    )
