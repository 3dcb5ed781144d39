"""How hard English text is to read, against the grades it is for: the Flesch–Kincaid grade, a rough but steady measure.

    0.39 · words / sentences + 11.8 · syllables / words − 15.59

It is only taken of texts long enough for it to mean something, and only a clear excess is noted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from lti_tool.content.library import Library
from lti_tool.content.markdown import plain_text
from lti_tool.content.model import ItemBlock
from lti_tool.content.problems import Place, Problems
from lti_tool.content.prose import Prose, list_prose

FEWEST_WORDS = 60
TOLERANCE = 2
BEGINNERS = 2
MOST_WORDS_FOR_BEGINNERS = 70
WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
VOWELS = re.compile(r"[aeiouy]+")
SENTENCE_END = re.compile(r"[.!?…:]+[\"”’)]*(?:\s|$)|\n")


def count_syllables(word: str) -> int:
    """By groups of vowels, without a silent e; right for nine words in ten."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    groups = len(VOWELS.findall(plain))
    if re.search(r"[^aeiouyl]e$|[^aeiouy]les$|[^aeiouytd]ed$", plain):
        groups -= 1
    return max(1, groups)


def grade_level(text: str) -> float | None:
    """The Flesch–Kincaid grade, or None of a text too short to tell."""
    words = WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = [part for part in SENTENCE_END.split(text) if WORD.search(part)]
    syllables = sum(count_syllables(word) for word in words)
    return 0.39 * len(words) / max(1, len(sentences)) + 11.8 * syllables / len(words) - 15.59


def check_reading(library: Library, problems: Problems) -> None:
    check_beginners(library, problems)
    for owner, top, texts in list_readings(library):
        level = grade_level("\n".join(plain_text(prose.markdown) for prose in texts))
        if level is not None and level > top + TOLERANCE:
            message = f"This reads like grade {level:.0f}; it is for grade {top} at most."
            first = min((prose.place for prose in texts), default=Place(file=Path()))
            place = library.place(owner) if owner in library.origins else first
            problems.warn(place, message, "Use shorter sentences and more common words.")


def check_beginners(library: Library, problems: Problems) -> None:
    """Children who are learning to read get few words on a page."""
    for module in library.modules.values():
        if module.grades[1] > BEGINNERS:
            continue
        for page in module.pages:
            texts = [plain_text(block.markdown) for block in page.blocks if not isinstance(block, ItemBlock)]
            words = sum(len(WORD.findall(text)) for text in texts)
            if words > MOST_WORDS_FOR_BEGINNERS:
                place = library.place(f"page/{module.id}/{page.id}")
                hint = f"Keep it under {MOST_WORDS_FOR_BEGINNERS} words, or make two pages of it."
                problems.warn(place, f"This page has {words} words, many for grade {module.grades[1]}.", hint)


def list_readings(library: Library) -> Iterator[tuple[str, int, list[Prose]]]:
    """Pages and items in English, with the top of their band. Facsimiles are left out: real sites are no easier."""
    by_owner: dict[str, list[Prose]] = defaultdict(list)
    for prose in list_prose(library):
        if prose.lang == "en" and not (prose.box and prose.box.kind == "web"):
            by_owner[prose.owner].append(prose)
    tops = {f"item/{item.id}": item.grades[1] for item in library.list_items()}
    for module in library.modules.values():
        tops |= {f"page/{module.id}/{page.id}": module.grades[1] for page in module.pages}
    for owner, texts in by_owner.items():
        if owner in tops:
            yield owner, tops[owner], texts
