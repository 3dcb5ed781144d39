"""Signs: emoji that stand in a text as small pictures for children who do not read yet.

A device without a font for them shows boxes, and screen readers say their names in the middle of a sentence. So the page shows pictures of
our own without a name: what they mean stands beside them in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from markdown_it.token import Token

SignURL: TypeAlias = Callable[[str], str | None]
"""From a sign to the address of its picture; None where there is none."""

SIGN = re.compile("([\u2600-\u26ff\u2795-\u2797\U0001f000-\U0001faff])\ufe0f?")


def show_signs(tokens: Sequence[Token], sign_url: SignURL) -> None:
    """Signs with a picture become pictures, in place."""
    for token in tokens:
        if token.children and SIGN.search(token.content):
            token.children = [part for child in token.children for part in _parts(child, sign_url)]


def _parts(token: Token, sign_url: SignURL) -> Iterator[Token]:
    if token.type != "text":
        yield token
        return
    at = 0
    for match in SIGN.finditer(token.content):
        if address := sign_url(match[1]):
            yield Token("text", "", 0, content=token.content[at : match.start()])
            yield Token("image", "img", 0, attrs={"src": address, "class": "sign"}, children=[])
            at = match.end()
    yield Token("text", "", 0, content=token.content[at:])
