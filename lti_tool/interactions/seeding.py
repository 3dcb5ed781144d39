"""A repeatable shuffle that gives nothing of the key away.

An element's place depends on the seed and on the ids alone, never on where the author wrote it: a list whose authored order
is the key (or groups the keys) is shown in the same order whatever that key is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import blake2b


def seeded_order(ids: Iterable[str], seed: int) -> tuple[str, ...]:
    """The ids in an order that looks random and is always the same for one seed."""
    return tuple(sorted(ids, key=lambda element_id: (_rank(element_id, seed), element_id)))


def spare(ids: Collection[str], seed: int, fewer: int, *, at_least: int = 1) -> tuple[str, ...]:
    """So many of the ids of wrong choices, or as many as leave `at_least`: those to leave out for somebody who is given fewer choices."""
    return seeded_order(ids, ~seed)[: max(0, min(fewer, len(ids) - at_least))]


def _rank(element_id: str, seed: int) -> bytes:
    return blake2b(f"{seed}:{element_id}".encode(), digest_size=16).digest()
