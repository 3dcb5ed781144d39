"""Foreign HTML to our Markdown. Nothing of it is executed or kept as HTML: what Markdown cannot say is left out, and told.

A text comes out as blocks, since our prompts are one paragraph and everything before it is the stimulus. Signs that would mean
something in Markdown are escaped only where they would: each paragraph is rendered once to see whether it says the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lti_tool.content.markdown import render_inline
from lti_tool.interchange.html_tree import BLOCKS, GONE, Node, Part, parse_html

Locate = Callable[[str], str | None]
"""From a picture's address in the package to its name in media/ (`media/owl.png`), or None where it does not come along."""

EMPHASIS = {
    "em": "*",
    "i": "*",
    "cite": "*",
    "strong": "**",
    "b": "**",
    "del": "~~",
    "s": "~~",
    "strike": "~~",
}
SIGNS = re.compile(r"([\\`*_\[\]<>~|!#&])")
STARTS = re.compile(r"^(\s*)([#>+=-]|\d{1,9}[.)])", re.MULTILINE)
SPACE = re.compile(r"[ \t\r\n\f\v]+")
UNTOLD = "Picture without a description"
"""Stands in place of missing words; an item with it stays a draft."""


@dataclass
class Reducing:
    """What is learned while a text is reduced."""

    locate: Locate
    dropped: set[str] = field(default_factory=set)
    """Elements and addresses that were left out."""
    pictures: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    """Pictures that came without words for those who cannot see them."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """`is_paragraph` is false of lists, tables, quotations and code."""

    markdown: str
    is_paragraph: bool


def reduce_blocks(tree: Node, state: Reducing) -> list[Block]:
    """The paragraphs, lists and tables of a text, each as Markdown."""
    return [block for block in _blocks(tree.inside, state) if block.markdown.strip()]


def reduce_inline(tree: Node, state: Reducing) -> str:
    """A text on one line: an option, a remark, a row."""
    text = _line(_flat(tree.inside), state).replace("\\\n", " ")
    return f"\\{text}" if text.startswith("#") else text


def _flat(inside: Sequence[Part]) -> list[Part]:
    """Blocks opened up into the text within them, with spaces between."""
    parts: list[Part] = []
    for part in inside:
        if isinstance(part, Node) and (part.tag in BLOCKS or _holds_block(part)):
            parts += [" ", *_flat(part.inside), " "]
        else:
            parts.append(part)
    return parts


def as_text(blocks: Sequence[Block]) -> str:
    return "\n\n".join(block.markdown for block in blocks)


def from_html(html: str, state: Reducing) -> list[Block]:
    return reduce_blocks(parse_html(html), state)


# ---- blocks -----------------------------------------------------------------------------------------------------------


def _blocks(parts: Sequence[Part], state: Reducing) -> list[Block]:
    found: list[Block] = []
    run: list[Part] = []
    for part in parts:
        if isinstance(part, Node) and (part.tag in BLOCKS or _holds_block(part)):
            found += [*_paragraph(run, state), *_block(part, state)]
            run = []
        else:
            run.append(part)
    return found + _paragraph(run, state)


def _holds_block(node: Node) -> bool:
    return node.tag not in GONE and any(inner.tag in BLOCKS for inner in node.nodes())


def _paragraph(run: Sequence[Part], state: Reducing) -> list[Block]:
    text = _guarded(_line(run, state))
    return [Block(markdown=text, is_paragraph=True)] if text else []


def _block(node: Node, state: Reducing) -> list[Block]:
    if node.tag in GONE:
        state.dropped.add(f"<{node.tag}>")
        return []
    if node.tag in {"ul", "ol"}:
        return [Block(markdown=_list(node, state), is_paragraph=False)]
    if node.tag == "table":
        return [Block(markdown=_table(node, state), is_paragraph=False)]
    if node.tag == "blockquote":
        inner = as_text(_blocks(node.inside, state))
        return [
            Block(markdown="\n".join(f"> {line}".rstrip() for line in inner.split("\n")), is_paragraph=False)
        ]
    if node.tag == "pre":
        code = node.text.strip("\n")
        fence = "```" if "```" not in code else "~~~~"
        return [Block(markdown=f"{fence}\n{code}\n{fence}", is_paragraph=False)]
    if node.tag == "hr":
        return [Block(markdown="---", is_paragraph=False)]
    if re.fullmatch(r"h[1-6]", node.tag):
        text = _line(node.inside, state)
        # Headings belong on pages, so in a question they are strong words.
        return [Block(markdown=f"**{text.replace('**', '')}**", is_paragraph=True)] if text else []
    return _blocks(node.inside, state)


def _list(node: Node, state: Reducing) -> str:
    lines = []
    items = [part for part in node.inside if isinstance(part, Node)]
    first = int(node.attributes.get("start", "1")) if node.attributes.get("start", "1").isdecimal() else 1
    for number, item in enumerate(items, start=min(first, 999)):
        sign = f"{number}." if node.tag == "ol" else "-"
        blocks = _blocks(item.inside if item.tag == "li" else [item], state)
        text = "\n".join(block.markdown for block in blocks)
        lines.append(f"{sign} " + text.replace("\n", "\n" + " " * (len(sign) + 1)))
    return "\n".join(lines)


def _table(node: Node, state: Reducing) -> str:
    rows = [
        [
            _line(_flat(cell.inside), state).replace("\\\n", " ").replace("|", "\\|")
            for cell in row.inside
            if isinstance(cell, Node) and cell.tag in {"td", "th"}
        ]
        for row in node.nodes()
        if row.tag == "tr"
    ]
    rows = [row for row in rows if row]
    if not rows:
        return ""
    width = max(map(len, rows))
    filled = [row + [""] * (width - len(row)) for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in filled]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


TAG = re.compile(r"(?<!\\)<[A-Za-z/!?]")
"""The beginning of HTML, which content may not hold."""

# ---- a line -----------------------------------------------------------------------------------------------------------


def _line(parts: Sequence[Part], state: Reducing) -> str:
    """One paragraph; escaped no more than needed, but what looks like a tag always. Emphasis that Markdown cannot write where it stands goes."""
    meant = _tidy(_inline(parts, Reducing(locate=state.locate), _no_change, is_shape=True))
    plain = _tidy(_inline(parts, state, _no_change))
    if _means(plain) == meant and not TAG.search(plain):
        return plain
    again = Reducing(locate=state.locate)
    escaped = _tidy(_inline(parts, again, _escape))
    if _means(escaped) == meant:
        return escaped
    return _tidy(_inline(_without_emphasis(parts), again, _escape))


def _escape(text: str) -> str:
    return SIGNS.sub(r"\\\1", text)


def _without_emphasis(parts: Sequence[Part]) -> list[Part]:
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Node) and part.tag in EMPHASIS:
            found += _without_emphasis(part.inside)
        else:
            found.append(part)
    return found


def _no_change(text: str) -> str:
    return text


def _guarded(text: str) -> str:
    """Signs at the start that would make a heading, a list or a quotation of it."""
    return STARTS.sub(lambda match: match[1] + _with_backslash(match[2]), text)


def _with_backslash(sign: str) -> str:
    return f"{sign[:-1]}\\{sign[-1]}" if len(sign) > 1 else f"\\{sign}"


def _means(markdown: str) -> str:
    """What a line of Markdown says, in the shape that `_inline(is_shape=True)` gives."""
    state = Reducing(locate=lambda name: name)
    return _tidy(_inline(parse_html(render_inline(markdown)).inside, state, _no_change, is_shape=True))


def _tidy(text: str) -> str:
    kept = [SPACE.sub(" ", line).strip() for line in text.split("\\\n")]
    while kept and not kept[-1]:
        kept.pop()
    while kept and not kept[0]:
        kept.pop(0)
    return "\\\n".join(kept)


def _inline(
    parts: Sequence[Part], state: Reducing, write: Callable[[str], str], *, is_shape: bool = False
) -> str:
    """Markdown of a run of text. As a shape, elements are told unmistakably, so that two texts can be compared."""
    return "".join(
        write(SPACE.sub(" ", part.replace("\u00a0", " ")))
        if isinstance(part, str)
        else _element(part, state, write, is_shape=is_shape)
        for part in parts
    )


def _element(node: Node, state: Reducing, write: Callable[[str], str], *, is_shape: bool) -> str:
    if node.tag in GONE:
        state.dropped.add(f"<{node.tag}>")
        return ""
    if node.tag == "br":
        return "\\\n"
    if node.tag == "img":
        return _picture(node, state, is_shape=is_shape)
    inner = _inline(node.inside, state, write, is_shape=is_shape)
    if node.tag == "code":
        return f"\u0001code {node.text}\u0002" if is_shape else _code(node.text)
    if node.tag == "a":
        return _link(node, inner, state, is_shape=is_shape)
    if node.tag in EMPHASIS and inner.strip():
        return _emphasis(EMPHASIS[node.tag], inner, is_shape=is_shape)
    return inner


def _emphasis(sign: str, inner: str, *, is_shape: bool) -> str:
    """Spaces go outside: Markdown knows no emphasis that begins with one."""
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    core = inner.strip()
    return f"{before}\u0001{sign} {core}\u0002{after}" if is_shape else f"{before}{sign}{core}{sign}{after}"


def _code(text: str) -> str:
    text = SPACE.sub(" ", text).strip()
    sign = "``" if "`" in text else "`"
    space = " " if "`" in text else ""
    return f"{sign}{space}{text}{space}{sign}" if text else ""


def _link(node: Node, inner: str, state: Reducing, *, is_shape: bool) -> str:
    target = node.attributes.get("href", "").strip()
    if not _is_safe(target) or not inner.strip():
        if target and not target.startswith("#"):
            state.dropped.add("a link that is not https")
        return inner
    return f"\u0001a {target} {inner}\u0002" if is_shape else f"[{inner.strip()}]({target})"


def _is_safe(target: str) -> bool:
    if any(sign in target for sign in " ()<>\\\n\t"):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return (parts.scheme == "https" and "." in parts.netloc) or (
        parts.scheme == "mailto" and "@" in parts.path
    )


def _picture(node: Node, state: Reducing, *, is_shape: bool) -> str:
    address = node.attributes.get("src", "")
    name = state.locate(address)
    if name is None:
        state.dropped.add("a picture that did not come along")
        return ""
    if is_shape:
        return f"\u0001img {name}\u0002"
    state.pictures.append(name)
    told = SPACE.sub(" ", node.attributes.get("alt", "")).strip()
    if len(told) < 3 or re.search(r"\.(svg|png|jpe?g|webp|gif)$", told, re.IGNORECASE):
        state.untold.append(name)
        told = UNTOLD
    return f"![{_escape(told)}]({name})"
