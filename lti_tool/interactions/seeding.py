"""A repeatable shuffle that gives nothing of the key away.

An element's place depends on the seed and on the ids alone, never on where the author wrote it: a list whose authored order
is the key (or groups the keys) is shown in the same order whatever that key is.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b


def seeded_order(ids: Iterable[str], seed: int) -> tuple[str, ...]:
    """The ids in an order that looks random and is always the same for one seed."""
    return tuple(sorted(ids, key=lambda element_id: (_rank(element_id, seed), element_id)))


def _rank(element_id: str, seed: int) -> bytes:
    return blake2b(f"{seed}:{element_id}".encode(), digest_size=16).digest()
