"""How text may be written: no HTML, headings in order, links that are safe, practice pages that cannot be real ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from markdown_it.token import Token

from lti_tool.content.library import Library
from lti_tool.content.markdown import MEDIA, inspect, inspect_all
from lti_tool.content.model import BoxBlock
from lti_tool.content.pages import list_stray_words
from lti_tool.content.problems import Place, Problems
from lti_tool.content.prose import Prose, list_prose

TOP_LEVEL = 2
BARE_ADDRESS = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|info|news|biz|io)\b", re.IGNORECASE)
EXAMPLE_HOST = re.compile(r"^([a-z0-9-]+\.)+example$", re.IGNORECASE)


def check_writing(library: Library, problems: Problems) -> None:
    for prose in list_prose(library):
        check_tokens(prose, inspect_all(prose.markdown), problems)
        if prose.box:
            check_box(prose, prose.box, problems)
    check_heading_levels(library, problems)


def line_of(token: Token) -> int:
    return token.map[0] if token.map else 0


def check_tokens(prose: Prose, tokens: Sequence[Token], problems: Problems) -> None:
    depth = 0
    for token in tokens:
        place = prose.at(line_of(token))
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type in {"html_block", "html_inline"} and not token.content.startswith("<!--"):
            problems.error(
                place,
                f"HTML is not allowed: {token.content.strip()[:40]}",
                "Write Markdown; for a plain < write \\<.",
            )
        elif token.type in {"html_block", "html_inline"}:
            problems.error(
                place, "A comment would be shown to students.", "Take it out; notes go in a YAML comment."
            )
        elif token.type == "link_open":
            check_link(str(token.attrGet("href") or ""), place, problems, may_mark=prose.is_page)
        elif token.type == "text" and depth == 0:
            note_addresses(token.content, place, problems)
        elif token.type == "heading_open" and not prose.is_page:
            problems.error(
                place, "Headings belong on pages.", "Use **strong** words, or put a \\ before the #."
            )


def check_link(target: str, place: Place, problems: Problems, *, may_mark: bool) -> None:
    scheme = target.split(":", 1)[0].lower() if ":" in target else ""
    if scheme == "word":
        if not may_mark:
            problems.error(
                place,
                "A word of the glossary is marked outside of a page.",
                "Explain it on a page of the lesson.",
            )
        return
    if scheme == "mailto" or target.startswith(MEDIA):
        return
    if scheme == "http":
        problems.error(place, f"The link {target} is not encrypted.", "Write https:// in place of http://.")
    elif scheme != "https":
        problems.error(
            place,
            f"A link cannot lead to “{target}”.",
            "Links start with https:// or mailto:, or lead to media/….",
        )
    elif not is_host(target):
        problems.error(
            place, f"The link {target} has no site in it.", "Write it as https://www.site.org/page."
        )


def is_host(target: str) -> bool:
    try:
        return bool(urlsplit(target).hostname)
    except ValueError:
        return False


def note_addresses(text: str, place: Place, problems: Problems) -> None:
    for match in BARE_ADDRESS.finditer(text):
        hint = "If the site is invented, end its address in .example; if it is real, make it a link."
        problems.warn(place, f"“{match[0]}” may be somebody's real address.", hint)


def check_box(prose: Prose, box: BoxBlock, problems: Problems) -> None:
    opening = Place(file=prose.place.file, line=box.line)
    if not box.markdown:
        problems.error(opening, f"The box “{box.kind}” is empty.", "Write something in it, or take it away.")
    if box.kind == "web":
        check_web_box(box, opening, problems)
    elif box.kind == "words":
        for index in list_stray_words(box):
            problems.error(
                prose.at(index),
                "This line of the vocabulary is not an entry.",
                "Write **word**: what it means.",
            )


def check_web_box(box: BoxBlock, place: Place, problems: Problems) -> None:
    if len(box.arguments) != 2:
        hint = "Write ::: web www.site.example | The page's title"
        problems.error(place, "A practice page needs an address and a title.", hint)
        return
    host = box.arguments[0].removeprefix("https://").removeprefix("http://").split("/")[0]
    if not EXAMPLE_HOST.match(host):
        problems.error(
            place, f"The practice page's address “{host}” could be a real one.", "End it in .example."
        )


def check_heading_levels(library: Library, problems: Problems) -> None:
    """Levels are counted over the whole page, since screen readers offer them as its outline."""
    level, owner = TOP_LEVEL - 1, ""
    for prose in list_prose(library):
        if not prose.is_page:
            continue
        level, owner = (level if prose.owner == owner else TOP_LEVEL - 1), prose.owner
        for token in inspect(prose.markdown):
            if token.type == "heading_open":
                level = check_heading(int(token.tag[1]), level, prose.at(line_of(token)), problems)


def check_heading(level: int, before: int, place: Place, problems: Problems) -> int:
    if level < TOP_LEVEL:
        problems.error(place, "A heading with one # would compete with the page's title.", "Start with ##.")
    elif level > before + 1:
        problems.error(
            place,
            f"The heading skips a level: after {'#' * before} comes {'#' * level}.",
            f"Write {'#' * (before + 1)}.",
        )
    return max(level, TOP_LEVEL)
