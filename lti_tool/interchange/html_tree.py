"""HTML as a small tree: what foreign markup is reduced from, and what ours is turned into other dialects through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeAlias

from lti_tool.interchange.trees import Element, add

VOID = frozenset(
    {"br", "img", "hr", "input", "meta", "link", "source", "track", "wbr", "col", "area", "embed", "param"}
)
BLOCKS = frozenset(
    {
        *(
            "p",
            "div",
            "ul",
            "ol",
            "li",
            "blockquote",
            "pre",
            "hr",
            "table",
            "thead",
            "tbody",
            "tfoot",
            "tr",
            "td",
            "th",
        ),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "section",
            "article",
            "header",
            "footer",
            "figure",
            "figcaption",
            "dl",
        ),
        *(
            "dt",
            "dd",
            "fieldset",
            "center",
            "address",
            "main",
            "aside",
            "nav",
            "caption",
            "details",
            "summary",
        ),
    }
)
GONE = frozenset(
    {
        *(
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "applet",
            "form",
            "template",
            "noscript",
            "svg",
            "math",
        ),
        *(
            "video",
            "audio",
            "canvas",
            "head",
            "title",
            "input",
            "button",
            "select",
            "textarea",
            "link",
            "meta",
            "base",
        ),
    }
)
"""Elements that leave with everything in them."""
DEEPEST = 60


@dataclass
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[Node | str] = field(default_factory=list)

    def nodes(self) -> Iterator[Node]:
        """All elements below, in reading order."""
        for part in self.inside:
            if isinstance(part, Node):
                yield part
                yield from part.nodes()

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)


Part: TypeAlias = Node | str


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"p", "li", "td", "th", "tr"}:
            self._close_open(tag)
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID and len(self.open) < DEEPEST:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Node(tag, {name: value or "" for name, value in attrs}))

    def _close_open(self, tag: str) -> None:
        """HTML leaves out `</p>` and `</li>` before the next of them."""
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return
            if self.open[depth].tag in {"ul", "ol", "table", "tr", "div", "blockquote"}:
                return

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def parse_html(html: str) -> Node:
    """A tree of any HTML, however broken; deeper than sixty elements it becomes flat."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def from_element(element: Element) -> Node:
    """The content of an XML element as a tree (QTI 2 and 3 write XHTML right into the item)."""
    node = Node(element.tag, dict(element.attrib))
    if element.text:
        node.inside.append(element.text)
    for part in element:
        node.inside.append(from_element(part))
        if part.tail:
            node.inside.append(part.tail)
    return node


def to_elements(
    node: Node, attributes: dict[str, frozenset[str]], renamed: dict[str, str]
) -> list[Element | str]:
    """The content of a tree as XML: only the elements in `attributes`, and of each only those attributes. Others give their content."""
    found: list[Element | str] = []
    for part in node.inside:
        if isinstance(part, str):
            found.append(part)
            continue
        tag = renamed.get(part.tag, part.tag)
        inside = to_elements(part, attributes, renamed)
        if tag not in attributes:
            found.extend(inside)
            continue
        kept = {name: value for name, value in part.attributes.items() if name in attributes[tag]}
        element = Element(tag, kept)
        for each in inside:
            add(element, each)
        found.append(element)
    return found
