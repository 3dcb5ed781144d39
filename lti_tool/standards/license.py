"""Whether a framework's licence lets us keep and show its own words. Unless it plainly does, we keep codes, GUIDs and links alone.

"Plainly" means: the licence that the package names, by its address, its title or its text, is CC0, the public domain mark, CC BY or CC BY-SA, and
no other Creative Commons licence is named beside it. Licences against commercial use or changes (NC, ND) do not count, nor does a licence we
do not know, nor none at all. Nobody can overrule this at import: who has a publisher's leave has it for their own pages, not for this tool.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_DEED = re.compile(
    r"creativecommons\.org/(?:publicdomain/(?P<free>zero|mark)|licenses/(?P<kind>[a-z-]+))\b", re.IGNORECASE
)
_TITLE = re.compile(
    r"(?:creative commons )?(?:cc0|public domain(?: mark)?|(?:cc )?by(?: sa)?|(?:cc )?attribution(?: share ?alike)?)"
    r"(?: \d \d)?(?: international| universal| united states)?(?: (?:cc0|cc by(?: sa)?)(?: \d \d)?)?"
)
_OPEN = frozenset({"by", "by-sa"})


def is_open(words: Iterable[str | None]) -> bool:
    """Whether what a package says of a licence (address, title, text) names an open one, and only such.

    >>> is_open(["https://creativecommons.org/licenses/by/4.0/"]), is_open(["CC BY-NC-SA 4.0"]), is_open(["All rights reserved"]), is_open([])
    (True, False, False, False)
    """
    told = [each for each in words if each]
    named = [match["kind"] for each in told for match in _DEED.finditer(each) if match["kind"]]
    is_free = any(match["free"] for each in told for match in _DEED.finditer(each))
    if any(each.casefold() not in _OPEN for each in named):
        return False
    return bool(named) or is_free or any(_TITLE.fullmatch(_plain(each)) for each in told)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
