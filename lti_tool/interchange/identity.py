"""Which question of a newer file is which of the bank it replaces. What students read decides: in many files a name is no more than a row's number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from hashlib import sha256
from typing import Any

from lti_tool.content.model import Item
from lti_tool.interactions import get_kind

ALIKE = 0.5
"""Share of the words of two prompts that both have, from which one may be the other with its words mended."""
_WORD = re.compile(r"\w+")
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")


class Identities:
    """Gives the questions of a file, one after the other, ids of the bank that it replaces; each id once."""

    def __init__(self, known: Mapping[str, Item]) -> None:
        self._known = known
        self._by_words: dict[tuple[str, ...], list[str]] = {}
        for item_id, old in known.items():
            self._by_words.setdefault(words_of(old), []).append(item_id)
        self._taken: set[str] = set()

    def settle(self, item: Item) -> str:
        """The id of the known question with the same words, else the item's own, unless another question has that."""
        words = words_of(item)
        same = (each for each in self._by_words.get(words, ()) if each not in self._taken)
        found = next(same, None) or self._own(item, words)
        self._taken.add(found)
        return found

    def _own(self, item: Item, words: tuple[str, ...]) -> str:
        old = self._known.get(item.id)
        if item.id not in self._taken and (old is None or is_alike(old, item)):
            return item.id
        return f"{item.id[:53]}-{sha256(repr(words).encode(errors='replace')).hexdigest()[:10]}"


def is_alike(old: Item, new: Item) -> bool:
    """Whether the one could be the other after its words were mended."""
    if old.kind != new.kind:
        return False
    before, after = (set(_WORD.findall(_PICTURE.sub("", each.spec.prompt).casefold())) for each in (old, new))
    return len(before & after) >= ALIKE * len(before | after)


def words_of(item: Item) -> tuple[str, ...]:
    """Its kind, and everything that is shown of it before it is answered, in no order that a seed makes; keys and remarks are not among it."""
    shown = get_kind(item.kind).public(item.spec, 0)
    told = asdict(shown) if is_dataclass(shown) and not isinstance(shown, type) else {}
    return (item.kind, item.spec.prompt, *sorted(_texts(told)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if name != "id":
                yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
