"""What a student sees of the practice web at a moment: the open page or the results of a search, tabs, notebook and the way so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lti_tool.interactions.contract import Response
from lti_tool.interactions.lateral_lab.search import find_pages
from lti_tool.interactions.lateral_lab.trail import query_words, seen_pages
from lti_tool.interactions.lateral_lab.web import WebPage


@dataclass(frozen=True, kw_only=True)
class Result:
    id: str
    title: str
    address: str
    snippet: str
    is_ad: bool


@dataclass(frozen=True, kw_only=True)
class Tab:
    """`act` is what its button does."""

    act: str
    title: str
    is_search: bool
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class Saved:
    id: str
    text: str
    title: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the way, for whoever looks back: `what` is a page's title, the words of a search or a passage."""

    verb: str
    what: str
    page_id: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Scene:
    open_id: str
    """The page shown; empty when results are."""
    query: str
    results: tuple[Result, ...]
    tabs: tuple[Tab, ...]
    saved: tuple[Saved, ...]
    mark: str
    """Where the focus belongs: a passage on the open page, `notebook`, or empty for the page's heading."""
    steps: tuple[Step, ...]


def make_scene(
    pages: Sequence[WebPage], start: str, suggest: Sequence[str], passages: Sequence[str], response: Response
) -> Scene:
    by_id = {page.id: page for page in pages}
    query = query_words(str(response.get("query", "")), suggest)
    shows_results = bool(query and response.get("results"))
    opened = str(response.get("open", start))
    open_id = "" if shows_results else opened if opened in by_id else start
    homes = {block.id: page for page in pages for block in page.blocks if block.id in passages and block.text}
    mark = str(response.get("mark", ""))
    is_here = bool(open_id and mark in homes and homes[mark].id == open_id)
    return Scene(
        open_id=open_id,
        query=query,
        results=tuple(_result(page) for page in find_pages(pages, query)) if shows_results else (),
        tabs=_tabs(by_id, start, response, query, open_id),
        saved=tuple(_saved(homes[each], each) for each in response.get("saved", ()) if each in homes),
        mark=mark if is_here else "notebook" if mark else "",
        steps=tuple(_steps(by_id, homes, suggest, response)),
    )


def _result(page: WebPage) -> Result:
    return Result(
        id=page.id, title=page.title, address=page.address, snippet=page.snippet or "", is_ad=page.ad
    )


def _tabs(
    by_id: dict[str, WebPage], start: str, response: Response, query: str, open_id: str
) -> tuple[Tab, ...]:
    ids = dict.fromkeys([start, *seen_pages(response, tuple(by_id))])
    pages = [
        Tab(act=f"open:{each}", title=by_id[each].title, is_search=False, is_open=each == open_id)
        for each in ids
    ]
    search = [Tab(act="results", title=query, is_search=True, is_open=not open_id)] if query else []
    return (*pages[:1], *search, *pages[1:])


def _saved(page: WebPage, passage_id: str) -> Saved:
    block = page.block(passage_id)
    text = block.text if block and block.text else ""
    return Saved(id=passage_id, text=text, title=page.title, address=page.address)


def _steps(
    by_id: dict[str, WebPage], homes: dict[str, WebPage], suggest: Sequence[str], response: Response
) -> list[Step]:
    steps = []
    for verb, what in response.get("trail", ()):
        if verb == "search":
            steps.append(Step(verb=verb, what=query_words(what, suggest)))
        elif verb == "open" and what in by_id:
            steps.append(Step(verb=verb, what=by_id[what].title, page_id=what, address=by_id[what].address))
        elif what in homes:
            saved = _saved(homes[what], what)
            steps.append(Step(verb=verb, what=saved.text, address=saved.address))
    return steps
