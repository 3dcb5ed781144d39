"""Elements put together to one citation, with the punctuation between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lti_tool.interactions.citation_builder.styles import Element, Role

ALONE = {"~": ".", "^": ",", ":": "."}
"""What an ending stands for when the element it looks at is not there."""

TIDY = (
    (re.compile(r"”([.,])"), r"\1”"),
    (re.compile(r"([.?!])([*”]*)\.(?=[\s”*]|$)"), r"\1\2"),
    (re.compile(r"([?!])([*]?),(?=”)"), r"\1\2"),
    (re.compile(r",(?= Accessed | https?://)"), "."),
)
"""Periods and commas stand inside the quotation marks, no period follows a mark that ends a sentence, and an address or the day of access
begins a sentence of its own (MLA's addresses begin with `www`)."""

MANY = (("(Ed.)", "(Eds.)"), ("(Host)", "(Hosts)"), (", host.", ", hosts."))


def assemble(elements: Sequence[Element], texts: Mapping[Role, str]) -> str:
    """One citation as inline Markdown; `texts` holds each element in the form it has there."""
    made = ""
    for element in elements:
        made += f"{element.before}{texts[element.role]}{_ending(element, texts)}"
    return tidy(made.strip())


def _ending(element: Element, texts: Mapping[Role, str]) -> str:
    mark, is_followed = element.after[-1:], element.then in texts
    if mark == "^" and is_followed:
        return element.after[:-1]
    if mark in ALONE:
        mark = ALONE[mark] if not is_followed else mark.strip("~")
        return f"{element.after[:-1]}{mark} "
    return f"{element.after} "


def tidy(text: str) -> str:
    text = f"{text[:-1]}." if text.endswith((",", ":")) else text
    for pattern, instead in TIDY:
        text = pattern.sub(instead, text)
    return text.removesuffix("!")


def of_many(element: Element) -> Element:
    """The words around more than one person."""
    after = element.after
    for one, many in MANY:
        after = after.replace(one, many)
    return replace(element, after=after)
