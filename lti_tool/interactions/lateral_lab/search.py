"""The practice web's search machine: small, but real. What a student types is looked up in the words of the pages.

A page is found by the words it shares with the query; the more different ones, the higher, and a word in the title counts most.
Paid results stand first if they share any word, as they do elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from lti_tool.interactions.lateral_lab.web import WebPage

MOST_RESULTS = 8
IN_TITLE, IN_ADDRESS, IN_TEXT = 4, 2, 1
COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are at by can de del do does el en es for from how in is it la las lo los of on or por que the this to un una "
        "what who why with y",
    )
)


def find_pages(pages: Sequence[WebPage], query: str) -> tuple[WebPage, ...]:
    """The pages a query finds, best first."""
    wanted = words_of([query])
    ranked = []
    for place, page in enumerate(pages):
        weights = [weight for word in wanted if (weight := _weight(page, word))]
        if page.snippet and weights:
            ranked.append((not page.ad, -len(weights), -sum(weights), place, page))
    return tuple(entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:-1]))[:MOST_RESULTS]


def _weight(page: WebPage, word: str) -> int:
    if word in words_of([page.title]):
        return IN_TITLE
    if word in words_of([page.address]):
        return IN_ADDRESS
    texts = [page.snippet, page.words, *(block.text for block in page.blocks)]
    return IN_TEXT if word in words_of(text for text in texts if text) else 0


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Words as they are compared: without case, accents and the ending of a plural; common little words left out."""
    letters = unicodedata.normalize("NFKD", " ".join(texts)).encode("ascii", "ignore").decode().casefold()
    words = re.findall(r"[a-z0-9]+", letters)
    return frozenset(_stem(word) for word in words if len(word) > 1 and word not in COMMON)


def _stem(word: str) -> str:
    """Good enough to bring "studies" and "study", "boxes" and "box", "plantas" and "planta" together."""
    if len(word) > 4 and word.endswith("ies"):
        return word.removesuffix("ies") + "y"
    if len(word) > 4 and word.endswith("es"):
        return word.removesuffix("es")
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word.removesuffix("s").removesuffix("e")
    return word.removesuffix("e") if len(word) > 3 else word
