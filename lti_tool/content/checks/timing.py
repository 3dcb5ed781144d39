"""Whether the minutes a lesson claims are what a child of that age needs."""

from __future__ import annotations

from lti_tool.content.library import Library
from lti_tool.content.markdown import plain_text
from lti_tool.content.model import ItemBlock, Module, Page
from lti_tool.content.problems import Problems

ACTIVITY_MINUTES = 1.0
SLACK = 2.5
"""Only a claim wrong by more than this factor is worth a remark."""

MODULE_SLACK = 1.35


def words_per_minute(grade: int) -> int:
    """Silent reading with understanding, on the slow side: about 80 in grade 2, 115 in grade 5, 150 in grade 8."""
    return max(40, 57 + 12 * grade)


def check_minutes(library: Library, problems: Problems) -> None:
    for module in library.modules.values():
        for page in module.pages:
            check_page(library, module, page, problems)
        check_module(library, module, problems)


def estimate_minutes(page: Page, grade: int) -> float:
    texts = [block.markdown for block in page.blocks if not isinstance(block, ItemBlock)]
    words = sum(len(plain_text(text).split()) for text in texts)
    return words / words_per_minute(grade) + ACTIVITY_MINUTES * len(page.item_ids)


def check_page(library: Library, module: Module, page: Page, problems: Problems) -> None:
    if page.minutes is None:
        return
    needed = estimate_minutes(page, module.grades[0])
    if needed > SLACK * page.minutes or page.minutes > SLACK * max(needed, 0.5):
        place = library.place(f"page/{module.id}/{page.id}", "minutes")
        message = f"The page says {page.minutes:g} minutes; its words and activities take about {max(0.5, needed):.1f}."
        problems.warn(place, message, "Correct `minutes`, or divide the page.")


def check_module(library: Library, module: Module, problems: Problems) -> None:
    """The quiz has minutes of its own and is not counted."""
    needed = sum(page.minutes or estimate_minutes(page, module.grades[0]) for page in module.pages)
    if needed and not 1 / MODULE_SLACK <= module.minutes / needed <= MODULE_SLACK:
        place = library.place(f"module/{module.id}", "minutes")
        message = f"The lesson says {module.minutes:g} minutes; its pages add up to about {needed:.0f}."
        problems.warn(place, message, "Correct `minutes`, here or on the pages.")
