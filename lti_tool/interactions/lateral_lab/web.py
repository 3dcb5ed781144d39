"""The practice web of a Lateral Lab: its pages, and the rules that keep it walkable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from lti_tool.interactions.checks import check_count, check_unique
from lti_tool.interactions.contract import SECRET, Id, Part, SecretText, Text

FEWEST_PAGES, MOST_PAGES, MOST_BLOCKS = 4, 16, 24
Look: TypeAlias = Literal["site", "shop", "blog", "news", "encyclopedia", "official", "study", "pictures"]
Address: TypeAlias = Annotated[
    str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*\.example(/[a-z0-9./-]*)?$", max_length=120)
]
"""Invented, so that no real site is accused of anything: `.example` is reserved for that (RFC 2606)."""


class Link(Part):
    """`id` is the page it leads to."""

    id: Id
    label: Text


class Block(Part):
    """A paragraph, list or picture, and the links under it. What is named in `evidence` can be saved."""

    id: Id
    text: Text | None = None
    links: tuple[Link, ...] = ()


class WebPage(Part):
    id: Id
    address: Address
    title: Text
    look: Look = "site"
    snippet: Text | None = None
    """What a result list says of it. A page without one is found by links only."""
    words: Text | None = None
    """More words that find it, for what a reader would type and the page does not say."""
    ad: bool = False
    """Somebody paid to stand first among the results."""
    independent: bool = Field(default=False, json_schema_extra=SECRET)
    """It looked for itself: neither the page under question nor a copy of it."""
    remark: SecretText | None = None
    """Said of the page when the path is looked back at."""
    blocks: tuple[Block, ...] = Field(min_length=1)

    @property
    def host(self) -> str:
        """Pages of one host are one source."""
        return self.address.partition("/")[0].removeprefix("www.")

    @property
    def link_ids(self) -> tuple[str, ...]:
        return tuple(link.id for block in self.blocks for link in block.links)

    def block(self, block_id: str) -> Block | None:
        return next((block for block in self.blocks if block.id == block_id), None)


def check_pages(pages: Sequence[WebPage], start: str) -> None:
    """Raises ValueError in words for the author."""
    check_count(pages, "pages", at_least=FEWEST_PAGES, at_most=MOST_PAGES)
    check_unique((page.id for page in pages), "the ids of the pages")
    check_unique((page.address for page in pages), "the addresses of the pages")
    ids = [page.id for page in pages]
    if start not in ids:
        raise ValueError(
            f"The web has no page “{start}” to start on: write it, or name another with `start`."
        )
    for page in pages:
        _check_page(page, ids)
    _check_walk(pages, start)
    _check_independence(pages, start)


def _check_page(page: WebPage, ids: Iterable[str]) -> None:
    check_count(page.blocks, f"parts on page “{page.id}”", at_least=1, at_most=MOST_BLOCKS)
    check_unique((block.id for block in page.blocks), f"the ids of the parts of page “{page.id}”")
    for block in page.blocks:
        check_unique((link.id for link in block.links), f"the links of part “{block.id}” of page “{page.id}”")
        if block.text is None and not block.links:
            raise ValueError(f"Part “{block.id}” of page “{page.id}” is empty: write a text or a link.")
    for link_id in page.link_ids:
        if link_id not in ids:
            raise ValueError(
                f"Page “{page.id}” links to “{link_id}”, which is no page: use one of {', '.join(ids)}."
            )


def _check_walk(pages: Sequence[WebPage], start: str) -> None:
    by_id = {page.id: page for page in pages}
    found = {start} | {page.id for page in pages if page.snippet}
    new = set(found)
    while new:
        new = {link_id for page_id in new for link_id in by_id[page_id].link_ids} - found
        found |= new
    for page in pages:
        if page.id not in found:
            raise ValueError(
                f"Nobody can get to page “{page.id}”: link to it, or give it a `snippet` so that searches find it."
            )


def _check_independence(pages: Sequence[WebPage], start: str) -> None:
    own = next(page for page in pages if page.id == start)
    for page in pages:
        if page.independent and page.host == own.host:
            raise ValueError(
                f"Page “{page.id}” belongs to the site under question, so it is not independent of it: "
                "take `independent` away."
            )
    if len({page.host for page in pages if page.independent}) < 2:
        raise ValueError(
            "Fewer than two sources are independent: mark pages that looked for themselves with `independent: true`, "
            "on at least two different addresses."
        )
