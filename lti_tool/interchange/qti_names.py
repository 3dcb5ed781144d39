"""The names of QTI 2 and of QTI 3: the same elements, `simpleChoice` there and `qti-simple-choice` here; HTML keeps its own."""

from __future__ import annotations

import re

from lti_tool.interchange.trees import Element, make

_WORD = re.compile(r"(?<=[a-z0-9])([A-Z])")
_CELL = frozenset({"class", "scope"})
HTML_ATTRIBUTES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            "p",
            "div",
            "ul",
            "ol",
            "li",
            "blockquote",
            "pre",
            "hr",
            "br",
            "em",
            "strong",
            "code",
            "span",
            "sub",
            "sup",
        ),
        frozenset({"class"}),
    ),
    **dict.fromkeys(("table", "thead", "tbody", "tr"), frozenset({"class"})),
    **dict.fromkeys(("td", "th"), _CELL),
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "width", "height"}),
}
HTML_RENAMED = {"b": "strong", "i": "em", "del": "span", "s": "span"}
HTML = frozenset(HTML_ATTRIBUTES) | {
    "object",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "picture",
    "figure",
    "source",
}
NEEDS_BODY = frozenset({"modalFeedback", "rubricBlock"})
"""In QTI 3 their content stands in a `qti-content-body`."""


def ident(name: str) -> str:
    """An id as QTI allows it: not beginning with a digit. `plain_ident` takes back what this adds."""
    return name if name[:1].isalpha() else f"i_{name}"


def plain_ident(name: str) -> str:
    return name.removeprefix("i_")


def to_qti3(element: Element, namespace: str = "") -> Element:
    """The same item under the names of QTI 3."""
    is_html = element.tag in HTML
    tag = element.tag if is_html else f"qti-{_kebab(element.tag)}"
    found = Element(tag)
    for name, told in element.attrib.items():
        if name != "xmlns":
            found.set(name if is_html or name == "class" else _kebab(name), told)
    if namespace:
        found.set("xmlns", namespace)
    found.text, found.tail = element.text, element.tail
    for part in element:
        found.append(to_qti3(part))
    return _with_body(found) if element.tag in NEEDS_BODY else found


def _with_body(element: Element) -> Element:
    body = make("qti-content-body")
    body.text, element.text = element.text, None
    for part in list(element):
        element.remove(part)
        body.append(part)
    element.append(body)
    return element


def to_qti2(element: Element) -> Element:
    """An item of QTI 3 under the names of QTI 2; one of QTI 2 stays as it is."""
    is_own = element.tag.startswith("qti-")
    found = Element(_camel(element.tag.removeprefix("qti-")) if is_own else element.tag)
    for name, told in element.attrib.items():
        found.set(_camel(name) if is_own and not name.startswith("data-") else name, told)
    found.text, found.tail = element.text, element.tail
    for part in element:
        found.append(to_qti2(part))
    return found


def _kebab(name: str) -> str:
    """
    >>> _kebab("inlineChoiceInteraction")
    'inline-choice-interaction'
    """
    return _WORD.sub(r"-\1", name).lower()


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
