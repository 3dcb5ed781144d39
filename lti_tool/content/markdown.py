"""Markdown to safe HTML. CommonMark with tables; HTML in the text is shown as text, never obeyed.

What leaves here has passed an allow-list, so that templates may mark it safe. Links to other sites open in a tab of their
own and carry the class `external`; pictures get their address from the caller.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lti_tool.content.signs import SignURL, show_signs

MediaURL: TypeAlias = Callable[[str], str]
"""From a picture's name (what follows `media/`) to the address it is served at."""

Sizes: TypeAlias = Mapping[str, tuple[int, int]]
"""From a picture's name to its width and height in pixels."""

MEDIA = "media/"
NO_SIZES: Sizes = {}
WORD = "word:"
NO_WORDS: Collection[str] = ()
SCHEMES = {"https", "mailto"}
INLINE_TAGS = {"a", "br", "button", "code", "del", "em", "img", "s", "span", "strong", "sub", "sup"}
BLOCK_TAGS = INLINE_TAGS | {
    *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "div"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "button": {"type", "popovertarget", "class"},
    "a": {"href", "title", "target", "class"},
    "img": {"src", "alt", "title", "loading", "width", "height", "class"},
    "ol": {"start"},
    "th": {"class", "scope"},
    "td": {"class"},
    "div": {"class"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}


def media_path(name: str) -> str:
    """Leaves the address as the author wrote it."""
    return MEDIA + name


def no_pictures(sign: str) -> None:
    """Leaves signs as they are."""


def render_block(
    markdown: str,
    *,
    media_url: MediaURL = media_path,
    sizes: Sizes = NO_SIZES,
    words: Collection[str] = NO_WORDS,
    sign_url: SignURL = no_pictures,
    id_prefix: str = "s-",
) -> str:
    """HTML for text of any length. `id_prefix` keeps the ids of headings apart from others on the page.

    Words marked `[footnote](word:footnote)` open the popover `word-footnote` where the page has it (`words`), else they are plain.
    """
    tokens = PARSER.parse(markdown)
    mark_words(tokens, words)
    prepare(tokens, media_url, sizes)
    show_signs(tokens, sign_url)
    name_headings(tokens, id_prefix)
    return clean(PARSER.renderer.render(tokens, PARSER.options, {}), BLOCK_TAGS)


def render_inline(
    markdown: str,
    *,
    media_url: MediaURL = media_path,
    sizes: Sizes = NO_SIZES,
    sign_url: SignURL = no_pictures,
) -> str:
    """HTML without blocks, for prompts, options and feedback."""
    tokens = PARSER.parseInline(markdown)
    mark_words(tokens, NO_WORDS)
    prepare(tokens, media_url, sizes)
    show_signs(tokens, sign_url)
    return clean(PARSER.renderer.render(tokens, PARSER.options, {}), INLINE_TAGS)


def plain_text(markdown: str) -> str:
    """The words alone, for counting, e-mail and labels."""
    words = []
    for token in flatten(PARSER.parse(markdown)):
        if token.type in {"text", "code_inline", "fence", "code_block"}:
            words.append(token.content)
        elif token.type in {"softbreak", "hardbreak"} or token.type.endswith("_close"):
            words.append("\n" if token.block else "" if token.type.endswith("_close") else " ")
    return re.sub(r"\n{2,}", "\n", "".join(words)).strip()


def flatten(tokens: Sequence[Token]) -> list[Token]:
    """Blocks and what is in them, in reading order; inline tokens get the lines of their block."""
    flat: list[Token] = []
    for token in tokens:
        flat.append(token)
        for child in token.children or ():
            child.map = token.map
            flat.append(child)
    return flat


def prepare(tokens: Sequence[Token], media_url: MediaURL, sizes: Sizes) -> None:
    for token in flatten(tokens):
        if token.type == "link_open":
            mark_link(token)
        elif token.type == "image":
            locate_picture(token, media_url, sizes)
        elif token.type in {"th_open", "td_open"}:
            align_cell(token)


def mark_words(tokens: Sequence[Token], words: Collection[str]) -> None:
    """Links to words of the glossary become buttons, which work without scripts (links do not nest, so the next end is theirs)."""
    tag = ""
    for token in flatten(tokens):
        if token.type == "link_open" and (target := str(token.attrGet("href") or "")).startswith(WORD):
            name = target.removeprefix(WORD)
            tag = token.tag = "button" if name in words else "span"
            token.type = "word_open"
            token.attrs = (
                {"type": "button", "popovertarget": f"word-{name}", "class": "word"} if name in words else {}
            )
        elif token.type == "link_close" and tag:
            token.tag, token.type, tag = tag, "word_close", ""


def mark_link(token: Token) -> None:
    if str(token.attrGet("href") or "").startswith("https:"):
        token.attrSet("target", "_blank")
        token.attrSet("class", "external")


def locate_picture(token: Token, media_url: MediaURL, sizes: Sizes) -> None:
    source = str(token.attrGet("src") or "")
    if size := sizes.get(source.removeprefix(MEDIA)):
        token.attrs.update(width=str(size[0]), height=str(size[1]))
    token.attrSet("src", media_url(source.removeprefix(MEDIA)) if source.startswith(MEDIA) else "")
    token.attrSet("loading", "lazy")


def align_cell(token: Token) -> None:
    """A class in place of the style attribute, which the page's security policy would refuse."""
    style = str(token.attrs.pop("style", ""))
    if style:
        token.attrSet("class", f"align-{style.removeprefix('text-align:')}")
    if token.type == "th_open":
        token.attrSet("scope", "col")


def name_headings(tokens: Sequence[Token], prefix: str) -> None:
    taken: set[str] = set()
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            name = free_name(prefix + slug(tokens[index + 1].content), taken)
            taken.add(name)
            token.attrSet("id", name)


def slug(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or "section"


def free_name(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def clean(html: str, tags: set[str]) -> str:
    return nh3.clean(html, tags=tags, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener").strip()


def _open_table(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return '<div class="table">' + str(self.renderToken(tokens, index, options, env))


def _close_table(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return str(self.renderToken(tokens, index, options, env)) + "</div>"


def make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
    return parser


def make_inspector() -> MarkdownIt:
    """Reads what an author wrote, HTML and unwise links included, so that checks can point at it."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # The library's way to change the rule.
    return parser


PARSER = make_parser()
INSPECTOR = make_inspector()
ORDINARY = re.compile(
    r"[^\W\d_]([^\\`*_\[\]<>&#|~\x00-\x1f\x7f-\x9f]*[^\\`*_\[\]<>&#|~\x00-\x1f\x7f-\x9f\s])?"
)


@lru_cache(maxsize=20_000)
def inspect(markdown: str) -> tuple[Token, ...]:
    """The blocks of a text as its author wrote it. Several checks look at each text; none changes what it gets."""
    return paragraph(markdown) if ORDINARY.fullmatch(markdown) else tuple(INSPECTOR.parse(markdown))


def paragraph(text: str) -> tuple[Token, ...]:
    """What the parser makes of one line without a sign that Markdown knows: most texts of questions, and 20 times as quick."""
    start, end = Token("paragraph_open", "p", 1), Token("paragraph_close", "p", -1)
    inline = Token("inline", "", 0, content=text, level=1, children=[Token("text", "", 0, content=text)])
    for token in (start, inline, end):
        token.block = True
    start.map = inline.map = [0, 1]
    return start, inline, end


@lru_cache(maxsize=20_000)
def inspect_all(markdown: str) -> tuple[Token, ...]:
    """Blocks and what is in them."""
    return tuple(flatten(inspect(markdown)))
