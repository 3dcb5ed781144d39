"""Which question of a newer file is which of the bank it replaces. What students read decides: in many files a name is no more than a row's number."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from hashlib import sha256
from typing import Any

from lti_tool.content.model import Item
from lti_tool.interactions import get_kind

ALIKE = 0.5
"""Share of the words of two prompts that both have, from which one may be the other with its words mended."""
_WORD = re.compile(r"\w+")
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")


def settle_id(item: Item, known: Mapping[str, Item], taken: Collection[str]) -> str:
    """The item's id: that of the known question with the same words, else its own, unless another question has that.

    `taken`: ids of questions before it in the file.
    """
    words = words_of(item)
    for item_id, old in known.items():
        if item_id not in taken and old.kind == item.kind and words_of(old) == words:
            return item_id
    old_one = known.get(item.id)
    if old_one is None or is_alike(old_one, item):
        return item.id
    return f"{item.id[:53]}-{sha256(repr(words).encode(errors='replace')).hexdigest()[:10]}"


def is_alike(old: Item, new: Item) -> bool:
    """Whether the one could be the other after its words were mended."""
    if old.kind != new.kind:
        return False
    before, after = (set(_WORD.findall(_PICTURE.sub("", each.spec.prompt).casefold())) for each in (old, new))
    return len(before & after) >= ALIKE * len(before | after)


def words_of(item: Item) -> tuple[str, ...]:
    """Everything that is shown of it before it is answered, in no order that a seed makes; keys and remarks are not among it."""
    shown = get_kind(item.kind).public(item.spec, 0)
    told = asdict(shown) if is_dataclass(shown) and not isinstance(shown, type) else {}
    return (item.spec.prompt, *sorted(_texts(told)))


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
